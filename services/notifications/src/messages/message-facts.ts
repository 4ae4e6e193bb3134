import { createHash } from 'node:crypto';
import { appendJournal } from '@arrears/audit';
import { eventId, type EventTypeName, type MessageFact } from '@arrears/contracts';
import { appendOutbox } from '@arrears/messaging';
import type { Tx } from '@arrears/persistence';
import type { MessageRow } from './message.store.js';

type MessageEvent = Extract<EventTypeName, `arrears.notifications.message-${string}`>;

/** The journal's kind of an event: `arrears.notifications.message-sent.v1` → `message-sent`. */
const kindOf = (type: MessageEvent): string => type.split('.')[2] ?? type;

/**
 * Tells what became of a message: one journal entry and one event, in the transaction that changes the row. The event's
 * id comes from its content, so telling the same fact twice is the same event.
 */
export async function publishFact(
  tx: Tx,
  row: MessageRow,
  type: MessageEvent,
  extra: Record<string, unknown>,
  at: string,
): Promise<void> {
  const data = { ...factOf(row, at), ...extra };
  const { hash, seq } = await appendJournal(tx, {
    caseId: row.caseId,
    kind: kindOf(type),
    at,
    actor: 'notifications',
    data,
  });
  const dataHash = createHash('sha256').update(JSON.stringify(data)).digest('hex');
  await appendOutbox(tx, [
    {
      destination: 'kafka',
      topic: 'notifications.deliveries.v1',
      key: row.debtorId,
      type,
      data,
      id: eventId({ service: 'notifications', aggregate: row.messageId, version: 1, type, ordinal: 0, dataHash }),
      time: at,
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
    at,
  };
}
