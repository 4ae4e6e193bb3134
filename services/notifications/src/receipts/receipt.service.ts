import type { Clock } from '@arrears/clock';
import type { Database, Tx } from '@arrears/persistence';
import { z } from 'zod';
import type { Invariant } from '@arrears/observability';
import { journal } from '../journal.js';
import { takeProviderStatus, violationsIn } from '../messages/message-outcome.js';
import { lockMessage, type MessageRow } from '../messages/message.store.js';
import { insertReceipt, providersThatSent } from './receipt.store.js';

export const receiptSchema = z.object({
  clientReference: z.uuid(),
  providerMessageId: z.string().min(1).max(200).optional(),
  status: z.enum(['accepted', 'sent', 'delivered', 'failed', 'expired', 'returned']),
  /** Business time at which the provider says it happened. */
  at: z.iso.datetime({ offset: true }),
  /** With `returned`. */
  because: z.enum(['refused', 'unknown-address', 'moved', 'unclaimed', 'no-mailbox', 'blocked', 'other']).optional(),
  /** With `delivered`, of a registered letter. */
  signer: z.enum(['self', 'cohabiting-relative', 'authorised']).optional(),
});
/** Over a provider's own line the message may be named by the provider's id alone. */
export type Receipt = Omit<z.infer<typeof receiptSchema>, 'clientReference' | 'at'> & {
  clientReference?: string | undefined;
  at?: string | undefined;
};

export const receiptAnswers = ['taken', 'known-already', 'nothing-new', 'unknown-message', 'from-the-future'] as const;
export type ReceiptAnswer = (typeof receiptAnswers)[number];

/** Clocks differ by so much business time at most; what says it happened later has not happened. */
const aheadMs = 5 * 60_000;

/** A receipt whose sender was checked at the edge: taken once, in whatever order it comes. */
export async function takeReceipt(
  parts: { db: Database; clock: Clock; violated?: ((invariant: Invariant) => void) | undefined },
  provider: string,
  receipt: Receipt,
): Promise<ReceiptAnswer> {
  const now = parts.clock.nowIso();
  const at = receipt.at === undefined ? now : new Date(receipt.at).toISOString();
  if (Date.parse(at) > Date.parse(now) + aheadMs) return 'from-the-future';
  let seen: Invariant[] = [];
  const answer = await parts.db.transaction(async (tx): Promise<ReceiptAnswer> => {
    seen = [];
    const row = await messageOf(tx, provider, receipt);
    if (!row?.providers.includes(provider)) return 'unknown-message';
    const { messageId, caseId } = row;
    const { status, providerMessageId } = receipt;
    const sent = await providersThatSent(tx, messageId);
    if (!(await insertReceipt(tx, { provider, messageId, status, providerMessageId, at, receivedAt: now })))
      return 'known-already';
    seen = violationsIn(row, provider, { ...receipt, at }, sent);
    // The id that we keep is the one of the provider that we keep.
    const word = { ...receipt, at, ...(row.provider !== provider && { providerMessageId: undefined }) };
    const changed = counts(row, provider, receipt) && (await takeProviderStatus(tx, row, word, now)) === 'moved';
    const data = { messageId, provider, status, statusAt: at, changed };
    await journal.append(tx, { caseId, kind: 'receipt-taken', at: now, actor: `provider:${provider}`, data });
    return changed ? 'taken' : 'nothing-new';
  });
  // Only once it is certain: a transaction may run twice.
  for (const invariant of seen) parts.violated?.(invariant);
  return answer;
}

async function messageOf(tx: Tx, provider: string, receipt: Receipt): Promise<MessageRow | undefined> {
  const { clientReference: messageId, providerMessageId } = receipt;
  if (messageId !== undefined) return lockMessage(tx, { messageId });
  return providerMessageId === undefined ? undefined : lockMessage(tx, { provider, providerMessageId });
}

/** A provider that gave the message back is heard only when it says that it left all the same. */
function counts(row: MessageRow, provider: string, { status }: Receipt): boolean {
  return row.provider === provider || status === 'sent' || status === 'delivered' || status === 'returned';
}
