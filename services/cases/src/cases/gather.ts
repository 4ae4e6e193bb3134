import { isoOf, type Clock, type Instant } from '@arrears/clock';

/** Accounts that arrive in the same moment need this long to be seen together, however fast the business clock runs. */
export const leastGatherMs = 3_000;

/**
 * The business instant from which an account's gathering counts. Gathering lasts `gatherMs` of business time and at least
 * three real seconds: on a fast clock the start is moved forward by what is missing, so that the planner, which knows
 * business time only, waits long enough.
 */
export function gatheredSince(clock: Clock, gatherMs: number): Instant {
  const now = clock.now();
  const leastUntil = clock.toBusiness(clock.realNow() + leastGatherMs);
  return isoOf(Math.max(now, leastUntil - gatherMs));
}
