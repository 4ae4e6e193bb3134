import { createHash } from 'node:crypto';
import { seesAgreement, type Actor } from '@arrears/auth';
import type { Clock } from '@arrears/clock';
import type { PersonKeys, Tx } from '@arrears/persistence';
import { problem } from '@arrears/service';
import { z } from 'zod';
import { journal } from '../journal.js';
import { publishFact } from './message-facts.js';
import { takeProviderStatus } from './message-outcome.js';
import { findMessage, lockMessage, type MessageRow } from './message.store.js';
import { insertSettlement } from './settlement.store.js';
import { moveMessage } from './transition.store.js';

export const settleInput = z.strictObject({
  /** `never-left` ends the occurrence: the message is not sent again, the plan decides what comes next. */
  outcome: z.enum(['sent', 'delivered', 'never-left']),
  reason: z.string().trim().min(5).max(500),
  /** Where it can be looked up: the provider's ticket, a line of its log or invoice. */
  evidence: z.string().trim().min(1).max(500),
});
export type SettleInput = z.infer<typeof settleInput>;

export interface SettleParts {
  clock: Clock;
  personKeys: PersonKeys;
}

/**
 * A person tells what became of a message of which nobody knew. Never sends.
 * @throws ProblemError `not-found`, `conflict` when its outcome is known, or the provider may still tell
 */
export async function settleByPerson(
  tx: Tx,
  { clock, personKeys }: SettleParts,
  messageId: string,
  input: SettleInput,
  actor: Actor,
): Promise<MessageRow> {
  const row = await lockMessage(tx, { messageId });
  if (!row || !seesAgreement(actor, row.agreementId)) throw problem('not-found', 'There is no such message.');
  if (row.state !== 'unknown')
    throw problem('conflict', `Only a message of which nobody knows can be settled; this one is ${row.state}.`);
  const at = clock.nowIso();
  const { personId, agreementId } = row;
  const words = await personKeys.encrypt(
    { personId, agreementId },
    `settlement:${messageId}`,
    JSON.stringify({ reason: input.reason, evidence: input.evidence }),
  );
  // Of the sealed bytes: once the person's key is destroyed it tells nothing any more.
  const wordsHash = createHash('sha256').update(words).digest('hex');
  const { outcome } = input;
  await insertSettlement(tx, { messageId, outcome, words, wordsHash, settledBy: actor.sub, at });
  const data = { messageId, outcome, wordsHash };
  await journal.append(tx, { caseId: row.caseId, kind: 'message-settled', at, actor: actor.sub, data });
  await take(tx, row, outcome, at);
  return (await findMessage(tx, messageId)) ?? row;
}

async function take(tx: Tx, row: MessageRow, outcome: SettleInput['outcome'], at: string): Promise<void> {
  if (outcome !== 'never-left') {
    await takeProviderStatus(tx, row, { status: outcome, at }, at);
    return;
  }
  const change = { state: 'failed', because: 'never-left', owedToGate: 'never-left' } as const;
  await moveMessage(tx, row.messageId, ['unknown'], change, at);
  await publishFact(tx, row, 'failed', { because: 'never-left' }, at);
}
