import type { Clock } from '@arrears/clock';
import type { MessageFact, MessageFailed, MessageReceived, MessageReturned, PermitCommit } from '@arrears/contracts';
import type { Handlers } from '@arrears/messaging';
import { Parked } from '@arrears/messaging';
import type { Invariant } from '@arrears/observability';
import type { Tx } from '@arrears/persistence';
import { ProblemError } from '@arrears/service';
import { takeOptOut } from '../consents/consent.service.js';
import { takeReply } from '../inbound/inbound.service.js';
import { takeReturned } from '../points/invalidate.service.js';
import { takeOutcome } from './settle.service.js';

type Outcome = PermitCommit['outcome'];

/** Failures after which the message had left us; all others happened before the provider took it. */
const failedAfterLeaving: ReadonlySet<MessageFailed['because']> = new Set(['failed', 'expired']);

/**
 * What happened to messages settles the counters that their permits reserved; what came back or came in changes contact
 * points and consents, and opens a day for an answer.
 */
export function deliveriesHandlers(clock: Clock, violated?: (invariant: Invariant) => void): Handlers {
  const settles = (outcome: Outcome) => (tx: Tx, event: { data: MessageFact }) =>
    settle({ tx, clock, violated }, event.data, outcome);
  return {
    'arrears.notifications.message-accepted.v1': settles('handed-over'),
    'arrears.notifications.message-sent.v1': settles('sent'),
    'arrears.notifications.message-delivered.v1': settles('delivered'),
    // Counted as delivered from then on, as the law does.
    'arrears.notifications.message-deemed-delivered.v1': settles('delivered'),
    'arrears.notifications.message-returned.v1': async (tx: Tx, event: { data: MessageReturned }) => {
      // The ledger before the permit, as at the gate.
      await takeReturned(tx, clock, event.data);
      await settle({ tx, clock, violated }, event.data, 'returned');
    },
    'arrears.notifications.message-received.v1': (tx: Tx, event: { data: MessageReceived }) =>
      orParked(event.data.kind === 'reply' ? takeReply(tx, clock, event.data) : takeOptOut(tx, clock, event.data)),
    'arrears.notifications.message-unknown.v1': settles('unknown'),
    'arrears.notifications.message-failed.v1': (tx, event) =>
      settle({ tx, clock, violated }, event.data, failedAfterLeaving.has(event.data.because) ? 'failed' : 'never-left'),
  };
}

/** That the message reached the provider is certain with these. */
const left: ReadonlySet<Outcome> = new Set(['handed-over', 'sent', 'delivered']);
/** The permit is not ours, or was for another message or text: none that covers this contact. */
const notCovered: ReadonlySet<string> = new Set(['permit-unknown', 'permit-used']);

async function settle(
  { tx, clock, violated }: { tx: Tx; clock: Clock; violated: ((invariant: Invariant) => void) | undefined },
  fact: MessageFact,
  outcome: Outcome,
): Promise<void> {
  if (fact.permitId === undefined) {
    // A message that ended before it had a permit reserved nothing; one that left without is what must never be.
    if (left.has(outcome)) violated?.('contact_without_permit');
    return;
  }
  const { permitId, messageId, contentHash } = fact;
  const settled = takeOutcome(tx, clock, {
    permitId,
    contactId: messageId,
    contentHash,
    outcome,
    actor: 'notifications',
  });
  await orParked(settled, ({ code }) => {
    if (left.has(outcome) && notCovered.has(code)) violated?.('contact_without_permit');
  });
}

/** Nothing was written before such a refusal, and trying again would find the same: people must look. */
async function orParked(work: Promise<unknown>, onRefused?: (refused: ProblemError) => void): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    onRefused?.(error);
    throw new Parked(error.code, error.detail);
  }
}
