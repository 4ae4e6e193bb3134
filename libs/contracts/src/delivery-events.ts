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
  at: instant,
});
export const messageAccepted = messageFact.meta({ id: 'MessageAccepted' });
export const messageSent = messageFact.extend({}).meta({ id: 'MessageSent' });
export const messageDelivered = messageFact
  .extend({ deliveredAt: instant, late: z.boolean() })
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
export const messageUnknown = messageFact.extend({}).meta({ id: 'MessageUnknown' });
export type MessageFact = z.infer<typeof messageFact>;
export type MessageFailed = z.infer<typeof messageFailed>;
export type MessageDelivered = z.infer<typeof messageDelivered>;
