import type { Tx } from '@arrears/persistence';
import { progress, type ProviderStatus } from './message.js';
import { publishFact } from './message-facts.js';
import { moveMessage, type MessageRow } from './message.store.js';

/**
 * Takes a provider's word about a message, from a receipt or because we asked. The caller has locked the row. A message
 * that surely left owes the gate that word: its counters were reserved and are now used.
 * @param row the locked message
 * @param at business time of the provider's word; later than `validUntil` is reported as late
 */
export async function takeProviderStatus(
  tx: Tx,
  row: MessageRow,
  word: { status: ProviderStatus; providerMessageId?: string; at: string },
  now: string,
): Promise<'moved' | 'nothing-new'> {
  const step = progress(row.state, word.status);
  if (!step.changed) return 'nothing-new';
  const open = row.state === 'permitted' || row.state === 'unknown';
  const late = step.state === 'delivered' && row.validUntil !== null && word.at > row.validUntil;
  await moveMessage(
    tx,
    row.messageId,
    [row.state],
    {
      state: step.state,
      because: step.because,
      providerMessageId: word.providerMessageId,
      late,
      owedToGate: open ? 'handed-over' : undefined,
    },
    now,
  );
  if (step.state === 'accepted') await publishFact(tx, row, 'arrears.notifications.message-accepted.v1', {}, now);
  if (step.state === 'sent') await publishFact(tx, row, 'arrears.notifications.message-sent.v1', {}, now);
  if (step.state === 'delivered')
    await publishFact(tx, row, 'arrears.notifications.message-delivered.v1', { deliveredAt: word.at, late }, now);
  if (step.state === 'failed')
    await publishFact(tx, row, 'arrears.notifications.message-failed.v1', { because: step.because }, now);
  return 'moved';
}
