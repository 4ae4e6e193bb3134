import { describe, expect, it } from '@jest/globals';
import {
  loanOverdue,
  loanRecalled,
  loanUpdated,
  repaymentReceived,
  repaymentReversed,
  type LoanOverdue,
} from './bank-events.js';
import { fullLoan, repayment, smallestLoan } from './samples.fixture.js';

const faults = (value: unknown) =>
  loanOverdue.safeParse(value).error?.issues.map((issue) => issue.path.join('.')) ?? [];

describe('what a bank sends', () => {
  it('is taken as promised, with everything and with the least', () => {
    expect(loanOverdue.parse(fullLoan)).toEqual(fullLoan);
    expect(loanOverdue.parse(smallestLoan)).toEqual(smallestLoan);
    expect(repaymentReceived.parse(repayment)).toEqual(repayment);
  });

  it.each(Object.keys(smallestLoan).filter((name) => name !== 'minimumDue'))('is refused without %s', (name) => {
    expect(faults({ ...smallestLoan, [name]: undefined })).toEqual([name]);
  });

  it('needs one way to know what is due', () => {
    const { minimumDue: _, ...bare } = smallestLoan;
    expect(faults(bare)).toEqual(['instalments']);
    expect(faults({ ...bare, earliestUnpaidDue: '2026-11-08' })).toEqual([]);
  });

  it.each<[string, Partial<Record<keyof LoanOverdue, unknown>>, string]>([
    ['a negative amount', { balances: { principal: '-1', interest: '0', fees: '0' } }, 'balances.principal'],
    ['an amount as a number', { minimumDue: 124600 }, 'minimumDue'],
    ['an amount with a decimal point', { minimumDue: '1246.00' }, 'minimumDue'],
    ['a currency that is no code', { currency: 'yuan' }, 'currency'],
    ['a day that does not exist', { dueDate: '2026-02-30' }, 'dueDate'],
    ['a sequence below zero', { sequence: -1 }, 'sequence'],
    ['no contact point', { contactPoints: [] }, 'contactPoints'],
    [
      'an unknown kind of contact point',
      { contactPoints: [{ kind: 'fax', value: '1', source: 's' }] },
      'contactPoints.0.kind',
    ],
  ])('is refused with %s', (_, change, path) => {
    expect(faults({ ...smallestLoan, ...change })).toEqual([path]);
  });

  it('is read tolerantly: a field of a later minor version is passed over', () => {
    expect(loanOverdue.parse({ ...smallestLoan, futureField: 1 })).toEqual(smallestLoan);
  });
});

describe('the other messages', () => {
  const { agreementId, loanId } = smallestLoan;

  it('update only what they name', () => {
    const update = { agreementId, loanId, sequence: 3, asOf: '2026-11-11', debtor: { language: 'en' } };
    expect(loanUpdated.parse(update)).toEqual(update);
  });

  it('recall and reverse with a reason', () => {
    const recall = { agreementId, loanId, sequence: 4, recalledAt: '2026-11-12T00:00:00Z', reason: 'sold' };
    expect(loanRecalled.parse(recall)).toEqual(recall);
    const reversal = { agreementId, loanId, repaymentId: 'R-1', reversedAt: '2026-11-12T00:00:00Z', reason: 'bounced' };
    expect(repaymentReversed.parse(reversal)).toEqual(reversal);
    expect(repaymentReversed.safeParse({ ...reversal, reason: undefined }).success).toBe(false);
  });

  it('pay more than nothing', () => {
    expect(repaymentReceived.safeParse({ ...repayment, amount: '0' }).success).toBe(false);
  });

  it('come without a sequence from banks that number no repayments', () => {
    const { sequence: _, ...unnumbered } = repayment;
    expect(repaymentReceived.parse(unnumbered)).toEqual(unnumbered);
  });
});
