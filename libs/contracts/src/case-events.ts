import { z } from 'zod';
import { amount, currencyCode, instant, localDate, opaqueId, uuid } from './primitives.js';

/**
 * `collections.cases.v1`: what happened to a case. Each event carries the whole of what other services may know of the
 * case (`case`), so a reader keeps the newest by `caseSeq` and never has to add up increments. No personal data.
 */

export const accountFacts = z.object({
  accountId: uuid,
  loanId: opaqueId,
  episode: z.int().min(1),
  status: z.enum(['open', 'cured', 'plan', 'bank-pending', 'with-agency', 'with-legal', 'written-off', 'closed']),
  closeReason: z.string().optional(),
  product: z.string(),
  currency: currencyCode,
  principal: amount,
  interest: amount,
  fees: amount,
  overdue: amount,
  earliestUnpaidDue: localDate.nullable(),
  nextDue: localDate.nullable(),
  /** The collection policy it is treated under. */
  policyId: z.string().optional(),
  policyVersion: z.int().optional(),
});
export type AccountFacts = z.infer<typeof accountFacts>;

export const holdFacts = z.object({
  holdId: uuid,
  kind: z.string(),
  effects: z.array(z.enum(['contact', 'treatmentDays', 'interest', 'escalation', 'limitation'])),
  allows: z.array(z.string()),
  from: instant,
  until: instant.optional(),
  accounts: z.array(uuid).optional(),
  persons: z.array(uuid).optional(),
});
export type HoldFacts = z.infer<typeof holdFacts>;

export const caseFacts = z.object({
  caseId: uuid,
  caseNo: z.string(),
  agreementId: opaqueId,
  debtorId: uuid,
  /** Rises with every event of this case. */
  caseSeq: z.int().min(1),
  /** The `caseSeq` of the last change that makes waiting contacts wrong. */
  voidBefore: z.int().min(0),
  status: z.enum(['open', 'closed']),
  stage: z.string(),
  level: z.string(),
  branch: z.string().nullable(),
  creditorName: z.string(),
  /** Where the debtor may complain, as messages name it: a number or an address of the creditor. */
  complaintChannel: z.string().optional(),
  /** Rule packs that the agreement names; left out: the default ones. */
  rulePacks: z.array(z.string()).optional(),
  timeZone: z.string(),
  accounts: z.array(accountFacts),
  holds: z.array(holdFacts),
});
export type CaseFacts = z.infer<typeof caseFacts>;

const of = <Shape extends z.ZodRawShape>(id: string, shape: Shape) =>
  z.object({ case: caseFacts, at: instant, ...shape }).meta({ id });
const account = { accountId: uuid, loanId: opaqueId };

export const caseOpened = of('CaseOpened', { ...account });
export const caseReopened = of('CaseReopened', { ...account, times: z.int().min(1) });
export const accountJoined = of('AccountJoined', { ...account });
export const accountLeft = of('AccountLeft', { ...account, reason: z.string() });
export const balanceChanged = of('BalanceChanged', {
  ...account,
  because: z.enum(['repayment', 'reversal', 'bank-update', 'correction']),
});
export const classificationChanged = of('ClassificationChanged', { ...account, from: z.string(), to: z.string() });
export const stageChanged = of('StageChanged', { from: z.string(), to: z.string() });
export const holdPlaced = of('HoldPlaced', { holdId: uuid, kind: z.string() });
export const holdLifted = of('HoldLifted', { holdId: uuid, kind: z.string() });
/** Accounts of the case are treated under another version of their policy from now on; what was done stays done. */
export const policyMoved = of('PolicyMoved', {
  moveId: uuid,
  policyId: z.string(),
  from: z.int().min(1),
  to: z.int().min(1),
  accounts: z.array(uuid).min(1),
});
export const caseClosed = of('CaseClosed', { reason: z.string() });

/** Published to every partition each second behind everything committed before it; it bypasses the inbox tables. */
export const feedHeartbeat = z.object({ at: instant, partition: z.int().min(0) }).meta({ id: 'FeedHeartbeat' });
export type FeedHeartbeat = z.infer<typeof feedHeartbeat>;
