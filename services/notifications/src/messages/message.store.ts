import type { QueueMessage } from '@arrears/contracts';
import type { Database, Tx } from '@arrears/persistence';
import type { MessageState } from './message.js';
import { priorityOf, type Priority } from './priority.js';

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
  channel: QueueMessage['channel'];
  purpose: QueueMessage['purpose'];
  priority: Priority;
  templateId: string;
  templateVersion: number | null;
  caseSeq: number;
  notBefore: string;
  notAfter: string;
  state: MessageState;
  attempts: number;
  /** How often its provider was asked because it was silent. */
  silentAsks: number;
  /** Answers of the gate in a row that a stop order is in force. */
  stoppedAsks: number;
  permitId: string | null;
  permitExpiresReal: string | null;
  /** A permit may have been granted that nobody wrote down, and until then its sender may still do so. */
  unheardUntilReal: string | null;
  owedToGate: 'handed-over' | 'unknown' | 'never-left' | null;
  contactPointId: string | null;
  validUntil: string | null;
  content: Buffer | null;
  contentHash: string | null;
  fileHash: string | null;
  delivery: NonNullable<QueueMessage['delivery']> | null;
  deemedAfterDays: number | null;
  termDays: number | null;
  /** The last one it was handed to. */
  provider: string | null;
  providers: string[];
  providerMessageId: string | null;
  handedOverAt: string | null;
  sentAt: string | null;
  deemedAt: string | null;
  signer: string | null;
  because: string | null;
  late: boolean;
  createdAt: string;
  changedAt: string;
}

export const columns = `
  message_id AS "messageId", effect_key AS "effectKey", step, case_id AS "caseId", agreement_id AS "agreementId",
  debtor_id AS "debtorId", person_id AS "personId", contact_point_ids AS "contactPointIds", covers, channel, purpose,
  priority, template_id AS "templateId", template_version AS "templateVersion", case_seq::int AS "caseSeq",
  not_before AS "notBefore", not_after AS "notAfter", state, attempts, stopped_asks AS "stoppedAsks",
  silent_asks AS "silentAsks",
  permit_id AS "permitId", permit_expires_real AS "permitExpiresReal", owed_to_gate AS "owedToGate",
  unheard_until_real AS "unheardUntilReal",
  contact_point_id AS "contactPointId", valid_until AS "validUntil", content, content_hash AS "contentHash",
  file_hash AS "fileHash", delivery, deemed_after_days AS "deemedAfterDays", term_days AS "termDays", provider, providers,
  provider_message_id AS "providerMessageId", handed_over_at AS "handedOverAt", sent_at AS "sentAt",
  deemed_at AS "deemedAt", signer, because, late, created_at AS "createdAt", changed_at AS "changedAt"`;

const instants = [
  'notBefore',
  'notAfter',
  'permitExpiresReal',
  'unheardUntilReal',
  'validUntil',
  'handedOverAt',
  'sentAt',
  'deemedAt',
  'createdAt',
  'changedAt',
] as const;

export function fromRow(row: Record<string, unknown>): MessageRow {
  const message = { ...row } as Record<string, unknown>;
  for (const name of instants) if (message[name] instanceof Date) message[name] = message[name].toISOString();
  return message as unknown as MessageRow;
}

/**
 * Inserts a message unless its effect key is known.
 * @param notBefore business time at which it may leave, spread included
 * @returns false when it was known
 */
export async function insertMessage(
  tx: Tx,
  messageId: string,
  message: QueueMessage,
  notBefore: string,
  at: string,
): Promise<boolean> {
  const count = await tx.execute(
    `INSERT INTO messages (message_id, effect_key, step, case_id, agreement_id, debtor_id, person_id, contact_point_ids,
                           covers, channel, purpose, priority, template_id, case_seq, not_before, not_after, delivery,
                           deemed_after_days, term_days, created_at, changed_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $20)
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
      priorityOf(message.purpose),
      message.templateId,
      message.expects.caseSeq,
      notBefore,
      message.notAfter,
      message.delivery ?? null,
      message.deemedAfterDays ?? null,
      message.termDays ?? null,
      at,
    ],
  );
  return count === 1;
}

export async function findMessage(db: Database | Tx, messageId: string): Promise<MessageRow | undefined> {
  const [row] = await db.query(`SELECT ${columns} FROM messages WHERE message_id = $1`, [messageId]);
  return row && fromRow(row);
}

/** Locks one row: by our id, by the key of its occurrence, or by the provider's own id. */
export async function lockMessage(
  tx: Tx,
  by: { messageId: string } | { effectKey: string } | { provider: string; providerMessageId: string },
): Promise<MessageRow | undefined> {
  const [where, params] =
    'messageId' in by
      ? ['message_id = $1', [by.messageId]]
      : 'effectKey' in by
        ? ['effect_key = $1', [by.effectKey]]
        : ['provider = $1 AND provider_message_id = $2', [by.provider, by.providerMessageId]];
  const [row] = await tx.query(`SELECT ${columns} FROM messages WHERE ${where} FOR UPDATE`, params);
  return row && fromRow(row);
}

export interface UnknownPage {
  agreements: readonly string[] | null;
  after: { at: string; id: string } | null;
  limit: number;
}

/** Messages of which nobody knows whether they left, the oldest first. */
export async function listUnknown(db: Database, { agreements, after, limit }: UnknownPage): Promise<MessageRow[]> {
  const rows = await db.query(
    `SELECT ${columns} FROM messages
     WHERE state = 'unknown' AND ($1::text[] IS NULL OR agreement_id = ANY ($1))
       AND ($2::timestamptz IS NULL OR (created_at, message_id) > ($2, $3))
     ORDER BY created_at, message_id LIMIT $4`,
    [agreements, after?.at ?? null, after?.id ?? null, limit],
  );
  return rows.map(fromRow);
}
