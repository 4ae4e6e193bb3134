import type { Database, Tx } from '@arrears/persistence';
import { silentMs, type MessageState } from './message.js';
import { columns, fromRow, type MessageRow } from './message.store.js';

export interface Intent {
  permitId: string;
  permitExpiresReal: string;
  contactPointId: string;
  validUntil: string;
  templateVersion: number;
  /** Sealed. */
  content: Buffer;
  contentHash: string;
  fileHash: string | null;
  destinationIndex: Buffer;
}

/** Writes permit and content down before any provider is called. False = somebody was faster or it was withdrawn. */
export async function writeIntent(tx: Tx, messageId: string, intent: Intent, at: string): Promise<boolean> {
  const count = await tx.execute(
    `UPDATE messages
       SET state = 'permitted', permit_id = $2, permit_expires_real = $3, contact_point_id = $4, valid_until = $5,
           template_version = $6, content = $7, content_hash = $8, file_hash = $9, destination_index = $10,
           changed_at = $11, parked_until_real = NULL, stopped_asks = 0, unheard_until_real = NULL,
           retry_at_real = $3::timestamptz + interval '5 seconds'
       WHERE message_id = $1 AND state = 'queued' AND owed_to_gate IS NULL`,
    [
      messageId,
      intent.permitId,
      intent.permitExpiresReal,
      intent.contactPointId,
      intent.validUntil,
      intent.templateVersion,
      intent.content,
      intent.contentHash,
      intent.fileHash,
      intent.destinationIndex,
      at,
    ],
  );
  return count === 1;
}

/** Writes down who is about to be called. Only under this permit, and only once until that provider surely did not take it. */
export async function writeHandOver(
  tx: Tx,
  row: { messageId: string; permitId: string; provider: string },
  at: string,
): Promise<boolean> {
  const count = await tx.execute(
    `UPDATE messages
       SET state = 'handed-over', provider = $3, provider_message_id = NULL, handed_over_at = $4, changed_at = $4,
           providers = CASE WHEN $3 = ANY (providers) THEN providers ELSE providers || $3::text END
       WHERE message_id = $1 AND state = 'permitted' AND permit_id = $2`,
    [row.messageId, row.permitId, row.provider, at],
  );
  return count === 1;
}

export interface Change {
  state: MessageState;
  because?: string | undefined;
  providerMessageId?: string | undefined;
  owedToGate?: MessageRow['owedToGate'] | undefined;
  late?: boolean | undefined;
  sentAt?: string | undefined;
  /** Null: it counts as delivered no more by the clock. */
  deemedAt?: string | null | undefined;
  signer?: string | undefined;
  /** Only while the message still has this permit: what an older attempt learnt must not undo a newer one. */
  permitId?: string | null | undefined;
  /** No permit is reserved for it of which nobody wrote anything down. */
  heard?: boolean | undefined;
  /** Real milliseconds until it is looked at again. */
  lookAgainMs?: number | undefined;
}

/** Moves a message from one of the given states. False = it was in none of them, nothing was written. */
export async function moveMessage(
  tx: Tx,
  messageId: string,
  from: readonly MessageState[],
  change: Change,
  at: string,
): Promise<boolean> {
  const count = await tx.execute(
    `UPDATE messages
       SET state = $3, because = coalesce($4, because), provider_message_id = coalesce(provider_message_id, $5),
           owed_to_gate = coalesce($6, owed_to_gate), late = late OR $7, changed_at = $8,
           retry_at_real = now() + $9 * interval '1 millisecond',
           parked_until_real = CASE WHEN $3 = 'queued' AND $9::float8 > 0 THEN now() + $9 * interval '1 millisecond' END,
           sent_at = coalesce($11, sent_at), deemed_at = CASE WHEN $12 THEN $13::timestamptz ELSE deemed_at END,
           signer = coalesce($14, signer), silent_asks = 0,
           unheard_until_real = CASE WHEN NOT $16 THEN unheard_until_real END,
           ask_at_real = CASE WHEN $3 IN ('accepted', 'sent') THEN now() + $15 * interval '1 millisecond' END
       WHERE message_id = $1 AND state = ANY ($2) AND ($10::uuid IS NULL OR permit_id = $10)`,
    [
      messageId,
      from,
      change.state,
      change.because ?? null,
      change.providerMessageId ?? null,
      change.owedToGate ?? null,
      change.late ?? false,
      at,
      change.lookAgainMs ?? 0,
      change.permitId ?? null,
      change.sentAt ?? null,
      change.deemedAt !== undefined,
      change.deemedAt ?? null,
      change.signer ?? null,
      silentMs(0),
      change.heard ?? false,
    ],
  );
  return count === 1;
}

/** Messages whose outcome is open or whose permit is not settled, due for a look. */
export async function openMessages(db: Database, limit: number): Promise<MessageRow[]> {
  const rows = await db.query(
    `SELECT ${columns} FROM messages
     WHERE (state IN ('permitted', 'handed-over', 'unknown') OR owed_to_gate IS NOT NULL
            OR (unheard_until_real IS NOT NULL AND state <> 'queued')) AND retry_at_real <= now()
     ORDER BY retry_at_real LIMIT $1`,
    [limit],
  );
  return rows.map(fromRow);
}

export async function lookAgain(db: Database, messageId: string, realMs: number): Promise<void> {
  await db.query(
    `UPDATE messages SET attempts = attempts + 1, retry_at_real = now() + $2 * interval '1 millisecond' WHERE message_id = $1`,
    [messageId, realMs],
  );
}

/** Nothing is reserved at the gate for a message of which nobody wrote down what it was granted. */
export async function heard(db: Database, messageId: string): Promise<void> {
  await db.query("UPDATE messages SET unheard_until_real = NULL WHERE message_id = $1 AND state <> 'queued'", [
    messageId,
  ]);
}

export async function gateSettled(db: Database, messageId: string, told: string): Promise<void> {
  await db.query(`UPDATE messages SET owed_to_gate = NULL WHERE message_id = $1 AND owed_to_gate = $2`, [
    messageId,
    told,
  ]);
}

/** Messages that a provider has, and of which it has been silent for long. */
export async function silentMessages(db: Database, limit: number): Promise<MessageRow[]> {
  const rows = await db.query(
    `SELECT ${columns} FROM messages WHERE ask_at_real <= now() ORDER BY ask_at_real LIMIT $1`,
    [limit],
  );
  return rows.map(fromRow);
}

/** Asked without news: later again, in the end no more. */
export async function stillSilent(db: Database, { messageId, silentAsks }: MessageRow): Promise<void> {
  const asks = silentAsks + 1;
  await db.query(
    `UPDATE messages SET silent_asks = $2, ask_at_real = now() + $3::float8 * interval '1 millisecond'
     WHERE message_id = $1 AND ask_at_real IS NOT NULL`,
    [messageId, asks, silentMs(asks)],
  );
}

/** Letters whose day has come, locked. */
export async function lockDeemed(tx: Tx, businessNow: string, limit: number): Promise<MessageRow[]> {
  const rows = await tx.query(
    `SELECT ${columns} FROM messages WHERE deemed_at <= $1 ORDER BY deemed_at LIMIT $2 FOR UPDATE SKIP LOCKED`,
    [businessNow, limit],
  );
  return rows.map(fromRow);
}
