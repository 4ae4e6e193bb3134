import type { Tx } from '@arrears/persistence';

/** False = this receipt was taken before. */
export async function insertReceipt(
  tx: Tx,
  receipt: {
    provider: string;
    messageId: string;
    status: string;
    providerMessageId: string | undefined;
    at: string;
    receivedAt: string;
  },
): Promise<boolean> {
  const count = await tx.execute(
    `INSERT INTO receipts (provider, message_id, status, provider_message_id, at, received_at)
       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
    [
      receipt.provider,
      receipt.messageId,
      receipt.status,
      receipt.providerMessageId ?? '',
      receipt.at,
      receipt.receivedAt,
    ],
  );
  return count === 1;
}

/** Providers whose receipts say that the message left them. */
export async function providersThatSent(tx: Tx, messageId: string): Promise<string[]> {
  const rows = await tx.query<{ provider: string }>(
    `SELECT DISTINCT provider FROM receipts WHERE message_id = $1 AND status IN ('sent', 'delivered', 'returned')`,
    [messageId],
  );
  return rows.map(({ provider }) => provider);
}
