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

const circumstances = z.object({
  /** The line records the call, or the visit is recorded. */
  recorded: z.boolean().optional(),
  /** How many collectors go. */
  collectors: z.int().min(1).max(20).optional(),
  credentialsShown: z.boolean().optional(),
  /** They mean to go into his home; told false, they stay at the door and need nobody's consent. */
  entering: z.boolean().optional(),
  /** Whoever lives there agreed that they come in. */
  entryConsent: z.boolean().optional(),
  publicPlace: z.boolean().optional(),
});

export const permitRequest = z
  .object({
    /** The one message, dial or visit that the permit is for: asking again with the same id and content returns the same permit while it lives. */
    contactId: uuid,
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
    /** Of a message; a dial and a visit have none. */
    templateId: z.string().optional(),
    templateVersion: z.int().optional(),
    /** sha256 of the variables that the text will be rendered with; of a dial or visit, of its task. */
    contentKey: z.string().min(1).max(100),
    /** `machine`, or the id of the person who dials or visits. */
    actor: z.string().min(1).max(100),
    /** The agency he works for; without one the bank itself is in contact. */
    agencyId: opaqueId.optional(),
    /** Of a dial or visit, told by who makes it: what is left out is unknown, and unknown never helps. */
    circumstances: circumstances.optional(),
  })
  .meta({ id: 'PermitRequest' });
export type PermitRequest = z.infer<typeof permitRequest>;

/** Where a rule is written: in English, and in Chinese under `zh`. */
const citation = z.object({
  document: z.string(),
  article: z.string(),
  url: z.string().optional(),
  zh: z.object({ document: z.string(), article: z.string() }).optional(),
});
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

const packVersion = z.object({ pack: z.string(), packVersion: z.string() });
/** The creditor himself, who collects for him, or who bought the debt. */
export const contactMakers = ['firstParty', 'agency', 'buyer'] as const;

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
      /** The state of the case that the answer was judged on: who knows an older one knows amounts that may be wrong. */
      caseSeq: z.int().min(1),
      /** The rule packs in force for this contact, as versions: its text is judged by the same ones. */
      packs: z.array(packVersion),
      /** Who makes the contact, as the rules that bind him name it. */
      by: z.enum(contactMakers),
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
    /** A stop order is in force: the message waits, for as long as that takes. */
    z.object({ verdict: z.literal('stopped'), stopOrderId: uuid, detail: z.string() }),
  ])
  .meta({ id: 'PermitAnswer' });
export type PermitAnswer = z.infer<typeof permitAnswer>;

/**
 * What really happened with a permit. Messages: handed-over, sent, delivered, returned, failed. Dials: unanswered,
 * conversation (somebody answered, identity not confirmed), effective-call. Visits: visited. `unknown` where nobody can
 * tell yet. Only `never-left` gives the reserved counters back.
 */
export const permitOutcomes = [
  'handed-over',
  'unknown',
  'sent',
  'delivered',
  'returned',
  'failed',
  'unanswered',
  'conversation',
  'effective-call',
  'visited',
  'never-left',
] as const;
export type PermitOutcome = (typeof permitOutcomes)[number];
export const permitCommit = z
  .object({
    contactId: uuid,
    contentHash: z.string(),
    outcome: z.enum(permitOutcomes),
    at: instant,
  })
  .meta({ id: 'PermitCommit' });
export type PermitCommit = z.infer<typeof permitCommit>;

/**
 * `POST /permits/preview`: what the gate would answer for contacts that are planned, with nothing reserved and nothing
 * recorded. How `cases` tells people what stands in the way, until when.
 */
export const permitPreviewRequest = z
  .object({
    caseId: uuid,
    agreementId: opaqueId,
    debtorId: uuid,
    asks: z
      .array(
        z.object({
          /** Comes back with the answer. */
          key: z.string().min(1).max(300),
          personId: uuid,
          contactPointIds: z.array(uuid).max(20),
          channel: z.enum(['sms', 'email', 'push', 'voiceBot', 'call', 'letter', 'visit']),
          purpose: z.enum(purposes),
          covers: z.array(uuid).min(1),
          /** Business time at which it is planned; now, when that is later. */
          at: instant,
        }),
      )
      .min(1)
      .max(20),
  })
  .meta({ id: 'PermitPreviewRequest' });
export type PermitPreviewRequest = z.infer<typeof permitPreviewRequest>;

/** A limit that binds the contact, reached or not: 2 of 3 used, free again at. */
export const limitUse = z.object({
  rule: z.string(),
  zh: z.string(),
  en: z.string(),
  events: z.array(z.string()),
  key: z.enum(['person', 'number', 'debt', 'case']),
  used: z.int(),
  max: z.int(),
  /** Days that it counts over, today included: 1 is today. Left out: a span of hours, or without end. */
  days: z.int().min(1).optional(),
  /** When the oldest of them stops counting; null: none counts now. */
  nextFree: instant.nullable(),
});
export type LimitUse = z.infer<typeof limitUse>;

export const permitPreview = z
  .object({
    answers: z.array(
      z.object({
        key: z.string(),
        verdict: z.enum(['granted', 'denied', 'facts-behind', 'stale', 'stopped']),
        /** First business instant at or after `at` at which everything would permit it. */
        earliest: z.union([instant, z.literal('never')]).nullable(),
        denials: z.array(denialReason),
        limits: z.array(limitUse),
      }),
    ),
  })
  .meta({ id: 'PermitPreview' });
export type PermitPreview = z.infer<typeof permitPreview>;
