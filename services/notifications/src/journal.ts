import { journalOf } from '@arrears/audit';
import {
  messageAccepted,
  messageDeemedDelivered,
  messageDelivered,
  messageFailed,
  messageFact,
  messageReceived,
  messageReturned,
} from '@arrears/contracts';
import { z } from 'zod';

/** What the chain of a case tells about messages. Ids, codes and hashes only: never a text, a number or a name. */
const messageId = z.uuid();
const hash = z.string().regex(/^[0-9a-f]{64}$/);

export const journal = journalOf({
  'message-queued': z.strictObject({
    messageId,
    effectKey: z.string(),
    channel: z.string(),
    purpose: z.string(),
    templateId: z.string(),
    notBefore: z.iso.datetime(),
    notAfter: z.iso.datetime({ offset: true }),
  }),
  'message-permitted': z.strictObject({
    messageId,
    permitId: z.uuid(),
    contactPointId: z.uuid(),
    templateId: z.string(),
    templateVersion: z.int(),
    contentHash: hash,
    fileHash: hash.optional(),
  }),
  'message-handed-over': z.strictObject({ messageId, permitId: z.uuid(), provider: z.string() }),
  /** The provider surely did not take it: it waits for another permit, or another provider gets it. */
  'message-not-taken': z.strictObject({
    messageId,
    permitId: z.uuid().nullable(),
    provider: z.string().nullable(),
    code: z.string().max(100),
  }),
  'message-cancelled': z.strictObject({ messageId, was: z.string() }),
  'message-accepted': strict(messageAccepted),
  'message-sent': strict(messageFact),
  'message-delivered': strict(messageDelivered),
  'message-returned': strict(messageReturned),
  'message-deemed-delivered': strict(messageDeemedDelivered),
  'message-unknown': strict(messageFact),
  'message-failed': strict(messageFailed),
  'message-received': strict(messageReceived),
  'receipt-taken': z.strictObject({
    messageId,
    provider: z.string(),
    status: z.string(),
    statusAt: z.iso.datetime(),
    changed: z.boolean(),
  }),
  /** A person told what became of a message; his words are kept sealed, here stands their hash. */
  'message-settled': z.strictObject({ messageId, outcome: z.string(), wordsHash: hash }),
});

/** The event's shape, closed: a field that the contract does not know never reaches the chain. */
function strict<Shape extends z.ZodRawShape>(schema: z.ZodObject<Shape>) {
  return z.strictObject(schema.shape);
}
