import { addCalendarDays, dateOf, dayNumber, instantMs, localDay, timeOfDay, weekday } from '@arrears/calendar';
import type { LocalDate } from './vocabulary.js';

/** The local date at an instant. */
export const dateAt = (t: number, zone: string): LocalDate => dateOf(localDay(t, zone));

export const plusDays = (date: LocalDate, days: number): LocalDate => addCalendarDays(date, days);

/** Monday 1 to Sunday 7. */
export const weekdayOf = (date: LocalDate): number => weekday(dayNumber(date)) || 7;

/** The first instant of a local date. */
export const startOf = (date: LocalDate, zone: string): number => instantMs(dayNumber(date), 0, zone);

/** The instant at which the clock shows `time`; in a gap the moment after it, in a fold the first. `24:00` is the next day's start. */
export const timeOn = (date: LocalDate, time: string, zone: string): number =>
  instantMs(dayNumber(date), timeOfDay(time), zone);
