import type { QueueMessage } from '@arrears/contracts';
import type { Database, Tx } from '@arrears/persistence';
import type { MessageState } from './message.js';

/** A row of `messages` as the service uses it. Times are ISO instants; `*Real` are real time, all others business time. */
export interface MessageRow {
  messageId: string;
  effectKey: string;
  step: string;
  caseId: string;
  agreementId: string;
  debtorId: string;
  personId: string;
  contactPointIds: string[];
  covers: string[];
  channel: 'sms';
  purpose: QueueMessage['purpose'];
  templateId: string;
  templateVersion: number | null;
  caseSeq: number;
  notBefore: string;
  notAfter: string;
  state: MessageState;
  attempts: number;
  permitId: string | null;
  permitExpiresReal: string | null;
  owedToGate: 'handed-over' | 'unknown' | 'never-left' | null;
  contactPointId: string | null;
  validUntil: string | null;
  content: Buffer | null;
  contentHash: string | null;
  provider: string | null;
  providerMessageId: string | null;
  because: string | null;
  late: boolean;
  createdAt: string;
  changedAt: string;
}

const columns = `
  message_id AS "messageId", effect_key AS "effectKey", step, case_id AS "caseId", agreement_id AS "agreementId",
  debtor_id AS "debtorId", person_id AS "personId", contact_point_ids AS "contactPointIds", covers, channel, purpose,
  template_id AS "templateId", template_version AS "templateVersion", case_seq::int AS "caseSeq",
  not_before AS "notBefore", not_after AS "notAfter", state, attempts, permit_id AS "permitId",
  permit_expires_real AS "permitExpiresReal", owed_to_gate AS "owedToGate", contact_point_id AS "contactPointId",
  valid_until AS "validUntil", content, content_hash AS "contentHash", provider,
  provider_message_id AS "providerMessageId", because, late, created_at AS "createdAt", changed_at AS "changedAt"`;

const instants = ['notBefore', 'notAfter', 'permitExpiresReal', 'validUntil', 'createdAt', 'changedAt'] as const;

function fromRow(row: Record<string, unknown>): MessageRow {
  const message = { ...row } as Record<string, unknown>;
  for (const name of instants) if (message[name] instanceof Date) message[name] = message[name].toISOString();
  return message as unknown as MessageRow;
}

/** Inserts a message unless its effect key is known. */
export async function insertMessage(tx: Tx, messageId: string, message: QueueMessage, at: string): Promise<void> {
  await tx.query(
    `INSERT INTO messages (message_id, effect_key, step, case_id, agreement_id, debtor_id, person_id, contact_point_ids,
                           covers, channel, purpose, template_id, case_seq, not_before, not_after, created_at, changed_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16)
     ON CONFLICT (effect_key) DO NOTHING`,
    [
      messageId,
      message.effectKey,
      message.step,
      message.caseId,
      message.agreementId,
      message.debtorId,
      message.personId,
      message.contactPointIds,
      message.covers,
      message.channel,
      message.purpose,
      message.templateId,
      message.expects.caseSeq,
      message.notBefore,
      message.notAfter,
      at,
    ],
  );
}

/** Takes up to `limit` due messages for 20 s of real time, twice what rate, gate and rendering may take. What the gate is still owed comes first. */
export async function claimDue(db: Database, businessNow: string, limit: number): Promise<MessageRow[]> {
  return (
    await db.transaction((tx) =>
      tx.query(
        `WITH due AS (
           SELECT message_id AS id FROM messages
           WHERE state = 'queued' AND not_before <= $1 AND retry_at_real <= now() AND owed_to_gate IS NULL
             AND (claimed_until_real IS NULL OR claimed_until_real < now())
           ORDER BY not_before, message_id LIMIT $2 FOR UPDATE SKIP LOCKED
         ), claimed AS (
           UPDATE messages SET claimed_until_real = now() + interval '20 seconds', attempts = attempts + 1
           FROM due WHERE message_id = due.id RETURNING messages.*
         )
         SELECT ${columns} FROM claimed ORDER BY not_before, message_id`,
        [businessNow, limit],
      ),
    )
  ).map(fromRow);
}

/** Puts a claimed message back: until a business time (`notBefore`) or for some real milliseconds. */
export async function putBack(
  db: Database,
  messageId: string,
  wait: { notBefore?: string; realMs?: number },
): Promise<void> {
  await db.query(
    `UPDATE messages
     SET claimed_until_real = NULL, not_before = coalesce($2, not_before), retry_at_real = now() + $3 * interval '1 millisecond'
     WHERE message_id = $1 AND state = 'queued'`,
    [messageId, wait.notBefore ?? null, wait.realMs ?? 0],
  );
}

export interface Intent {
  permitId: string;
  permitExpiresReal: string;
  contactPointId: string;
  validUntil: string;
  templateVersion: number;
  content: Buffer;
  contentHash: string;
  provider: string;
}

/** Writes the intent before the provider is called. False = somebody else was faster or the message was withdrawn. */
export async function writeIntent(tx: Tx, messageId: string, intent: Intent, at: string): Promise<boolean> {
  const count = await tx.execute(
    `UPDATE messages
       SET state = 'permitted', permit_id = $2, permit_expires_real = $3, contact_point_id = $4, valid_until = $5,
           template_version = $6, content = $7, content_hash = $8, provider = $9, changed_at = $10,
           retry_at_real = $3::timestamptz + interval '5 seconds'
       WHERE message_id = $1 AND state = 'queued'`,
    [
      messageId,
      intent.permitId,
      intent.permitExpiresReal,
      intent.contactPointId,
      intent.validUntil,
      intent.templateVersion,
      intent.content,
      intent.contentHash,
      intent.provider,
      at,
    ],
  );
  return count === 1;
}

export interface Change {
  state: MessageState;
  because?: string | undefined;
  providerMessageId?: string | undefined;
  owedToGate?: MessageRow['owedToGate'] | undefined;
  late?: boolean | undefined;
  /** Only while the message still has this permit: what an older attempt learnt must not undo a newer one. */
  permitId?: string | null | undefined;
  /** Real milliseconds until the reconciler looks at it again. */
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
       SET state = $3, because = coalesce($4, because), provider_message_id = coalesce($5, provider_message_id),
           owed_to_gate = coalesce($6, owed_to_gate), late = late OR $7, changed_at = $8, claimed_until_real = NULL,
           retry_at_real = now() + $9 * interval '1 millisecond'
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
    ],
  );
  return count === 1;
}

/** Messages whose outcome is open or whose permit is not settled, due for a look. */
export async function openMessages(db: Database, limit: number): Promise<MessageRow[]> {
  const rows = await db.query(
    `SELECT ${columns} FROM messages
     WHERE (state IN ('permitted', 'unknown') OR owed_to_gate IS NOT NULL) AND retry_at_real <= now()
     ORDER BY retry_at_real LIMIT $1`,
    [limit],
  );
  return rows.map(fromRow);
}

export interface QueueStanding {
  unknown: number;
  unknownSince: Date | null;
  /** From when on the first of those that may leave now might have left. */
  waitingSince: Date | null;
}

/** Follows the indexes of what is open and what is queued: its cost does not grow with what is finished. */
export async function queueStanding(db: Database, businessNow: string): Promise<QueueStanding> {
  const [row] = await db.query<QueueStanding>(
    `SELECT unknown.n AS unknown, unknown.since AS "unknownSince", waiting.since AS "waitingSince"
     FROM (SELECT count(*)::int AS n, min(changed_at) AS since FROM messages
           WHERE state = 'unknown' AND (state IN ('permitted', 'unknown') OR owed_to_gate IS NOT NULL)) AS unknown,
          (SELECT min(not_before) AS since FROM messages WHERE state = 'queued' AND not_before <= $1) AS waiting`,
    [businessNow],
  );
  return row ?? { unknown: 0, unknownSince: null, waitingSince: null };
}

export async function lookAgain(db: Database, messageId: string, realMs: number): Promise<void> {
  await db.query(
    `UPDATE messages SET attempts = attempts + 1, retry_at_real = now() + $2 * interval '1 millisecond' WHERE message_id = $1`,
    [messageId, realMs],
  );
}

export async function gateSettled(db: Database, messageId: string, told: string): Promise<void> {
  await db.query(`UPDATE messages SET owed_to_gate = NULL WHERE message_id = $1 AND owed_to_gate = $2`, [
    messageId,
    told,
  ]);
}

export async function findMessage(db: Database | Tx, messageId: string): Promise<MessageRow | undefined> {
  const [row] = await db.query(`SELECT ${columns} FROM messages WHERE message_id = $1`, [messageId]);
  return row && fromRow(row);
}

export async function lockMessage(
  tx: Tx,
  by: { messageId: string } | { effectKey: string },
): Promise<MessageRow | undefined> {
  const [column, value] = 'messageId' in by ? ['message_id', by.messageId] : ['effect_key', by.effectKey];
  const [row] = await tx.query(`SELECT ${columns} FROM messages WHERE ${column} = $1 FOR UPDATE`, [value]);
  return row && fromRow(row);
}

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
