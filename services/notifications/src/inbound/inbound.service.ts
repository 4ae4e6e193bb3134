import { createHash } from 'node:crypto';
import type { Clock } from '@arrears/clock';
import { newId } from '@arrears/contracts';
import { KeyDestroyed, blindIndex, type Database, type PersonKeys } from '@arrears/persistence';
import { z } from 'zod';
import { publishReceived } from '../messages/message-facts.js';
import type { MessageRow } from '../messages/message.store.js';
import { destinationText } from '../messages/destination.js';
import { findAnswered, insertInbound, type InboundRow } from './inbound.store.js';
import { classifyMail, classifyReply } from './reply.js';

export const inboundSchema = z.object({
  /** The provider's own id: taken once. */
  inboundId: z.string().min(1).max(200),
  /** Number or address of the sender. */
  from: z.string().min(1).max(320),
  text: z.string().max(20_000),
  /** Business time. */
  at: z.iso.datetime({ offset: true }),
  /** Message that it answers, if the channel tells. */
  clientReference: z.uuid().optional(),
});
export type Inbound = z.infer<typeof inboundSchema>;

export interface InboundParts {
  db: Database;
  clock: Clock;
  personKeys: PersonKeys;
  indexKey: Buffer;
}
export type InboundAnswer = 'taken' | 'known-already' | 'from-the-future';

const aheadMs = 5 * 60_000;

/**
 * Something a person sent us; its sender was checked at the edge. It belongs to the last message that went to where it
 * comes from. From somewhere unknown it is kept all the same, for people to look at.
 */
export async function takeInbound(
  parts: InboundParts,
  provider: { id: string; channel: MessageRow['channel'] },
  inbound: Inbound,
): Promise<InboundAnswer> {
  const { db, clock, indexKey } = parts;
  const { channel } = provider;
  const receivedAt = clock.nowIso();
  const at = new Date(inbound.at).toISOString();
  if (Date.parse(at) > Date.parse(receivedAt) + aheadMs) return 'from-the-future';
  const senderIndex = blindIndex(indexKey, 'destination', destinationText(channel, inbound.from));
  const clientReference = inbound.clientReference ?? null;
  const answered = await findAnswered(db, { channel, destinationIndex: senderIndex, clientReference });
  const inboundId = newId<'InboundId'>();
  const kept = await keep(parts, inboundId, inbound, answered, receivedAt);
  const row: InboundRow = {
    ...kept,
    inboundId,
    provider: provider.id,
    providerId: inbound.inboundId,
    channel,
    kind: channel === 'email' ? classifyMail(inbound.text) : classifyReply(inbound.text),
    senderIndex,
    at,
    receivedAt,
  };
  return db.transaction(async (tx) => {
    if (!(await insertInbound(tx, row))) return 'known-already';
    if (row.messageId !== null && answered?.contactPointId)
      await publishReceived(tx, answered.caseId, {
        inboundId,
        channel,
        kind: row.kind,
        agreementId: answered.agreementId,
        personId: answered.personId,
        debtorId: answered.debtorId,
        contactPointId: answered.contactPointId,
        messageId: answered.messageId,
        caseId: answered.caseId,
        contentHash: row.contentHash,
        at: receivedAt,
      });
    return 'taken';
  });
}

/**
 * Sealed with the key of the person who wrote it; of an unknown one, or one of whom nothing more may be kept under a key of
 * his own, with the day's key. The hash is of the sealed bytes: a short answer could be guessed from a hash of its text.
 */
async function keep(
  { personKeys }: InboundParts,
  inboundId: string,
  { from, text }: Inbound,
  answered: MessageRow | undefined,
  receivedAt: string,
): Promise<Pick<InboundRow, 'content' | 'contentHash' | 'keyDay' | 'messageId' | 'agreementId'>> {
  const plain = JSON.stringify({ from, text });
  if (answered) {
    const { personId, agreementId, messageId } = answered;
    try {
      const content = await personKeys.encrypt({ personId, agreementId }, `inbound:${inboundId}`, plain);
      return { content, contentHash: sha256(content), keyDay: null, messageId, agreementId };
    } catch (error) {
      if (!(error instanceof KeyDestroyed)) throw error;
    }
  }
  const keyDay = receivedAt.slice(0, 10);
  const content = await personKeys.day.encrypt(keyDay, 'inbound', Buffer.from(plain, 'utf8'));
  return { content, contentHash: sha256(content), keyDay, messageId: null, agreementId: null };
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
