import { dateOf, dayNumber, timeOfDay, weekday, type LocalDate, type LocalTime } from './dates.js';
import { isZone } from './zones.js';

export type DayKind = 'holiday' | 'workday';
/** `provisional`: the notice for the year is not out; only weekends and fixed dates are known. */
export type YearStatus = 'published' | 'provisional';

export interface CalendarYear {
  readonly year: number;
  readonly status: YearStatus;
  /** Days that differ from Monday-to-Friday: a workday on a weekend counts, a holiday on a weekday does not. */
  readonly days: Readonly<Record<LocalDate, DayKind>>;
}

export interface Interval {
  readonly from: LocalTime;
  readonly to: LocalTime;
}

/** A business calendar as data. A change is a new `version`, never an edit. */
export interface Calendar {
  readonly id: string;
  readonly version: string;
  readonly zone: string;
  readonly years: readonly CalendarYear[];
  /** Business hours of a business day, in order and apart. */
  readonly hours: readonly Interval[];
}

/** Exceptions by day number, compiled once for each calendar object. */
const compiled = new WeakMap<Calendar, ReadonlyMap<number, boolean>>();

function exceptions(calendar: Calendar): ReadonlyMap<number, boolean> {
  let map = compiled.get(calendar);
  if (!map) {
    map = new Map(
      calendar.years.flatMap((y) =>
        Object.entries(y.days).map(([date, kind]): [number, boolean] => [dayNumber(date), kind === 'workday']),
      ),
    );
    compiled.set(calendar, map);
  }
  return map;
}

const isWeekend = (day: number): boolean => weekday(day) === 0 || weekday(day) === 6;

/** Business day by day number, for hot code. A year that the calendar does not have counts Monday to Friday. */
export const isBusinessDayNumber = (day: number, calendar: Calendar): boolean =>
  exceptions(calendar).get(day) ?? !isWeekend(day);

export const isBusinessDay = (date: LocalDate, calendar: Calendar): boolean =>
  isBusinessDayNumber(dayNumber(date), calendar);

/** How much is known of the year of a date. */
export const yearStatus = (date: LocalDate, calendar: Calendar): YearStatus | 'absent' =>
  calendar.years.find((y) => y.year === Number(date.slice(0, 4)))?.status ?? 'absent';

/** No calendar closes longer than this; a data error must not become an endless loop. */
const longestClosure = 60;

function step(day: number, direction: 1 | -1, calendar: Calendar): number {
  for (let n = 1; n <= longestClosure; n += 1)
    if (isBusinessDayNumber(day + direction * n, calendar)) return day + direction * n;
  throw new RangeError(`Calendar ${calendar.id} ${calendar.version} has no business day near ${dateOf(day)}`);
}

/** The day itself when it is a business day, else the next (1) or the one before (-1). By day number. */
export const rollDay = (day: number, direction: 1 | -1, calendar: Calendar): number =>
  isBusinessDayNumber(day, calendar) ? day : step(day, direction, calendar);

/** So many business days later (or earlier, when negative), the day itself not counted. By day number. */
export function shiftBusinessDays(day: number, days: number, calendar: Calendar): number {
  const direction = days < 0 ? -1 : 1;
  let at = day;
  for (let left = Math.abs(days); left > 0; left -= 1) at = step(at, direction, calendar);
  return at;
}

/** The first business day after a date. */
export const nextBusinessDay = (date: LocalDate, calendar: Calendar): LocalDate =>
  dateOf(step(dayNumber(date), 1, calendar));

/** The last business day before a date. */
export const previousBusinessDay = (date: LocalDate, calendar: Calendar): LocalDate =>
  dateOf(step(dayNumber(date), -1, calendar));

/** The date itself when it is a business day, else the next one. */
export const onOrAfter = (date: LocalDate, calendar: Calendar): LocalDate =>
  dateOf(rollDay(dayNumber(date), 1, calendar));

/** `addBusinessDays('Friday', 1)` is Monday; 0 is the date itself; negative goes back. */
export const addBusinessDays = (date: LocalDate, days: number, calendar: Calendar): LocalDate =>
  dateOf(shiftBusinessDays(dayNumber(date), days, calendar));

/** Business days after `from` up to and including `to`; 0 when `to` is not later. */
export function businessDaysBetween(from: LocalDate, to: LocalDate, calendar: Calendar): number {
  let count = 0;
  for (let day = dayNumber(from) + 1; day <= dayNumber(to); day += 1)
    if (isBusinessDayNumber(day, calendar)) count += 1;
  return count;
}

/** Everything wrong with a calendar as data, in words; empty = good. */
export function validateCalendar(calendar: Calendar): string[] {
  const problems: string[] = [];
  if (!isZone(calendar.zone)) problems.push(`unknown zone ${calendar.zone}`);
  if (calendar.hours.length === 0) problems.push('there are no business hours');
  let end = -1;
  for (const { from, to } of calendar.hours) {
    if (timeOfDay(from) >= timeOfDay(to) || timeOfDay(from) < end)
      problems.push(`hours ${from}-${to} are empty or out of order`);
    end = timeOfDay(to);
  }
  const years = calendar.years.map((y) => y.year);
  if (new Set(years).size !== years.length) problems.push('a year is given twice');
  for (const { year, days } of calendar.years) {
    for (const [date, kind] of Object.entries(days)) {
      if (!date.startsWith(`${year}-`)) problems.push(`${date} is not in ${year}`);
      else if (kind === 'workday' && !isWeekend(dayNumber(date)))
        problems.push(`${date} is a weekday already, it needs no workday entry`);
    }
  }
  return problems;
}
