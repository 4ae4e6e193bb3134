import { z } from 'zod';
import { instant, opaqueId, uuid } from './primitives.js';

/** The only call between services: `POST /permits` of `contacts`, and what follows it. */

export const purposes = [
  'collect',
  'remind-due',
  'confirm-payment',
  'serve',
  'plan-admin',
  'legal-notice',
  'statutory-notice',
  'locate',
  'complaint-reply',
] as const;
export type Purpose = (typeof purposes)[number];

export const permitRequest = z
  .object({
    /** One permit, one message: asking again with the same id and hash returns the same permit while it lives. */
    messageId: uuid,
    effectKey: z.string().min(1).max(300),
    step: z.string().min(1).max(100),
    caseId: uuid,
    agreementId: opaqueId,
    debtorId: uuid,
    personId: uuid,
    /** Tried in this order; the answer names the one that may be used. */
    contactPointIds: z.array(uuid).min(1).max(20),
    channel: z.enum(['sms', 'email', 'push', 'voiceBot', 'call', 'letter', 'visit']),
    purpose: z.enum(purposes),
    covers: z.array(uuid).min(1),
    expects: z.object({ caseSeq: z.int().min(1) }),
    templateId: z.string(),
    templateVersion: z.int(),
    /** sha256 of the variables that the text will be rendered with. */
    contentKey: z.string().min(1).max(100),
    actor: z.string().min(1).max(100),
  })
  .meta({ id: 'PermitRequest' });
export type PermitRequest = z.infer<typeof permitRequest>;

const citation = z.object({ document: z.string(), article: z.string(), url: z.string().optional() });
export const denialReason = z.object({
  rule: z.string(),
  pack: z.string(),
  packVersion: z.string(),
  severity: z.enum(['law', 'self-regulation', 'house']),
  citation,
  zh: z.string(),
  en: z.string(),
  until: z.union([instant, z.literal('never')]),
});
export type DenialReason = z.infer<typeof denialReason>;

export const permitAnswer = z
  .discriminatedUnion('verdict', [
    z.object({
      verdict: z.literal('granted'),
      permitId: uuid,
      contactPointId: uuid,
      /** Real time: at most 60 s ahead. */
      expiresAt: instant,
      /** Business time at which the contact window closes: the message must not arrive later. */
      validUntil: instant,
      destination: z.string(),
      salutation: z.string(),
      language: z.string(),
      timeZone: z.string(),
    }),
    z.object({
      verdict: z.literal('denied'),
      denials: z.array(denialReason).min(1),
      earliest: z.union([instant, z.literal('never')]),
    }),
    /** The gate has not yet heard what the case had already heard: ask again in a second. */
    z.object({ verdict: z.literal('facts-behind'), detail: z.string() }),
    /** The case has moved on since the step was planned: the message must not be sent. */
    z.object({ verdict: z.literal('stale'), detail: z.string() }),
  ])
  .meta({ id: 'PermitAnswer' });
export type PermitAnswer = z.infer<typeof permitAnswer>;

/** What really happened with a permit. Only `never-left` gives the reserved counters back. */
export const permitCommit = z
  .object({
    messageId: uuid,
    contentHash: z.string(),
    outcome: z.enum(['handed-over', 'unknown', 'sent', 'delivered', 'failed', 'never-left']),
    at: instant,
  })
  .meta({ id: 'PermitCommit' });
export type PermitCommit = z.infer<typeof permitCommit>;
