import { z } from 'zod';
import { instant, opaqueId, uuid } from './primitives.js';

/** `contacts.records.v1`: what the gate and the records of contacts tell others. Ids and codes only, no values. */

const denial = z.object({ rule: z.string(), until: z.union([instant, z.literal('never')]) });

export const permitDenied = z
  .object({
    caseId: uuid,
    caseSeq: z.int(),
    debtorId: uuid,
    personId: uuid,
    effectKey: z.string(),
    step: z.string(),
    channel: z.string(),
    purpose: z.string(),
    denials: z.array(denial),
    at: instant,
  })
  .meta({ id: 'PermitDenied' });
export type PermitDenied = z.infer<typeof permitDenied>;

/**
 * Why nobody is reached there. `wrong-person`: the number turned out to belong to somebody else, in this person's case too;
 * `barred`: so much was known of it before this person was named with it.
 */
export const pointFaults = [
  'wrong-person',
  'empty-number',
  'suspended',
  'unknown-address',
  'moved',
  'no-mailbox',
  'blocked',
  'implausible',
  'barred',
] as const;
export type PointFault = (typeof pointFaults)[number];

export const contactPointChanged = z
  .object({
    personId: uuid,
    agreementId: opaqueId,
    contactPointId: uuid,
    kind: z.enum(['mobile', 'landline', 'email', 'address']),
    reserved: z.boolean(),
    valid: z.enum(['yes', 'no', 'unknown']),
    /** What was found out with this change. */
    because: z.enum(pointFaults).optional(),
    optedOut: z.array(z.string()),
    version: z.int().min(1),
    at: instant,
  })
  .meta({ id: 'ContactPointChanged' });
export type ContactPointChanged = z.infer<typeof contactPointChanged>;

/** One contact and what came of it, as it was settled at the gate. Messages tell their own story on their own topic. */
export const contactRecorded = z
  .object({
    contactId: uuid,
    permitId: uuid.optional(),
    caseId: uuid,
    agreementId: opaqueId,
    debtorId: uuid,
    personId: uuid,
    contactPointId: uuid.optional(),
    effectKey: z.string().optional(),
    step: z.string().optional(),
    direction: z.enum(['outbound', 'inbound']),
    channel: z.string(),
    purpose: z.string(),
    outcome: z.string(),
    actor: z.string(),
    at: instant,
  })
  .meta({ id: 'ContactRecorded' });
export type ContactRecorded = z.infer<typeof contactRecorded>;

export const thirdPartyRefused = z
  .object({ personId: uuid, debtorId: uuid, at: instant })
  .meta({ id: 'ThirdPartyRefused' });

export const personStatusChanged = z
  .object({
    personId: uuid,
    debtorId: uuid,
    from: z.enum(['normal', 'represented', 'no-capacity', 'claimed-dead', 'dead']),
    to: z.enum(['normal', 'represented', 'no-capacity', 'claimed-dead', 'dead']),
    neverContact: z.boolean(),
    at: instant,
  })
  .meta({ id: 'PersonStatusChanged' });
export type PersonStatusChanged = z.infer<typeof personStatusChanged>;

/** What became of an order that stops contacts. Its reason stays with the order. The key is the order's id. */
export const stopOrderChanged = z
  .object({
    stopOrderId: uuid,
    scope: z.enum(['all', 'client', 'policy', 'channel', 'region', 'template']),
    /** What is stopped; left out: everything. */
    value: z.string().optional(),
    change: z.enum(['requested', 'in-force', 'refused', 'lift-requested', 'lift-refused', 'lifted']),
    at: instant,
  })
  .meta({ id: 'StopOrderChanged' });
export type StopOrderChanged = z.infer<typeof stopOrderChanged>;
