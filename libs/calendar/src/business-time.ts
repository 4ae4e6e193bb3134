import { isBusinessDayNumber, shiftBusinessDays, type Calendar } from './calendar.js';
import { addMonths, dateOf, dayNumber, isoOf, msOf, timeOfDay, type Instant } from './dates.js';
import { instantMs, localDay, localTimeOfDay } from './zones.js';

/** A length of time as policies write it. */
export interface Span {
  readonly n: number;
  readonly unit: 'hours' | 'businessHours' | 'businessMinutes' | 'days' | 'businessDays' | 'months';
}

type Opening = readonly [start: number, end: number];

/** Opening times of a business day as instants, in the direction of travel; none on other days. */
function openings(day: number, calendar: Calendar): Opening[] {
  if (!isBusinessDayNumber(day, calendar)) return [];
  return calendar.hours.map((h): Opening => [
    instantMs(day, timeOfDay(h.from), calendar.zone),
    instantMs(day, timeOfDay(h.to), calendar.zone),
  ]);
}

/** A hundred years of days: longer spans are a mistake in the data. */
const maxDays = 36_525;

function forward(ms: number, lengthMs: number, calendar: Calendar): number {
  let left = lengthMs;
  const first = localDay(ms, calendar.zone);
  for (let day = first; day < first + maxDays; day += 1) {
    for (const [start, end] of openings(day, calendar)) {
      const from = Math.max(ms, start);
      if (from >= end) continue;
      if (left <= end - from) return from + left;
      left -= end - from;
    }
  }
  throw new RangeError('Business time span is too long');
}

function backward(ms: number, lengthMs: number, calendar: Calendar): number {
  let left = lengthMs;
  const last = localDay(ms, calendar.zone);
  for (let day = last; day > last - maxDays; day -= 1) {
    for (const [start, end] of openings(day, calendar).reverse()) {
      const to = Math.min(ms, end);
      if (to <= start) continue;
      if (left <= to - start) return to - left;
      left -= to - start;
    }
  }
  throw new RangeError('Business time span is too long');
}

const hourMs = 3_600_000;

/** `addBusinessTime` in epoch milliseconds. */
export function addBusinessTimeMs(ms: number, span: Span, calendar: Calendar): number {
  const { n, unit } = span;
  if (!Number.isFinite(n)) throw new RangeError('A span needs a finite number');
  if (n === 0) return ms;
  if (unit === 'hours') return ms + n * hourMs;
  if (unit === 'businessHours' || unit === 'businessMinutes') {
    const length = Math.abs(n) * (unit === 'businessHours' ? hourMs : 60_000);
    return n > 0 ? forward(ms, length, calendar) : backward(ms, length, calendar);
  }
  if (!Number.isInteger(n)) throw new RangeError(`A span in ${unit} needs a whole number`);
  const day = localDay(ms, calendar.zone);
  const target =
    unit === 'days'
      ? day + n
      : unit === 'months'
        ? dayNumber(addMonths(dateOf(day), n))
        : shiftBusinessDays(day, n, calendar);
  return instantMs(target, localTimeOfDay(ms, calendar.zone), calendar.zone);
}

/**
 * An instant so much later (earlier when `n` is negative). `hours` pass always; `businessHours` and `businessMinutes` pass in
 * the calendar's hours only, so that 30 minutes from Friday 17:50 end on Monday 09:20; `days`, `businessDays` and `months`
 * keep the local time of day, the first day not counted. No end is moved off a holiday here: that is `termEnd`.
 */
export const addBusinessTime = (instant: Instant, span: Span, calendar: Calendar): Instant =>
  isoOf(addBusinessTimeMs(msOf(instant), span, calendar));

/** Business milliseconds from one instant to a later one; 0 when it is not later. */
export function businessMsBetween(fromMs: number, toMs: number, calendar: Calendar): number {
  let total = 0;
  if (toMs <= fromMs) return 0;
  const last = localDay(toMs, calendar.zone);
  for (let day = localDay(fromMs, calendar.zone); day <= last; day += 1) {
    for (const [start, end] of openings(day, calendar))
      total += Math.max(0, Math.min(end, toMs) - Math.max(start, fromMs));
  }
  return total;
}
