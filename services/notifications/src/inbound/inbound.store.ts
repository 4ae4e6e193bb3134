import type { Database, Tx } from '@arrears/persistence';
import { columns, fromRow, type MessageRow } from '../messages/message.store.js';
import type { ReplyKind } from './reply.js';

export interface InboundRow {
  inboundId: string;
  provider: string;
  providerId: string;
  channel: MessageRow['channel'];
  kind: ReplyKind;
  senderIndex: Buffer;
  /** Sealed. */
  content: Buffer;
  contentHash: string;
  /** Of the day's key, when nobody knows whose it is. */
  keyDay: string | null;
  messageId: string | null;
  agreementId: string | null;
  at: string;
  receivedAt: string;
}

/** False = it was taken before. */
export async function insertInbound(tx: Tx, row: InboundRow): Promise<boolean> {
  const count = await tx.execute(
    `INSERT INTO inbound (inbound_id, provider, provider_id, channel, kind, sender_index, content, content_hash, key_day,
                          message_id, agreement_id, at, received_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
     ON CONFLICT (provider, provider_id) DO NOTHING`,
    [
      row.inboundId,
      row.provider,
      row.providerId,
      row.channel,
      row.kind,
      row.senderIndex,
      row.content,
      row.contentHash,
      row.keyDay,
      row.messageId,
      row.agreementId,
      row.at,
      row.receivedAt,
    ],
  );
  return count === 1;
}

/** The last message that went to this number or address, or the one that is named. */
export async function findAnswered(
  db: Database,
  of: { channel: MessageRow['channel']; destinationIndex: Buffer; clientReference: string | null },
): Promise<MessageRow | undefined> {
  const [named] =
    of.clientReference === null
      ? []
      : await db.query(
          `SELECT ${columns} FROM messages WHERE message_id = $1 AND channel = $2 AND handed_over_at IS NOT NULL`,
          [of.clientReference, of.channel],
        );
  if (named) return fromRow(named);
  const [last] = await db.query(
    `SELECT ${columns} FROM messages
     WHERE destination_index = $1 AND handed_over_at IS NOT NULL
     ORDER BY handed_over_at DESC LIMIT 1`,
    [of.destinationIndex],
  );
  return last && fromRow(last);
}

export interface UnknownSender {
  inboundId: string;
  provider: string;
  channel: string;
  kind: ReplyKind;
  at: Date;
  receivedAt: Date;
}

/** What came in from numbers and addresses that nothing was ever sent to, the oldest first. */
export async function listUnknownSenders(
  db: Database,
  { after, limit }: { after: { at: string; id: string } | null; limit: number },
): Promise<UnknownSender[]> {
  return db.query<UnknownSender>(
    `SELECT inbound_id AS "inboundId", provider, channel, kind, at, received_at AS "receivedAt"
     FROM inbound
     WHERE message_id IS NULL AND ($1::timestamptz IS NULL OR (received_at, inbound_id) > ($1, $2))
     ORDER BY received_at, inbound_id LIMIT $3`,
    [after?.at ?? null, after?.id ?? null, limit],
  );
}
