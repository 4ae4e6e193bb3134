import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isoOf, msOf, type Instant } from './clock.js';
import { readTimeline } from './file-clock.js';
import { timelineOf, type Segment, type Timeline } from './segments.js';

/** Real now; another one may be given in tests. */
type Real = () => number;

function write(path: string, segments: readonly Segment[]): void {
  timelineOf(segments, `Clock file ${path}`);
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, `[\n${segments.map((s) => `  ${JSON.stringify(s)}`).join(',\n')}\n]\n`);
  // A reader sees the old file or the new one, never half of it.
  renameSync(temporary, path);
}

const segmentsOf = (timeline: Timeline): Segment[] =>
  timeline.lines.map((l) => ({ realFrom: isoOf(l.real), businessFrom: isoOf(l.business), speed: l.speed }));

/** Appends a segment that starts now, or at the last entry's start where the machine's clock was set back since. */
function append(
  path: string,
  real: Real,
  next: (timeline: Timeline, businessNow: number) => { business: number; speed: number },
): void {
  const timeline = readTimeline(path);
  const realFrom = Math.max(Math.floor(real()), timeline.lines.at(-1)?.real ?? 0);
  const { business, speed } = next(timeline, timeline.toBusiness(realFrom));
  write(path, [...segmentsOf(timeline), { realFrom: isoOf(realFrom), businessFrom: isoOf(business), speed }]);
}

const speedNow = (timeline: Timeline): number => timeline.lines.at(-1)?.speed ?? 1;

/**
 * Makes the clock run. Creates the file with business time `businessNow` (default: real now) and `speed` (default 1); an
 * existing clock goes on where it stopped, at `speed` or else at the last one that was not 0. Running already = no change.
 */
export function startClock(
  path: string,
  options: { businessNow?: Instant; speed?: number } = {},
  real: Real = Date.now,
): void {
  if (!existsSync(path)) {
    const now = Math.floor(real());
    const business = options.businessNow === undefined ? now : msOf(options.businessNow);
    write(path, [{ realFrom: isoOf(now), businessFrom: isoOf(business), speed: options.speed ?? 1 }]);
    return;
  }
  const timeline = readTimeline(path);
  const speed = options.speed ?? timeline.lines.findLast((l) => l.speed > 0)?.speed ?? 1;
  if (speedNow(timeline) !== speed) setSpeed(path, speed, real);
}

/** Business time stands still from now on: nothing passes while we are down. Stopping twice is once. */
export function stopClock(path: string, real: Real = Date.now): void {
  if (speedNow(readTimeline(path)) !== 0) setSpeed(path, 0, real);
}

/** Goes on from the present business time at another speed. */
export function setSpeed(path: string, speed: number, real: Real = Date.now): void {
  append(path, real, (_timeline, business) => ({ business, speed }));
}

/** Moves business time forward to an instant, speed unchanged. Throws an Error when that is in the past. */
export function jumpTo(path: string, businessInstant: Instant, real: Real = Date.now): void {
  append(path, real, (timeline) => ({ business: msOf(businessInstant), speed: speedNow(timeline) }));
}

/** Moves business time forward by so many milliseconds, speed unchanged. */
export function jumpBy(path: string, businessMs: number, real: Real = Date.now): void {
  append(path, real, (timeline, business) => ({ business: business + businessMs, speed: speedNow(timeline) }));
}
