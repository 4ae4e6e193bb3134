import type { Clock } from '@arrears/clock';
import type { Database } from '@arrears/persistence';
import { z } from 'zod';
import type { Invariant } from '@arrears/observability';
import { takeProviderStatus, violationsIn } from '../messages/message-outcome.js';
import { insertReceipt, lockMessage } from '../messages/message.store.js';

export const receiptSchema = z.object({
  clientReference: z.uuid(),
  providerMessageId: z.string().min(1).max(200),
  status: z.enum(['accepted', 'sent', 'delivered', 'failed', 'expired']),
  /** Business time at which the provider says it happened. */
  at: z.iso.datetime({ offset: true }),
});
export type Receipt = z.infer<typeof receiptSchema>;

export type ReceiptAnswer = 'taken' | 'known-already' | 'nothing-new' | 'unknown-message';

/** A signed receipt: taken once, in whatever order it comes. The signature was checked at the edge. */
export async function takeReceipt(
  parts: { db: Database; clock: Clock; violated?: ((invariant: Invariant) => void) | undefined },
  provider: string,
  receipt: Receipt,
): Promise<ReceiptAnswer> {
  const now = parts.clock.nowIso();
  const at = new Date(receipt.at).toISOString();
  let seen: Invariant[] = [];
  const answer = await parts.db.transaction(async (tx): Promise<ReceiptAnswer> => {
    const row = await lockMessage(tx, { messageId: receipt.clientReference });
    if (!row || row.provider !== provider) return 'unknown-message';
    const added = await insertReceipt(tx, { ...receipt, provider, messageId: row.messageId, at, receivedAt: now });
    if (!added) return 'known-already';
    seen = violationsIn(row, { ...receipt, at });
    const outcome = await takeProviderStatus(tx, row, { ...receipt, at }, now);
    return outcome === 'moved' ? 'taken' : 'nothing-new';
  });
  // Only once it is certain: a transaction may run twice.
  for (const invariant of seen) parts.violated?.(invariant);
  return answer;
}
