import type { EventKind } from '@arrears/compliance';
import type { PermitCommit, PermitRequest } from '@arrears/contracts';

type Outcome = PermitCommit['outcome'];
type Channel = PermitRequest['channel'];
/** `assumed-placed`: a dial of which nobody told anything for a day. */
export type PermitState = Outcome | 'granted' | 'released' | 'assumed-placed';
export type CountState = 'reserved' | 'counted' | 'given-back';
/** Kinds of one contact by how they count: `reserved` and `counted` count alike, `givenBack` no longer does. */
export interface Counts {
  reserved: EventKind[];
  counted: EventKind[];
  givenBack: EventKind[];
}

/** Nothing that tells less comes after what told more: a late `sent` after `delivered` changes nothing. */
const rank: Readonly<Record<PermitState, number>> = {
  granted: 0,
  released: 0,
  'never-left': 0,
  'handed-over': 1,
  unknown: 2,
  sent: 3,
  'assumed-placed': 3,
  failed: 4,
  returned: 4,
  unanswered: 4,
  conversation: 5,
  delivered: 5,
  visited: 5,
  'effective-call': 6,
};

const ofMessages = ['sent', 'delivered', 'returned'] as const;
const ofDials = ['unanswered', 'conversation', 'effective-call'] as const;
const ofAll: readonly Outcome[] = ['handed-over', 'unknown', 'failed', 'never-left'];
const outcomesOf: Readonly<Record<Channel, ReadonlySet<Outcome>>> = {
  sms: new Set([...ofAll, ...ofMessages]),
  email: new Set([...ofAll, ...ofMessages]),
  push: new Set([...ofAll, ...ofMessages]),
  letter: new Set([...ofAll, ...ofMessages]),
  // A voice message is a message for who sends it and a dial for who is called.
  voiceBot: new Set([...ofAll, ...ofMessages, ...ofDials]),
  call: new Set([...ofAll, ...ofDials]),
  visit: new Set([...ofAll, 'visited']),
};

/** Whether a contact on this channel can end so: an SMS is not visited. */
export function outcomeFits(channel: Channel, outcome: Outcome): boolean {
  return outcomesOf[channel].has(outcome);
}

/**
 * What a permit becomes when its owner tells an outcome; null = nothing new. Pure. Facts are believed even when they come
 * after the permit expired or was given back: counters then rise again. Only what surely never left gives them back, and
 * nobody can say so of a contact that is known to have happened.
 */
export function settle(state: PermitState, outcome: Outcome): Outcome | null {
  if (outcome === 'never-left') return rank[state] < rank.sent && !isGivenBack(state) ? 'never-left' : null;
  // That it failed says no more than that it never left; that it was unknown is what it was before that was known.
  if ((outcome === 'failed' || outcome === 'unknown') && isGivenBack(state)) return null;
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

/** Whether anything may still be told that changes the counters of a dial. */
export function isOpen(state: PermitState): boolean {
  return rank[state] < rank.sent && !isGivenBack(state);
}

/** What every outbound contact raises once it left; the rest of it depends on the outcome. */
const left: readonly EventKind[] = ['anyContact', 'thirdPartyContact'];
const posted: readonly EventKind[] = [...left, 'smsSent', 'emailSent', 'pushSent', 'letterPosted', 'dialPlaced'];
const answered: readonly EventKind[] = [...left, 'dialPlaced', 'conversation'];
const everything: readonly EventKind[] = [
  ...posted,
  'smsDelivered',
  'letterDelivered',
  'conversation',
  'effectiveCall',
];
/** A failed voice message is a dial that nobody took. */
const notTaken: readonly EventKind[] = [...posted, 'dialUnanswered'];

const raised: Readonly<Partial<Record<PermitState, ReadonlySet<EventKind>>>> = {
  sent: new Set(posted),
  'assumed-placed': new Set([...left, 'dialPlaced']),
  failed: new Set(notTaken),
  returned: new Set(notTaken),
  unanswered: new Set([...left, 'dialPlaced', 'dialUnanswered']),
  conversation: new Set(answered),
  'effective-call': new Set([...answered, 'effectiveCall']),
  // What was played to somebody counts as a call that reached him: who took it, nobody can say.
  delivered: new Set(everything),
  visited: new Set([...left, 'visitMade']),
};

/** How one reserved event counts in a state of its permit. */
export function countState(kind: EventKind, state: PermitState): CountState {
  if (isGivenBack(state)) return 'given-back';
  const known = raised[state];
  if (known === undefined) return 'reserved';
  if (known.has(kind)) return 'counted';
  // A message on its way may still arrive, and a dial that was placed may still be taken.
  return state === 'sent' ? 'reserved' : 'given-back';
}

/** All kinds of one contact by how they count in a state of its permit. */
export function countsIn(kinds: readonly EventKind[], state: PermitState): Counts {
  const of = (wanted: CountState) => kinds.filter((kind) => countState(kind, state) === wanted);
  return { reserved: of('reserved'), counted: of('counted'), givenBack: of('given-back') };
}
