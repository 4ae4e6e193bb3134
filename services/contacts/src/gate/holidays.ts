import { addCalendarDays, calendars, type LocalDate } from '@arrears/calendar';

/** How far ahead an earliest time may be looked for, and a little behind, since a zone may be a day late. */
const aheadDays = 75;
const kept = new Map<string, readonly LocalDate[]>();

/** Public holidays of a jurisdiction around a day; none where no calendar of it ships. */
export function holidaysAround(day: LocalDate, jurisdiction: string): readonly LocalDate[] {
  const key = `${jurisdiction} ${day}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const calendar = Object.values(calendars).find(({ id }) => id === jurisdiction.toLowerCase());
  const [first, last] = [addCalendarDays(day, -2), addCalendarDays(day, aheadDays)];
  const days = (calendar?.years ?? []).flatMap((year) =>
    Object.entries(year.days)
      .filter(([date, kind]) => kind === 'holiday' && first <= date && date <= last)
      .map(([date]) => date),
  );
  // One day and a few jurisdictions are asked for at a time.
  if (kept.size > 50) kept.clear();
  kept.set(key, days);
  return days;
}
