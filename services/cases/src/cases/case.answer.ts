import { z } from 'zod';

const accountAnswer = z.object({
  accountId: z.uuid(),
  loanId: z.string(),
  episode: z.int(),
  status: z.string(),
  closeReason: z.string().nullable(),
  stage: z.string(),
  product: z.string(),
  daysPastDue: z.int(),
  treatmentDay: z.int(),
  bucket: z.string().nullable(),
  classification: z.string(),
  currency: z.string(),
  /** Minor units, as decimal strings. */
  balances: z.object({ principal: z.string(), interest: z.string(), fees: z.string() }),
  overdue: z.string(),
  credit: z.string(),
  earliestUnpaidDue: z.string().nullable(),
  nextDue: z.string().nullable(),
  joinedAt: z.iso.datetime(),
  leftAt: z.iso.datetime().nullable(),
  policy: z.object({ id: z.string(), version: z.int() }),
});

export const caseAnswer = z.object({
  caseId: z.uuid(),
  caseNo: z.string(),
  agreementId: z.string(),
  debtorId: z.uuid(),
  customerNo: z.string(),
  /** Of the debtor: in which his windows are counted. */
  timeZone: z.string(),
  status: z.enum(['open', 'closed']),
  stage: z.string(),
  level: z.string(),
  branch: z.string().nullable(),
  assignee: z.string().nullable(),
  openedAt: z.iso.datetime(),
  closedAt: z.iso.datetime().nullable(),
  closeReason: z.string().nullable(),
  workflowId: z.string(),
  continues: z.array(z.uuid()),
  caseSeq: z.int(),
  version: z.int(),
  accounts: z.array(accountAnswer),
});
export type CaseAnswer = z.infer<typeof caseAnswer>;

export const casesAnswer = z.object({ items: z.array(caseAnswer), nextCursor: z.string().nullable() });
export const oneCaseAnswer = caseAnswer.extend({
  persons: z.array(z.object({ personId: z.uuid(), role: z.string(), accountIds: z.array(z.uuid()) })),
});
