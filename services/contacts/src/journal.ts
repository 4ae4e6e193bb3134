import { journalOf } from '@arrears/audit';
import { z } from 'zod';

/** What the chain of a case tells about contacts. Ids, codes, rules and hashes only. */
const packs = z.array(z.strictObject({ pack: z.string(), packVersion: z.string() }));
const asked = {
  contactId: z.uuid(),
  effectKey: z.string(),
  channel: z.string(),
  purpose: z.string(),
  packs,
  factsHash: z.string(),
};
const kinds = z.array(z.string());
const told = z.strictObject({
  permitId: z.uuid(),
  contactId: z.uuid(),
  was: z.string(),
  contentHash: z.string().nullable(),
  counts: z.strictObject({ reserved: kinds, counted: kinds, givenBack: kinds }),
});
const consent = z.strictObject({
  personId: z.uuid(),
  kind: z.string(),
  source: z.string(),
  contactPointId: z.uuid().optional(),
});
const cease = z.strictObject({ demandId: z.uuid(), personId: z.uuid(), channels: z.array(z.string()) });
const merge = z.strictObject({ mergeId: z.uuid(), members: z.array(z.uuid()), reason: z.string() });
/** Of an order's own chain, which has its id in a case's place. */
const stopOrder = z.strictObject({ stopOrderId: z.uuid(), scope: z.string(), value: z.string().optional() });

export const journal = journalOf({
  'permit-granted': z.strictObject({
    ...asked,
    permitId: z.uuid(),
    contactPointId: z.uuid(),
    templateId: z.string().optional(),
    templateVersion: z.int().optional(),
    agencyId: z.string().optional(),
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
  'permit-assumed-placed': told,
  'permit-never-left': told,
  'permit-released': told,
  'inbound-contact': z.strictObject({
    inboundId: z.uuid(),
    personId: z.uuid(),
    channel: z.string(),
    outcome: z.string(),
  }),
  'consent-given': consent,
  'consent-withdrawn': consent,
  'consent-opted-out': consent,
  'consent-opted-in': consent,
  'cease-demanded': cease,
  'cease-withdrawn': cease,
  'contact-point-changed': z.strictObject({
    contactPointId: z.uuid(),
    personId: z.uuid(),
    valid: z.string(),
    because: z.string(),
  }),
  'third-party-refused': z.strictObject({ refusalId: z.uuid(), personId: z.uuid() }),
  'person-status-changed': z.strictObject({
    changeId: z.uuid(),
    personId: z.uuid(),
    from: z.string(),
    to: z.string(),
    reason: z.string(),
  }),
  'persons-merged': merge,
  'persons-split': merge,
  'stop-order-requested': stopOrder,
  'stop-order-in-force': stopOrder,
  'stop-order-refused': stopOrder,
  'stop-order-lift-requested': stopOrder,
  'stop-order-lift-refused': stopOrder,
  'stop-order-lifted': stopOrder,
});
