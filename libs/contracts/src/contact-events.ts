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

export const contactPointChanged = z
  .object({
    personId: uuid,
    agreementId: opaqueId,
    contactPointId: uuid,
    kind: z.enum(['mobile', 'landline', 'email', 'address']),
    reserved: z.boolean(),
    valid: z.enum(['yes', 'no', 'unknown']),
    optedOut: z.array(z.string()),
    version: z.int().min(1),
    at: instant,
  })
  .meta({ id: 'ContactPointChanged' });
export type ContactPointChanged = z.infer<typeof contactPointChanged>;
