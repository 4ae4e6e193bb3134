import { isoOf, msOf, type Clock, type Instant } from './clock.js';

const ms = (at: number | Instant): number => (typeof at === 'number' ? at : msOf(at));

/** Business time is real time: production. */
export function realClock(): Clock {
  let last = 0;
  // A machine's clock may be set back; business time may not.
  const now = (): number => (last = Math.max(last, Date.now()));
  return {
    now,
    nowIso: () => isoOf(now()),
    realNow: () => Date.now(),
    toBusiness: (real) => real,
    toReal: (business) => business,
  };
}

/** A stopped clock for tests: always `at`; what is later never comes. */
export function fixedClock(at: number | Instant): Clock {
  const fixed = ms(at);
  return {
    now: () => fixed,
    nowIso: () => isoOf(fixed),
    realNow: () => fixed,
    toBusiness: () => fixed,
    toReal: (business) => (business <= fixed ? fixed : null),
  };
}

/** A clock for tests that moves only when told, real and business time together; it refuses to go back. */
export function steppedClock(
  start: number | Instant,
): Clock & { advance(byMs: number): void; moveTo(at: number | Instant): void } {
  let current = ms(start);
  const moveTo = (at: number | Instant): void => {
    if (ms(at) < current) throw new RangeError('A stepped clock does not go back');
    current = ms(at);
  };
  return {
    now: () => current,
    nowIso: () => isoOf(current),
    realNow: () => current,
    toBusiness: (real) => real,
    toReal: (business) => business,
    advance: (byMs) => moveTo(current + byMs),
    moveTo,
  };
}
