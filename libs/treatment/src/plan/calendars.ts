import {
  addBusinessDays,
  addBusinessTimeMs,
  businessDay,
  type Calendar,
  dateOf,
  dayNumber,
  isBusinessDay,
  termEnd,
  toInstantMs,
  toLocalMs,
} from '@arrears/calendar';
import type { DayKind, LocalDate, LocalTime, Span } from '../shapes/base.js';

/**
 * The planner's view of time, in epoch milliseconds. Days past due, promises and windows count by the client's calendar in
 * the agreement's zone, deadlines of people by their branch's, which may have other holidays and hours.
 */
export interface Calendars {
  /** what stands in the decision: calendar id → version */
  readonly versions: Readonly<Record<string, string>>;
  /** business date of the agreement (its zone, its cut-off) */
  businessDate(at: number): LocalDate;
  /** first instant of that business date */
  startOf(date: LocalDate): number;
  isBusinessDay(date: LocalDate): boolean;
  /** n business days after `date`; negative counts back */
  addBusinessDays(date: LocalDate, n: number): LocalDate;
  /** a span later, by the client's calendar; days and months keep the wall time */
  add(at: number, span: Span): number;
  /** first instant after a term that began with something on the business date of `at` (Civil Code, articles 201-203) */
  termOver(at: number, term: { days: number; dayKind: DayKind }): number;
  /** the same by the branch's calendar */
  addStaff(at: number, span: Span): number;
  /** wall clock in a zone; null means the agreement's own */
  toLocal(at: number, zone: string | null): { date: LocalDate; time: LocalTime };
  /** the instant of a wall time; a time skipped by daylight saving moves forward */
  toInstant(date: LocalDate, time: LocalTime, zone: string | null): number;
}

export interface CalendarChoice {
  /** the agreement's calendar */
  client: Calendar;
  /** the branch's; the client's when left out */
  staff?: Calendar;
  /** the agreement's zone; the calendar's when left out */
  zone?: string;
  /** until this time the business date is still the day before; default 00:00 */
  cutOff?: LocalTime;
}

/** Binds calendars as data to the planner. Make it once per agreement and keep it: look-ups are compiled per object. */
export function planCalendars({
  client,
  staff = client,
  zone = client.zone,
  cutOff = '00:00',
}: CalendarChoice): Calendars {
  const own: Calendar = zone === client.zone ? client : { ...client, zone };
  const versions: Record<string, string> = { [client.id]: client.version };
  versions[staff.id] = staff.version;
  const add = (calendar: Calendar) => {
    return (at: number, { n, unit }: Span): number =>
      unit === 'minutes' ? at + n * 60_000 : addBusinessTimeMs(at, { n, unit }, calendar);
  };
  const starts = new Map<LocalDate, number>();
  const businessDate = (at: number): LocalDate => dateOf(businessDay(at, zone, cutOff));
  const startOf = (date: LocalDate): number => {
    const known = starts.get(date);
    if (known !== undefined) return known;
    const at = toInstantMs(date, cutOff, zone);
    if (starts.size > REMEMBERED_DAYS) starts.clear();
    starts.set(date, at);
    return at;
  };
  return {
    versions,
    businessDate,
    startOf,
    termOver: (at, { days, dayKind }) => {
      const term = { n: days, unit: dayKind === 'business' ? 'businessDays' : 'days' } as const;
      return startOf(dateOf(dayNumber(termEnd(businessDate(at), term, own)) + 1));
    },
    isBusinessDay: (date) => isBusinessDay(date, own),
    addBusinessDays: (date, n) => addBusinessDays(date, n, own),
    add: add(own),
    addStaff: add(staff),
    toLocal: (at, other) => toLocalMs(at, other ?? zone),
    toInstant: (date, time, other) => toInstantMs(date, time, other ?? zone),
  };
}

/** Starts of business dates asked again and again; bounded, since a process lives long. */
const REMEMBERED_DAYS = 5_000;
