import { dateOf, dayMs, dayNumber, isoOf, msOf, timeOfDay, timeText } from './dates.js';
import type { Instant, LocalDate, LocalTime } from './dates.js';

/** A stretch of time with one offset from UTC: [start, end), all in milliseconds. */
interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly offset: number;
}

interface Zone {
  readonly format: Intl.DateTimeFormat;
  readonly chunks: Map<number, readonly Stretch[]>;
}

/** Offsets are looked up once per zone and chunk of about 13 months, then answered from memory. */
const chunkMs = 400 * dayMs;
/** Shorter than any known daylight-saving period (Morocco suspends it for a month), so no pair of changes is missed. */
const probeMs = 8 * dayMs;

const zones = new Map<string, Zone>();

function zoneOf(name: string): Zone {
  let zone = zones.get(name);
  if (!zone) {
    const numeric = 'numeric' as const;
    const fields = { year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric, second: numeric };
    // Throws a RangeError that names the zone when there is no such zone.
    const format = new Intl.DateTimeFormat('en-US', { timeZone: name, hourCycle: 'h23', era: 'short', ...fields });
    zone = { format, chunks: new Map() };
    zones.set(name, zone);
  }
  return zone;
}

/** True for an IANA zone (or fixed offset) that this runtime knows. */
export function isZone(name: string): boolean {
  try {
    return name !== '' && zoneOf(name) !== undefined;
  } catch {
    return false;
  }
}

function askOffset(zone: Zone, ms: number): number {
  const whole = Math.floor(ms / 1000) * 1000;
  const part: Record<string, string> = {};
  for (const { type, value } of zone.format.formatToParts(whole)) part[type] = value;
  const year = part['era']?.startsWith('B') ? 1 - Number(part['year']) : Number(part['year']);
  const wall = new Date(0);
  wall.setUTCFullYear(year, Number(part['month']) - 1, Number(part['day']));
  wall.setUTCHours(Number(part['hour']), Number(part['minute']), Number(part['second']));
  return wall.getTime() - whole;
}

/** First millisecond (whole seconds) after `low` at which the offset is no longer that of `low`. */
function changeBetween(zone: Zone, low: number, high: number, offset: number): number {
  let [from, to] = [low, high];
  while (to - from > 1000) {
    const middle = Math.floor((from + to) / 2000) * 1000;
    if (askOffset(zone, middle) === offset) from = middle;
    else to = middle;
  }
  return to;
}

function chunkOf(zone: Zone, index: number): readonly Stretch[] {
  const cached = zone.chunks.get(index);
  if (cached) return cached;
  const end = (index + 1) * chunkMs;
  const stretches: Stretch[] = [];
  let start = index * chunkMs;
  let offset = askOffset(zone, start);
  for (let from = start; from < end; from += probeMs) {
    const next = askOffset(zone, from + probeMs);
    if (next === offset) continue;
    const change = changeBetween(zone, from, from + probeMs, offset);
    if (change >= end) break;
    stretches.push({ start, end: change, offset });
    start = change;
    offset = next;
  }
  stretches.push({ start, end, offset });
  zone.chunks.set(index, stretches);
  return stretches;
}

function stretchAt(ms: number, name: string): Stretch {
  if (!Number.isFinite(ms)) throw new RangeError('Not a time');
  const stretches = chunkOf(zoneOf(name), Math.floor(ms / chunkMs));
  for (const stretch of stretches) if (ms < stretch.end) return stretch;
  return stretches[stretches.length - 1] as Stretch;
}

/** Offset of local time from UTC at an instant, milliseconds, east positive. */
export const offsetMs = (ms: number, zone: string): number => stretchAt(ms, zone).offset;

/** Wall-clock milliseconds: what the epoch would be if the local clock were UTC. For hot code: one addition. */
export const wallMs = (ms: number, zone: string): number => ms + offsetMs(ms, zone);

/** Local day number (days since 1970-01-01 on the wall calendar) of an instant. */
export const localDay = (ms: number, zone: string): number => Math.floor(wallMs(ms, zone) / dayMs);

/** Milliseconds since local midnight by the wall clock. */
export function localTimeOfDay(ms: number, zone: string): number {
  const wall = wallMs(ms, zone);
  return wall - Math.floor(wall / dayMs) * dayMs;
}

/**
 * The instant of a wall-clock time. Where clocks go forward and the time does not exist: the first instant after the gap.
 * Where they go back and it exists twice: the earlier one.
 */
export function instantMs(day: number, msOfDay: number, zone: string): number {
  const wall = day * dayMs + msOfDay;
  // 36 hours away lie outside every gap, even of an island that changes sides of the date line.
  const before = offsetMs(wall - 1.5 * dayMs, zone);
  const after = offsetMs(wall + 1.5 * dayMs, zone);
  if (before === after && offsetMs(wall - before, zone) === before) return wall - before;
  const candidates = [wall - before, wall - after].filter((ms) => ms + offsetMs(ms, zone) === wall);
  return candidates.length > 0 ? Math.min(...candidates) : stretchAt(wall - before, zone).start;
}

export interface Local {
  readonly date: LocalDate;
  /** Cut down to the minute. */
  readonly time: LocalTime;
  readonly msOfDay: number;
}

export function toLocalMs(ms: number, zone: string): Local {
  const wall = wallMs(ms, zone);
  const day = Math.floor(wall / dayMs);
  const msOfDay = wall - day * dayMs;
  return { date: dateOf(day), time: timeText(msOfDay), msOfDay };
}

/** Local date and time of an instant. Throws a RangeError for an unknown zone or a malformed instant. */
export const toLocal = (instant: Instant, zone: string): Local => toLocalMs(msOf(instant), zone);

/** The instant of a local date and time, by the rule of `instantMs` for times that do not exist or exist twice. */
export const toInstant = (date: LocalDate, time: LocalTime, zone: string): Instant =>
  isoOf(toInstantMs(date, time, zone));

export const toInstantMs = (date: LocalDate, time: LocalTime, zone: string): number =>
  instantMs(dayNumber(date), timeOfDay(time), zone);

/** Business date as a day number: the local date, or the day before it until `cutOff`. */
export function businessDay(ms: number, zone: string, cutOff: LocalTime = '00:00'): number {
  const day = localDay(ms, zone);
  return cutOff !== '00:00' && localTimeOfDay(ms, zone) < timeOfDay(cutOff) ? day - 1 : day;
}

/** Business date of an instant in the agreement's zone: the day before until `cutOff` (default midnight). */
export const businessDate = (instant: Instant, zone: string, cutOff: LocalTime = '00:00'): LocalDate =>
  dateOf(businessDay(msOf(instant), zone, cutOff));
