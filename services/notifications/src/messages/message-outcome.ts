import type { Invariant } from '@arrears/observability';
import type { Tx } from '@arrears/persistence';
import { progress, type ProviderStatus } from './message.js';
import { publishFact } from './message-facts.js';
import { moveMessage, type MessageRow } from './message.store.js';

type Word = { status: ProviderStatus; providerMessageId?: string; at: string };

/**
 * What a provider's word shows that must never be. Another id than the one we know: it took the message twice. Delivered
 * after the end of what its permit allowed: it reached somebody at an hour that was not judged.
 */
export function violationsIn(row: Pick<MessageRow, 'providerMessageId' | 'validUntil'>, word: Word): Invariant[] {
  const twice =
    row.providerMessageId !== null &&
    word.providerMessageId !== undefined &&
    word.providerMessageId !== row.providerMessageId;
  return [...(twice ? ['duplicate_contact' as const] : []), ...(isLate(row, word) ? ['quiet_hours' as const] : [])];
}

const isLate = ({ validUntil }: Pick<MessageRow, 'validUntil'>, { status, at }: Word): boolean =>
  status === 'delivered' && validUntil !== null && at > validUntil;

/**
 * Takes a provider's word about a message, from a receipt or because we asked. The caller has locked the row. A message
 * that surely left owes the gate that word: its counters were reserved and are now used.
 * @param row the locked message
 * @param at business time of the provider's word; later than `validUntil` is reported as late
 */
export async function takeProviderStatus(
  tx: Tx,
  row: MessageRow,
  word: Word,
  now: string,
): Promise<'moved' | 'nothing-new'> {
  const step = progress(row.state, word.status);
  if (!step.changed) return 'nothing-new';
  const open = row.state === 'permitted' || row.state === 'unknown';
  const late = step.state === 'delivered' && isLate(row, word);
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
