import type { EventKind } from '@arrears/compliance';
import type { PermitCommit } from '@arrears/contracts';

type Outcome = PermitCommit['outcome'];
export type PermitState = Outcome | 'granted' | 'released';
/** `reserved` and `counted` count alike; only `given-back` does not. */
export type CountState = 'reserved' | 'counted' | 'given-back';

/** Nothing that tells less comes after what told more: a late `sent` after `delivered` changes nothing. */
const rank: Readonly<Record<PermitState, number>> = {
  granted: 0,
  released: 0,
  'never-left': 0,
  'handed-over': 1,
  unknown: 2,
  sent: 3,
  failed: 4,
  returned: 4,
  unanswered: 4,
  conversation: 5,
  delivered: 5,
  visited: 5,
  'effective-call': 6,
};

/**
 * What a permit becomes when its owner tells an outcome; null = nothing new. Pure. Facts are believed even when they come
 * after the permit expired or was given back: counters then rise again. Only what surely never left gives them back, and
 * nobody can say so of a message that is known to have left.
 */
export function settle(state: PermitState, outcome: Outcome): Outcome | null {
  if (outcome === 'never-left') return rank[state] < rank.sent && !isGivenBack(state) ? 'never-left' : null;
  // That it failed says no more than that it never left.
  if (outcome === 'failed' && isGivenBack(state)) return null;
  return rank[outcome] > rank[state] ? outcome : null;
}

/** Gives everything back when nothing left: only a permit that nobody used may be released. */
export function release(state: PermitState): 'released' | 'used' | null {
  if (isGivenBack(state)) return null;
  return state === 'granted' ? 'released' : 'used';
}

export function isGivenBack(state: PermitState): boolean {
  return state === 'released' || state === 'never-left';
}

/** Needs the message to have arrived; given back when it left and failed. */
const byArrival: ReadonlySet<EventKind> = new Set(['smsDelivered', 'letterDelivered', 'thirdPartyContact']);

/** How one reserved event counts in a state of its permit. */
export function countState(kind: EventKind, state: PermitState): CountState {
  if (isGivenBack(state)) return 'given-back';
  if (state === 'delivered') return 'counted';
  if (state === 'sent') return byArrival.has(kind) ? 'reserved' : 'counted';
  if (state === 'failed') return byArrival.has(kind) ? 'given-back' : 'counted';
  return 'reserved';
}
