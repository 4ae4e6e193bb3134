import { readFileSync, statSync } from 'node:fs';
import { isoOf, type Clock } from './clock.js';
import { realClock } from './clocks.js';
import { timelineOf, type Timeline } from './segments.js';

/** Environment variable with the path of the clock file; absent = the real clock. */
export const clockVariable = 'ARREARS_CLOCK';

/** How often a process looks whether the file has changed, real milliseconds: a jump is seen that much later at most. */
export const lookEveryMs = 250;

export function readTimeline(path: string): Timeline {
  const text = readFileSync(path, 'utf8');
  let segments: unknown;
  try {
    segments = JSON.parse(text);
  } catch {
    throw new Error(`Clock file ${path}: is not JSON`);
  }
  return timelineOf(segments, `Clock file ${path}`);
}

/** Appended to, not rewritten: everything that was known is still said. */
const extended = (before: Timeline, after: Timeline): boolean =>
  before.lines.every((line, i) => {
    const same = after.lines[i];
    return same?.real === line.real && same.business === line.business && same.speed === line.speed;
  });

const stampOf = (path: string): string | null => {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `${stat.mtimeMs}/${stat.size}/${stat.ino}` : null;
};

/**
 * A clock that follows a segment file which any process may change. The file is looked at (one `stat`) when time is asked
 * and the last look is older than `lookEveryMs`; watching a file is not reliable on every system. Segments appended since
 * never move this process back: after a stop it waits at the last time it told. A rewritten file is followed wherever it
 * goes; one that vanished is ignored. Throws when the file is missing at the start, or not valid at any time: a wrong time
 * is worse than none.
 */
export function fileClock(path: string, realNow: () => number = Date.now): Clock {
  let stamp = stampOf(path);
  let timeline = readTimeline(path);
  let looked = realNow();
  let told = Number.NEGATIVE_INFINITY;

  function current(): Timeline {
    const real = realNow();
    if (real - looked < lookEveryMs && real >= looked) return timeline;
    looked = real;
    const seen = stampOf(path);
    if (seen === null || seen === stamp) return timeline;
    const fresh = readTimeline(path);
    if (!extended(timeline, fresh)) told = Number.NEGATIVE_INFINITY;
    timeline = fresh;
    stamp = seen;
    return timeline;
  }
  function now(): number {
    // Looked at first: a rewritten file resets what was told.
    const business = current().toBusiness(realNow());
    told = Math.max(told, business);
    return told;
  }
  return {
    now,
    nowIso: () => isoOf(now()),
    realNow,
    toBusiness: (real) => current().toBusiness(real),
    toReal: (business) => current().toReal(business),
  };
}

/** The clock of this process by its environment: `ARREARS_CLOCK` names a clock file, without it time is real. */
export function openClock(env: Readonly<Record<string, string | undefined>>): Clock {
  const path = env[clockVariable];
  return path ? fileClock(path) : realClock();
}
