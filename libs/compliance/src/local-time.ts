import { Temporal } from 'temporal-polyfill';
import type { LocalDate } from './vocabulary.js';

/** The local date at an instant. */
export function dateAt(t: number, zone: string): LocalDate {
  return Temporal.Instant.fromEpochMilliseconds(t).toZonedDateTimeISO(zone).toPlainDate().toString();
}

export function plusDays(date: LocalDate, days: number): LocalDate {
  return new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
}

/** Monday 1 to Sunday 7. */
export function weekdayOf(date: LocalDate): number {
  return new Date(Date.parse(date)).getUTCDay() || 7;
}

/** The first instant of a local date. */
export function startOf(date: LocalDate, zone: string): number {
  return Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds;
}

/** The instant at which the clock shows `time`; in a gap the moment after it, in a fold the first. `24:00` is the next day's start. */
export function timeOn(date: LocalDate, time: string, zone: string): number {
  if (time === '24:00') return startOf(plusDays(date, 1), zone);
  return Temporal.PlainDate.from(date).toZonedDateTime({ timeZone: zone, plainTime: time }).epochMilliseconds;
}
