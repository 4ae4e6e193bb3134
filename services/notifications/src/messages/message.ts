/** The life of a message as a pure table: who may follow whom, and what a late or repeated receipt changes. */

export const messageStates = [
  /** Intended: written down, waits for its time, its permit, its turn. */
  'queued',
  /** Permit and content are written down; no provider was called under this permit. */
  'permitted',
  /** Written down before the call: the provider may have it from now on. */
  'handed-over',
  /** Nobody knows whether the provider has it; asked for, never sent again on a guess. */
  'unknown',
  'accepted',
  'sent',
  'delivered',
  'returned',
  'deemed-delivered',
  'failed',
  'cancelled',
] as const;
export type MessageState = (typeof messageStates)[number];

/** What a provider says of a message: in a receipt, or when asked. */
export type ProviderStatus = 'accepted' | 'sent' | 'delivered' | 'failed' | 'expired' | 'returned';

export type Progress = { changed: true; state: MessageState; because?: 'failed' | 'expired' } | { changed: false };

const rank: Record<MessageState, number> = {
  queued: 0,
  cancelled: 0,
  permitted: 1,
  'handed-over': 1,
  unknown: 1,
  accepted: 2,
  sent: 3,
  failed: 4,
  returned: 4,
  'deemed-delivered': 4,
  delivered: 5,
};
const nothing: Progress = { changed: false };

/**
 * Where a provider's word takes a message. Statuses arrive twice, late and out of order, so a message only moves forward;
 * the first final word stands, except that "delivered" corrects an earlier end: the person has it. A letter that counts as
 * delivered and then comes back is returned: the address is wrong all the same.
 * @param wasWithProvider it was handed over at least once. Only then may a word move one that waits or was withdrawn: the
 *   provider had said that it did not take it, and was wrong
 */
export function progress(state: MessageState, status: ProviderStatus, wasWithProvider = true): Progress {
  const next: MessageState = status === 'expired' ? 'failed' : status;
  if (state === 'queued' || state === 'cancelled' || state === 'permitted') {
    const left = status === 'sent' || status === 'delivered' || status === 'returned';
    if (!wasWithProvider || !(left || (status === 'accepted' && state !== 'cancelled'))) return nothing;
  }
  if (state === 'deemed-delivered' && next === 'returned') return { changed: true, state: next };
  if (rank[next] <= rank[state]) return nothing;
  return next === 'failed'
    ? { changed: true, state: next, because: status === 'expired' ? 'expired' : 'failed' }
    : { changed: true, state: next };
}

/** States in which only the provider, its receipt or a person can tell what happened. */
export const openStates = ['handed-over', 'unknown'] as const satisfies readonly MessageState[];

export function isOpen(state: MessageState): state is (typeof openStates)[number] {
  return state === 'handed-over' || state === 'unknown';
}

/**
 * Business time at which a posted letter counts as delivered, signed for or not: so many days after it was posted.
 * Null = never by the clock alone.
 */
export function deemedAt(sentAt: string, deemedAfterDays: number | null): string | null {
  if (deemedAfterDays === null) return null;
  return new Date(Date.parse(sentAt) + deemedAfterDays * 86_400_000).toISOString();
}

/** Seconds of real time until the provider is asked again about a message whose outcome is not known. */
export function askAgainAfterSeconds(attempt: number): number {
  return Math.min(300, 2 ** Math.min(attempt, 9));
}

/**
 * Real ms until a provider is asked about a message that it has but says nothing of: its receipts may be lost. Null = asked
 * often enough; it went on for two days, and a receipt is taken whenever it comes.
 */
export function silentMs(asks: number): number | null {
  return asks > 7 ? null : 10 * 60_000 * 2 ** asks;
}
