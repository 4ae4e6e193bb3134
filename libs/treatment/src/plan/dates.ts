import { addMonths, dateOf, dayNumber, isoOf, msOf } from '@arrears/calendar';
import type { LocalDate, Span } from '../shapes/base.js';
import type { Calendars } from './calendars.js';

export { dateOf, msOf };
export const dayOf = dayNumber;
export const instantOf = isoOf;

export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** Days since 1970-01-01: dates as numbers make windows and differences one subtraction. */
export type Day = number;

/** First instant after the last day of a term that starts the day after `date` (Civil Code 201: day one is the next). */
export function endOfTerm(cal: Calendars, date: LocalDate, { n, unit }: Span): number {
  if (unit === 'days') return cal.startOf(dateOf(dayNumber(date) + n + 1));
  if (unit === 'businessDays') return cal.startOf(dateOf(dayNumber(cal.addBusinessDays(date, n)) + 1));
  if (unit === 'months') return cal.startOf(dateOf(dayNumber(addMonths(date, n)) + 1));
  return cal.add(cal.startOf(dateOf(dayNumber(date) + 1)), { n, unit });
}

/** Moments at which the plan may change by itself; only the earliest in the future matters. */
export interface Wakes {
  readonly now: number;
  earliest: number | null;
}

export function wake(wakes: Wakes, at: number | null): void {
  if (at === null || at <= wakes.now) return;
  if (wakes.earliest === null || at < wakes.earliest) wakes.earliest = at;
}
