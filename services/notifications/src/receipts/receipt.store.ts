import type { Tx } from '@arrears/persistence';

/** False = this receipt was taken before. */
export async function insertReceipt(
  tx: Tx,
  receipt: { provider: string; messageId: string; status: string; at: string; receivedAt: string },
): Promise<boolean> {
  const count = await tx.execute(
    `INSERT INTO receipts (provider, message_id, status, at, received_at)
       VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
    [receipt.provider, receipt.messageId, receipt.status, receipt.at, receipt.receivedAt],
  );
  return count === 1;
}
