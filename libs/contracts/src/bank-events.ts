import { z } from 'zod';
import { amount, balances, currencyCode, instant, localDate, opaqueId, positiveAmount } from './primitives.js';

/** What the bank sends us (`bank.loans.v1`, `bank.repayments.v1`). Producers are held to it strictly; we read tolerantly. */

const address = z.object({
  country: z.string().length(2),
  region: z.string().max(100).optional(),
  city: z.string().max(100).optional(),
  line: z.string().min(1).max(300),
  postcode: z.string().max(20).optional(),
});
const common = { source: z.string().max(50), reserved: z.boolean().optional() };
export const bankContactPoint = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('mobile'), value: z.string().min(3).max(40), ...common }),
  z.object({ kind: z.literal('landline'), value: z.string().min(3).max(40), ...common }),
  z.object({ kind: z.literal('email'), value: z.string().min(3).max(254), ...common }),
  z.object({ kind: z.literal('address'), value: address, ...common }),
]);
export type BankContactPoint = z.infer<typeof bankContactPoint>;

const debtor = z.object({
  name: z.string().min(1).max(200),
  idType: z.string().max(40).optional(),
  idNumber: z.string().min(1).max(60).optional(),
  timeZone: z.string().min(1).max(60).optional(),
  language: z.string().max(20).optional(),
});
const guarantor = z.object({
  name: z.string().min(1).max(200),
  customerNo: opaqueId.optional(),
  idType: z.string().max(40).optional(),
  idNumber: z.string().min(1).max(60).optional(),
  liability: z.enum(['joint', 'general']),
  contactPoints: z.array(bankContactPoint).max(20).optional(),
});
const contactPerson = z.object({
  name: z.string().min(1).max(200),
  relation: z.string().max(40),
  phone: z.string().min(3).max(40),
});
const instalment = z.object({
  number: z.int().min(1),
  dueDate: localDate,
  principal: amount,
  interest: amount,
  fees: amount,
});
export type BankInstalment = z.infer<typeof instalment>;

export const loanOverdue = z
  .object({
    agreementId: opaqueId,
    loanId: opaqueId,
    sequence: z.int().min(0),
    customerNo: opaqueId,
    product: z.string().min(1).max(60),
    currency: currencyCode,
    branch: z.string().max(60).optional(),
    contractNo: z.string().max(100).optional(),
    contractDate: localDate.optional(),
    dueDate: localDate,
    asOf: localDate,
    balances,
    instalments: z.array(instalment).max(600).optional(),
    minimumDue: amount.optional(),
    dailyInterest: amount.optional(),
    earliestUnpaidDue: localDate.optional(),
    debtor,
    contactPoints: z.array(bankContactPoint).min(1).max(20),
    guarantors: z.array(guarantor).max(20).optional(),
    guaranteeKind: z.enum(['joint', 'general']).optional(),
    guaranteeEnds: localDate.optional(),
    contactPersons: z.array(contactPerson).max(20).optional(),
    collateral: z.object({ kind: z.string().max(60) }).optional(),
    score: z.number().min(0).max(1).optional(),
    segment: z.string().max(60).optional(),
    priorActions: z
      .array(z.object({ kind: z.string().max(40), at: instant, result: z.string().max(100).optional() }))
      .max(500)
      .optional(),
    clientWish: z.string().max(500).nullable().optional(),
  })
  .meta({ id: 'LoanOverdue' })
  .refine(
    (loan) => loan.instalments !== undefined || loan.minimumDue !== undefined || loan.earliestUnpaidDue !== undefined,
    {
      message: 'one of instalments, minimumDue or earliestUnpaidDue is needed to know what is due',
      path: ['instalments'],
    },
  );
export type LoanOverdue = z.infer<typeof loanOverdue>;

export const loanUpdated = z
  .object({
    agreementId: opaqueId,
    loanId: opaqueId,
    sequence: z.int().min(0),
    asOf: localDate,
    balances: balances.optional(),
    instalments: z.array(instalment).max(600).optional(),
    minimumDue: amount.optional(),
    earliestUnpaidDue: localDate.optional(),
    contactPoints: z.array(bankContactPoint).max(20).optional(),
    debtor: debtor.partial().optional(),
    branch: z.string().max(60).optional(),
  })
  .meta({ id: 'LoanUpdated' });
export type LoanUpdated = z.infer<typeof loanUpdated>;

export const loanRecalled = z
  .object({
    agreementId: opaqueId,
    loanId: opaqueId,
    sequence: z.int().min(0),
    recalledAt: instant,
    reason: z.string().max(300),
  })
  .meta({ id: 'LoanRecalled' });
export type LoanRecalled = z.infer<typeof loanRecalled>;

export const repaymentReceived = z
  .object({
    agreementId: opaqueId,
    loanId: opaqueId,
    repaymentId: opaqueId,
    amount: positiveAmount,
    currency: currencyCode,
    valueDate: localDate,
    receivedAt: instant,
    sequence: z.int().min(0).optional(),
    final: z.boolean(),
    channel: z.string().max(40).optional(),
    payer: z.string().max(40).optional(),
    earliestUnpaidDue: localDate.optional(),
  })
  .meta({ id: 'RepaymentReceived' });
export type RepaymentReceived = z.infer<typeof repaymentReceived>;

export const repaymentReversed = z
  .object({
    agreementId: opaqueId,
    loanId: opaqueId,
    repaymentId: opaqueId,
    sequence: z.int().min(0).optional(),
    reversedAt: instant,
    reason: z.string().max(300),
  })
  .meta({ id: 'RepaymentReversed' });
export type RepaymentReversed = z.infer<typeof repaymentReversed>;
