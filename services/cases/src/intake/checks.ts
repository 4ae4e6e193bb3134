import { isCurrency } from '@arrears/money';
import type { LoanOverdue, RepaymentReceived } from '@arrears/contracts';
import { isInForce, isTimeZone, type Agreement } from '../agreements/agreement.js';

/** Why a message of the bank can't be taken in, for people: what is wrong, where, and what to do about it. */
export interface Rejection {
  reason: RejectionReason;
  field: string;
  message: string;
  fix: string;
}
export const rejectionReasons = [
  'agreement-unknown',
  'currency-unknown',
  'currency-differs',
  'product-not-in-agreement',
  'due-date-in-future',
  'value-date-in-future',
  'time-zone-unknown',
  'repayment-changed',
] as const;
export type RejectionReason = (typeof rejectionReasons)[number];

export function agreementUnknown(agreementId: string, date: string): Rejection {
  return {
    reason: 'agreement-unknown',
    field: 'agreementId',
    message: `There is no agreement "${agreementId}" in force on ${date}.`,
    fix: 'Create it with POST /agreements; the event then goes through by itself.',
  };
}

export function checkAgreement(
  agreement: Agreement | null,
  agreementId: string,
  businessDate: string,
): Rejection | null {
  return agreement !== null && isInForce(agreement, businessDate) ? null : agreementUnknown(agreementId, businessDate);
}

function checkCurrency(currency: string, agreement: Agreement): Rejection | null {
  if (!isCurrency(currency))
    return {
      reason: 'currency-unknown',
      field: 'currency',
      message: `"${currency}" is no currency of ISO 4217.`,
      fix: 'Send the three-letter code, such as "CNY".',
    };
  if (currency === agreement.currency) return null;
  return {
    reason: 'currency-differs',
    field: 'currency',
    message: `The amounts are in ${currency}, but agreement ${agreement.agreementId} is in ${agreement.currency}.`,
    fix: 'Send the loan under an agreement of its own currency.',
  };
}

/** Checks of a `loan-overdue` that its shape can't express. */
export function checkOverdue(loan: LoanOverdue, agreement: Agreement, businessDate: string): Rejection | null {
  const currency = checkCurrency(loan.currency, agreement);
  if (currency !== null) return currency;
  if (!agreement.products.includes(loan.product))
    return {
      reason: 'product-not-in-agreement',
      field: 'product',
      message: `Product "${loan.product}" is not part of agreement ${agreement.agreementId}.`,
      fix: `Send one of: ${agreement.products.join(', ')}.`,
    };
  if (loan.dueDate > businessDate)
    return {
      reason: 'due-date-in-future',
      field: 'dueDate',
      message: `The due date ${loan.dueDate} lies after the business date ${businessDate}: the loan is not overdue.`,
      fix: 'Send the loan once its due date has passed.',
    };
  const zone = loan.debtor.timeZone;
  if (zone === undefined || isTimeZone(zone)) return null;
  return {
    reason: 'time-zone-unknown',
    field: 'debtor.timeZone',
    message: `"${zone}" is no time zone.`,
    fix: 'Send an IANA name such as "Asia/Shanghai", or leave it out.',
  };
}

export function checkRepayment(
  payment: RepaymentReceived,
  agreement: Agreement,
  businessDate: string,
): Rejection | null {
  const currency = checkCurrency(payment.currency, agreement);
  if (currency !== null) return currency;
  // One day of grace: the bank's day may have begun before ours.
  if (payment.valueDate <= plusDay(businessDate)) return null;
  return {
    reason: 'value-date-in-future',
    field: 'valueDate',
    message: `The value date ${payment.valueDate} lies after the business date ${businessDate}.`,
    fix: 'Send the repayment once it has taken effect.',
  };
}

const plusDay = (date: string): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
