import { dateOf, dayNumber, instantMs, localDay, timeOfDay, weekday } from '@arrears/calendar';

export { dateOf, dayNumber, localDay, timeOfDay };

/** Monday 1 to Sunday 7. */
export const weekdayOf = (day: number): number => weekday(day) || 7;

/** The first instant of a local day. */
export const startOf = (day: number, zone: string): number => instantMs(day, 0, zone);

/**
 * The instant at which the clock shows so many milliseconds since midnight; in a gap the moment after it, in a fold the first.
 * A whole day is the next day's start.
 */
export const timeOn = (day: number, msOfDay: number, zone: string): number => instantMs(day, msOfDay, zone);
