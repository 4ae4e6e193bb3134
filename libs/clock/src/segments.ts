import { isoOf, msOf, type Instant } from './clock.js';

/** From a real instant on, business time starts at `businessFrom` and runs at `speed` (0 = stopped, 1 = real). */
export interface Segment {
  readonly realFrom: Instant;
  readonly businessFrom: Instant;
  readonly speed: number;
}

interface Line {
  readonly real: number;
  readonly business: number;
  readonly speed: number;
}

/** The compiled list: a total, monotone mapping from real to business milliseconds. */
export interface Timeline {
  readonly lines: readonly Line[];
  toBusiness(realMs: number): number;
  toReal(businessMs: number): number | null;
}

/** Fastest clock that is accepted: a day in some 0.9 ms, far beyond what any timer can follow. */
const maxSpeed = 100_000_000;

const at = (line: Line, realMs: number): number => Math.floor(line.business + (realMs - line.real) * line.speed);

function lineOf(segment: unknown, problem: (what: string) => Error): Line {
  const s = (segment ?? {}) as Partial<Record<keyof Segment, unknown>>;
  if (typeof s.realFrom !== 'string' || typeof s.businessFrom !== 'string')
    throw problem('`realFrom` and `businessFrom` must be ISO instants');
  if (typeof s.speed !== 'number' || !(s.speed >= 0) || s.speed > maxSpeed)
    throw problem(`\`speed\` must be a number from 0 to ${maxSpeed}`);
  try {
    return { real: msOf(s.realFrom), business: msOf(s.businessFrom), speed: s.speed };
  } catch (error) {
    throw problem((error as Error).message);
  }
}

/**
 * Checks and compiles segments. Throws an Error that names `source` and the entry (first is 1) when the list is empty, an
 * entry is malformed, or real or business time would run backwards.
 */
export function timelineOf(segments: unknown, source: string): Timeline {
  if (!Array.isArray(segments) || segments.length === 0)
    throw new Error(`${source}: must be a list of segments, at least one`);
  const lines: Line[] = [];
  segments.forEach((segment, i) => {
    const problem = (what: string): Error => new Error(`${source}, entry ${i + 1}: ${what}`);
    const line = lineOf(segment, problem);
    const before = lines.at(-1);
    if (before && line.real < before.real) throw problem('real time runs backwards');
    if (before && line.business < at(before, line.real))
      throw problem(`business time runs backwards, from ${isoOf(at(before, line.real))}`);
    lines.push(line);
  });
  const first = lines[0] as Line;
  // Before the first entry business time ran as real time does, so that the mapping has an answer for every instant.
  const all = [{ ...first, speed: 1 }, ...lines];
  return {
    lines,
    toBusiness: (realMs) => at(all.findLast((l, i) => i === 0 || l.real <= realMs) as Line, realMs),
    toReal: (businessMs) => firstReal(all, businessMs),
  };
}

function firstReal(all: readonly Line[], businessMs: number): number | null {
  for (const [i, line] of all.entries()) {
    const end = all[i + 1]?.real ?? Number.POSITIVE_INFINITY;
    if (i > 0 && businessMs <= line.business) return line.real;
    if (line.speed === 0) continue;
    let real = Math.ceil(line.real + (businessMs - line.business) / line.speed);
    // The division may be off by one in the last bit; the mapping itself is what has to be inverted.
    while (at(line, real - 1) >= businessMs) real -= 1;
    while (at(line, real) < businessMs) real += 1;
    if (real < end) return real;
  }
  return null;
}
