import type { LockedPermit } from './settle.store.js';

/**
 * Permits as this process wrote them last, so that the commit that mostly follows within a second need not read them again.
 * Only a guess: a change is written on the condition that the case's journal stands where the guess says, and whatever
 * changes a permit moves that.
 */
export interface RecentPermits {
  keep(permit: LockedPermit): void;
  /** The guess, once: after it was used it is of no use any more. */
  take(permitId: string): LockedPermit | null;
}

/** As many as may be in hand at a time; the oldest go first. */
const mostKept = 5_000;

export function recentPermits(): RecentPermits {
  const kept = new Map<string, LockedPermit>();
  return {
    keep(permit) {
      // A Map keeps the order of insertion: the first one is the oldest.
      if (kept.size >= mostKept) kept.delete(kept.keys().next().value ?? '');
      kept.set(permit.permitId, permit);
    },
    take(permitId) {
      const permit = kept.get(permitId) ?? null;
      kept.delete(permitId);
      return permit;
    },
  };
}
