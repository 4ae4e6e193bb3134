import type { Invariant } from '@arrears/observability';
import type { Tx } from '@arrears/persistence';
import { deemedAt, progress, type ProviderStatus } from './message.js';
import { publishFact } from './message-facts.js';
import type { MessageRow } from './message.store.js';
import { moveMessage, type Change } from './transition.store.js';

/** A provider's word as the life of a message takes it. */
export interface Word {
  status: ProviderStatus;
  providerMessageId?: string | undefined;
  /** Business time of the provider's word; a delivery later than `validUntil` is reported as late. */
  at: string;
  because?: string | undefined;
  signer?: string | undefined;
}

/**
 * What a provider's word shows that must never be, told when it is first certain. A second provider that has it or says that
 * it left, or another id than the one we know: it was taken twice. Delivered after the end of what its permit allowed: it
 * reached somebody at an hour that was not judged.
 * @param provider whose word it is
 * @param sent those that had said before that it left them
 */
export function violationsIn(
  row: Pick<MessageRow, 'channel' | 'state' | 'provider' | 'providerMessageId' | 'validUntil'>,
  provider: string | null,
  word: Word,
  sent: readonly string[],
): Invariant[] {
  const isOurs = row.provider === provider;
  const { status, providerMessageId: id } = word;
  const anotherId = isOurs && row.providerMessageId !== null && id !== undefined && id !== row.providerMessageId;
  const taken = row.providerMessageId !== null || row.state === 'accepted';
  const had = new Set([...sent, ...(taken ? [row.provider] : [])]);
  const hasIt = saysItLeft(status) || (isOurs && status === 'accepted');
  const another = had.size === 1 && hasIt && !had.has(provider);
  const twice = anotherId || another;
  return [...(twice ? ['duplicate_contact' as const] : []), ...(isLate(row, word) ? ['quiet_hours' as const] : [])];
}

const saysItLeft = (status: ProviderStatus): boolean =>
  status === 'sent' || status === 'delivered' || status === 'returned';

/** A letter has no hour at which it may not arrive; a text or a call has. */
const isLate = ({ channel, validUntil }: Pick<MessageRow, 'channel' | 'validUntil'>, { status, at }: Word): boolean =>
  status === 'delivered' && channel !== 'letter' && validUntil !== null && at > validUntil;

/**
 * Takes a provider's word about a message, from a receipt or because we asked. The caller has locked the row. A message
 * that surely left owes the gate that word: its counters were reserved and are now used.
 * @param row the locked message
 */
export async function takeProviderStatus(
  tx: Tx,
  row: MessageRow,
  word: Word,
  now: string,
): Promise<'moved' | 'nothing-new'> {
  const step = progress(row.state, word.status, row.providers.length > 0);
  if (!step.changed) return 'nothing-new';
  const change: Change = {
    state: step.state,
    because: step.because ?? (step.state === 'returned' ? (word.because ?? 'other') : undefined),
    providerMessageId: word.providerMessageId,
    ...(owesGate(row) && { owedToGate: 'handed-over' as const }),
  };
  const sentAt = row.sentAt ?? word.at;
  switch (step.state) {
    case 'accepted':
      await moveMessage(tx, row.messageId, [row.state], change, now);
      return told(publishFact(tx, row, 'accepted', {}, now));
    case 'sent': {
      const due = deemedAt(sentAt, row.deemedAfterDays);
      await moveMessage(tx, row.messageId, [row.state], { ...change, sentAt, deemedAt: due }, now);
      return told(publishFact(tx, row, 'sent', {}, now));
    }
    case 'delivered': {
      const late = isLate(row, word);
      const { signer } = word;
      await moveMessage(tx, row.messageId, [row.state], { ...change, late, signer, deemedAt: null }, now);
      const extra = { deliveredAt: word.at, late, ...(signer !== undefined && { signer }) };
      return told(publishFact(tx, row, 'delivered', extra, now));
    }
    case 'returned': {
      // Refused or undeliverable, a letter counts as delivered some days after it was posted all the same, once.
      const due = row.state === 'deemed-delivered' ? null : deemedAt(sentAt, row.deemedAfterDays);
      await moveMessage(tx, row.messageId, [row.state], { ...change, sentAt, deemedAt: due }, now);
      return told(publishFact(tx, row, 'returned', { because: change.because, returnedAt: word.at }, now));
    }
    case 'failed':
      await moveMessage(tx, row.messageId, [row.state], { ...change, deemedAt: null }, now);
      return told(publishFact(tx, row, 'failed', { because: step.because }, now));
    default:
      throw new Error(`a provider's word never makes a message ${step.state}`);
  }
}

async function told(publishing: Promise<void>): Promise<'moved'> {
  await publishing;
  return 'moved';
}

/** Whether the gate still believes that the permit is unused, unclear or given back. */
function owesGate({ state, owedToGate, permitId }: MessageRow): boolean {
  if (permitId === null) return false;
  return owedToGate !== null || ['queued', 'cancelled', 'permitted', 'handed-over', 'unknown'].includes(state);
}
