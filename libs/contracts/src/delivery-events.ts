import { z } from 'zod';
import { instant, opaqueId, uuid } from './primitives.js';

/** `notifications.deliveries.v1`: what became of a message. The text and the number stay in the service that sent it. */

export const messageFact = z.object({
  messageId: uuid,
  effectKey: z.string(),
  step: z.string(),
  caseId: uuid,
  agreementId: opaqueId,
  debtorId: uuid,
  personId: uuid,
  covers: z.array(uuid),
  channel: z.enum(['sms', 'email', 'letter', 'voiceBot', 'push']),
  purpose: z.string(),
  templateId: z.string(),
  templateVersion: z.int(),
  permitId: uuid.optional(),
  contactPointId: uuid.optional(),
  contentHash: z.string().optional(),
  provider: z.string().optional(),
  /** sha256 of the file that was sent (a letter's PDF, a recorded voice message). */
  fileHash: z.string().optional(),
  at: instant,
});
export const messageAccepted = messageFact.meta({ id: 'MessageAccepted' });
export const messageSent = messageFact.extend({}).meta({ id: 'MessageSent' });
export const messageDelivered = messageFact
  .extend({
    deliveredAt: instant,
    late: z.boolean(),
    /** Who signed for a registered letter. */
    signer: z.enum(['self', 'cohabiting-relative', 'authorised']).optional(),
  })
  .meta({ id: 'MessageDelivered' });
export const messageFailed = messageFact
  .extend({
    because: z.enum([
      'stale',
      'denied',
      'expired',
      'refused-by-provider',
      'failed',
      'no-contact-point',
      'cancelled',
      'never-left',
    ]),
    until: z.union([instant, z.literal('never')]).optional(),
    rule: z.string().optional(),
  })
  .meta({ id: 'MessageFailed' });
/** A letter that came back, an e-mail that bounced, or a refusal that says that nobody is there: then without a permit. */
export const messageReturned = messageFact
  .extend({
    because: z.enum(['refused', 'unknown-address', 'moved', 'unclaimed', 'no-mailbox', 'blocked', 'other']),
    returnedAt: instant,
  })
  .meta({ id: 'MessageReturned' });
/** Posted, not signed for, and counted as delivered since the days of the policy have passed. */
export const messageDeemedDelivered = messageFact
  .extend({ sentAt: instant, deemedAt: instant })
  .meta({ id: 'MessageDeemedDelivered' });
/** Something came in from a person. What he wrote stays, encrypted, in `notifications`. */
export const messageReceived = z
  .object({
    inboundId: uuid,
    channel: z.enum(['sms', 'email', 'letter', 'voiceBot']),
    kind: z.enum(['reply', 'opt-out', 'opt-in']),
    agreementId: opaqueId,
    personId: uuid,
    debtorId: uuid,
    contactPointId: uuid,
    /** The message that it answers, when that is known. */
    messageId: uuid.optional(),
    caseId: uuid.optional(),
    contentHash: z.string(),
    at: instant,
  })
  .meta({ id: 'MessageReceived' });
export type MessageReceived = z.infer<typeof messageReceived>;
export type MessageReturned = z.infer<typeof messageReturned>;
export const messageUnknown = messageFact.extend({}).meta({ id: 'MessageUnknown' });
export type MessageFact = z.infer<typeof messageFact>;
export type MessageFailed = z.infer<typeof messageFailed>;
export type MessageDeemedDelivered = z.infer<typeof messageDeemedDelivered>;
export type MessageDelivered = z.infer<typeof messageDelivered>;
