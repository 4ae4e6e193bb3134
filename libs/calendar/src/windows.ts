import { isBusinessDayNumber, type Calendar } from './calendar.js';
import { dayMs, isoOf, msOf, timeOfDay, type Instant, type LocalTime } from './dates.js';
import { instantMs, localDay } from './zones.js';

/**
 * A daily window of wall-clock time, `from` included, `to` excluded. `from` later than `to` runs over midnight; `from` equal
 * to `to`, or 00:00 to 24:00, is the whole day. With a calendar only windows that begin on its business days count.
 */
export interface Window {
  readonly from: LocalTime;
  readonly to: LocalTime;
  readonly calendar?: Calendar;
}

/** The rest of the day: quiet hours 22:00-08:00 leave the window 08:00-22:00. */
export const outside = (quiet: Window): Window => ({ ...quiet, from: quiet.to, to: quiet.from });

const isWholeDay = (window: Window): boolean => timeOfDay(window.from) % dayMs === timeOfDay(window.to) % dayMs;

/** The first stretch of the window in a zone that ends after `ms`; it may have begun. */
function stretch(ms: number, window: Window, zone: string): readonly [start: number, end: number] {
  const from = timeOfDay(window.from);
  const length = (timeOfDay(window.to) - from + dayMs) % dayMs || dayMs;
  // From the day before, since that one's window may reach over midnight.
  for (let day = localDay(ms, zone) - 1; ; day += 1) {
    if (window.calendar && !isBusinessDayNumber(day, window.calendar)) continue;
    const end = instantMs(day, from + length, zone);
    if (end > ms) return [instantMs(day, from, zone), end];
  }
}

/** After a year every zone has had all its offsets: windows that have not met by then never do. */
const horizonMs = 370 * dayMs;

/** `nextAllowed` in epoch milliseconds. */
export function nextAllowedMs(ms: number, window: Window, zones: readonly string[]): number | null {
  if (zones.length === 0) throw new RangeError('A window needs a zone');
  if (isWholeDay(window) && !window.calendar) return ms;
  let at = ms;
  while (at - ms <= horizonMs) {
    const latest = Math.max(...zones.map((zone) => Math.max(at, stretch(at, window, zone)[0])));
    if (latest === at) return at;
    at = latest;
  }
  return null;
}

/**
 * The earliest instant, not before `instant`, at which the window is open in every zone: a debtor whose zone is not sure may
 * be called only when it is day wherever he may be. `null` = the zones' windows never meet. Computed from window to window.
 */
export function nextAllowed(instant: Instant, window: Window, zones: readonly string[]): Instant | null {
  const ms = nextAllowedMs(msOf(instant), window, zones);
  return ms === null ? null : isoOf(ms);
}

/** `windowEnd` in epoch milliseconds; `Infinity` for a window that never closes. */
export function windowEndMs(ms: number, window: Window, zones: readonly string[]): number | null {
  if (nextAllowedMs(ms, window, zones) !== ms) return null;
  if (isWholeDay(window) && !window.calendar) return Number.POSITIVE_INFINITY;
  return Math.min(...zones.map((zone) => stretch(ms, window, zone)[1]));
}

/** When the window that is open at `instant` closes first; `null` when it is not open, or never closes. */
export function windowEnd(instant: Instant, window: Window, zones: readonly string[]): Instant | null {
  const ms = windowEndMs(msOf(instant), window, zones);
  return ms === null || ms === Number.POSITIVE_INFINITY ? null : isoOf(ms);
}
