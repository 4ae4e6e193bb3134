import { createHash } from 'node:crypto';
import { eventId, type EventTypeName, type MessageFact, type MessageReceived } from '@arrears/contracts';
import { appendOutbox } from '@arrears/messaging';
import type { Tx } from '@arrears/persistence';
import { journal } from '../journal.js';
import type { MessageRow } from './message.store.js';

type Kind = 'accepted' | 'sent' | 'delivered' | 'returned' | 'deemed-delivered' | 'unknown' | 'failed';

/**
 * Tells what became of a message: one journal entry and one event, in the transaction that changes the row. The event's
 * id comes from its content, so telling the same fact twice is the same event.
 */
export async function publishFact(
  tx: Tx,
  row: MessageRow,
  kind: Kind,
  extra: Record<string, unknown>,
  at: string,
): Promise<void> {
  const data = { ...factOf(row, at), ...extra };
  await publish(
    tx,
    `message-${kind}`,
    { caseId: row.caseId, debtorId: row.debtorId, aggregate: row.messageId, at },
    data,
  );
}

/** Tells that something came in from a person, in answer to a message of a case. */
export async function publishReceived(tx: Tx, caseId: string, data: MessageReceived): Promise<void> {
  const { debtorId, inboundId, at } = data;
  await publish(tx, 'message-received', { caseId, debtorId, aggregate: inboundId, at }, data);
}

async function publish(
  tx: Tx,
  kind: `message-${Kind | 'received'}`,
  of: { caseId: string; debtorId: string; aggregate: string; at: string },
  data: object,
): Promise<void> {
  const type: EventTypeName = `arrears.notifications.${kind}.v1`;
  const { hash, seq } = await journal.append(tx, {
    caseId: of.caseId,
    kind,
    at: of.at,
    actor: 'service:notifications',
    data: data as never,
  });
  const dataHash = createHash('sha256').update(JSON.stringify(data)).digest('hex');
  await appendOutbox(tx, [
    {
      destination: 'kafka',
      topic: 'notifications.deliveries.v1',
      key: of.debtorId,
      type,
      data,
      id: eventId({ service: 'notifications', aggregate: of.aggregate, version: 1, type, ordinal: 0, dataHash }),
      time: of.at,
      headers: { ce_journalhead: hash, ce_journalseq: String(seq) },
    },
  ]);
}

function factOf(row: MessageRow, at: string): MessageFact {
  return {
    messageId: row.messageId,
    effectKey: row.effectKey,
    step: row.step,
    caseId: row.caseId,
    agreementId: row.agreementId,
    debtorId: row.debtorId,
    personId: row.personId,
    covers: row.covers,
    channel: row.channel,
    purpose: row.purpose,
    templateId: row.templateId,
    templateVersion: row.templateVersion ?? 0,
    ...(row.permitId !== null && { permitId: row.permitId }),
    ...(row.contactPointId !== null && { contactPointId: row.contactPointId }),
    ...(row.contentHash !== null && { contentHash: row.contentHash }),
    ...(row.provider !== null && { provider: row.provider }),
    ...(row.fileHash !== null && { fileHash: row.fileHash }),
    at,
  };
}
