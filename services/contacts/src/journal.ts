import { journalOf } from '@arrears/audit';
import { z } from 'zod';

/** What the chain of a case tells about contacts. Ids, rules and hashes only. */
const packs = z.array(z.strictObject({ pack: z.string(), packVersion: z.string() }));
const asked = {
  contactId: z.uuid(),
  effectKey: z.string(),
  channel: z.string(),
  purpose: z.string(),
  packs,
  factsHash: z.string(),
};
const told = z.strictObject({
  permitId: z.uuid(),
  contactId: z.uuid(),
  was: z.string(),
  contentHash: z.string().nullable(),
  counts: z.record(z.string(), z.enum(['reserved', 'counted', 'given-back'])),
});

export const journal = journalOf({
  'permit-granted': z.strictObject({
    ...asked,
    permitId: z.uuid(),
    contactPointId: z.uuid(),
    templateId: z.string().optional(),
    templateVersion: z.int().optional(),
    contentKey: z.string(),
    reserves: z.array(z.string()),
    validUntil: z.string(),
  }),
  'permit-denied': z.strictObject({
    ...asked,
    denials: z.array(
      z.strictObject({ rule: z.string(), pack: z.string(), packVersion: z.string(), until: z.string() }),
    ),
    earliest: z.string(),
  }),
  'permit-handed-over': told,
  'permit-unknown': told,
  'permit-sent': told,
  'permit-delivered': told,
  'permit-returned': told,
  'permit-failed': told,
  'permit-unanswered': told,
  'permit-conversation': told,
  'permit-effective-call': told,
  'permit-visited': told,
  'permit-never-left': told,
  'permit-released': told,
});
