import { addBusinessTimeMs, type Span } from './business-time.js';
import { isBusinessDayNumber, type Calendar } from './calendar.js';
import { dateOf, dayNumber, type LocalDate } from './dates.js';

/** Dates that are a business day in one version and not in the other, in order. */
export function changedDays(before: Calendar, after: Calendar): LocalDate[] {
  const dates = [...before.years, ...after.years].flatMap((y) => Object.keys(y.days));
  return [...new Set(dates)]
    .filter((d) => isBusinessDayNumber(dayNumber(d), before) !== isBusinessDayNumber(dayNumber(d), after))
    .sort();
}

/** A date that depends on a calendar: how to compute it, in epoch milliseconds. */
export interface Dated {
  readonly key: string;
  readonly dueMs: (calendar: Calendar) => number;
}

export interface Moved {
  readonly key: string;
  readonly wasMs: number;
  readonly becomesMs: number;
}

/** A date that lies a span after an instant. */
export const spanDue = (key: string, startMs: number, span: Span): Dated => ({
  key,
  dueMs: (calendar) => addBusinessTimeMs(startMs, span, calendar),
});

/**
 * The dates that move when a new version of a calendar arrives, and only those: nobody else need wake. What was due by `nowMs`
 * stays as it was (breached stays breached); what would move into the past is due now.
 */
export function movedDates(dated: readonly Dated[], before: Calendar, after: Calendar, nowMs: number): Moved[] {
  if (changedDays(before, after).length === 0 && before.zone === after.zone && sameHours(before, after)) return [];
  return dated.flatMap(({ key, dueMs }) => {
    const wasMs = dueMs(before);
    if (wasMs <= nowMs) return [];
    const becomesMs = Math.max(dueMs(after), nowMs);
    return becomesMs === wasMs ? [] : [{ key, wasMs, becomesMs }];
  });
}

const sameHours = (a: Calendar, b: Calendar): boolean => JSON.stringify(a.hours) === JSON.stringify(b.hours);

/** The calendar with one year replaced or added, as a new version. */
export function withYear(calendar: Calendar, version: string, year: Calendar['years'][number]): Calendar {
  const years = [...calendar.years.filter((y) => y.year !== year.year), year].sort((a, b) => a.year - b.year);
  return { ...calendar, version, years };
}

/** First and last date that a changed day could concern, for choosing candidates in SQL; `null` when nothing changed. */
export function changedRange(before: Calendar, after: Calendar): { from: LocalDate; to: LocalDate } | null {
  const days = changedDays(before, after);
  const [first, last] = [days[0], days.at(-1)];
  return first && last ? { from: first, to: dateOf(dayNumber(last)) } : null;
}
