/** The life of a message as a pure table: who may follow whom, and what a late or repeated receipt changes. */
export type MessageState =
  'queued' | 'permitted' | 'unknown' | 'accepted' | 'sent' | 'delivered' | 'failed' | 'cancelled';

/** What a provider says of a message: in a receipt, or when asked. */
export type ProviderStatus = 'accepted' | 'sent' | 'delivered' | 'failed' | 'expired';

export type Progress = { changed: true; state: MessageState; because?: 'failed' | 'expired' } | { changed: false };

const rank: Record<MessageState, number> = {
  queued: 0,
  cancelled: 0,
  permitted: 1,
  unknown: 1,
  accepted: 2,
  sent: 3,
  delivered: 4,
  failed: 4,
};

/**
 * Where a provider's word takes a message. Statuses arrive twice, late and out of order, so a message only moves forward;
 * the first final word stands, except that "delivered" corrects an earlier "failed": the phone has it.
 */
export function progress(state: MessageState, status: ProviderStatus): Progress {
  if (state === 'queued' || state === 'cancelled') return { changed: false };
  const next: MessageState = status === 'expired' ? 'failed' : status;
  if (state === 'failed' && next === 'delivered') return { changed: true, state: 'delivered' };
  if (rank[next] <= rank[state]) return { changed: false };
  return next === 'failed'
    ? { changed: true, state: next, because: status === 'expired' ? 'expired' : 'failed' }
    : { changed: true, state: next };
}

/** Seconds of real time until the provider is asked again about a message whose outcome is not known. */
export function askAgainAfterSeconds(attempt: number): number {
  return Math.min(300, 2 ** Math.min(attempt, 9));
}
