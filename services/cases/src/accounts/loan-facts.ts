import type { LoanOverdue, RepaymentReceived, RepaymentReversed } from '@arrears/contracts';
import type { LedgerFact, LocalDate } from '@arrears/money';

/** Amounts in minor units as JSON carries them. */
export interface Parts {
  principal: string;
  interest: string;
  fees: string;
}

/** What a bank's message says about the debt at the end of a day. */
export interface StatementData {
  balances: Parts;
  /** Unpaid instalments; absent when the bank only names dates. */
  instalments?: { id: string; due: LocalDate; amounts: Parts }[];
  earliestUnpaidDue?: LocalDate;
}
export interface PaymentData {
  amount: string;
  receivedAt: string;
  final: boolean;
  earliestUnpaidDue?: LocalDate;
  payer?: string;
  channel?: string;
}
export interface ReversalData {
  reverses: string;
  reason: string;
}
/** One thing that others did about the loan before it came to us, in our words. */
export interface PriorAction {
  kind: string;
  at: string;
  result?: string;
}

/** One row of `loan_facts`. `known` is when we learned of it, business time, ISO with milliseconds and Z. */
export type LoanFact = {
  id: string;
  sequence: number | null;
  valueDate: LocalDate;
  knownAt: string;
  applied: boolean;
} & (
  | { kind: 'statement'; data: StatementData }
  | { kind: 'payment'; data: PaymentData }
  | { kind: 'reversal'; data: ReversalData }
  | { kind: 'recall'; data: { reason: string } }
  | { kind: 'prior-actions'; data: { source: string; actions: PriorAction[] } }
);

/** Statements of one loan sort by their number, so the id is the number, padded. */
const statementId = (sequence: number): string => String(sequence).padStart(10, '0');

type Dues = Pick<LoanOverdue, 'instalments' | 'minimumDue' | 'earliestUnpaidDue'>;

/** @param due the date that a minimum payment without a date of its own is due on */
export function statementOf(
  message: { sequence: number; asOf: LocalDate } & Partial<Dues>,
  balances: Parts,
  due: LocalDate,
  knownAt: string,
): LoanFact {
  const data: StatementData = { balances };
  if (message.instalments !== undefined)
    data.instalments = message.instalments.map(({ number, dueDate, principal, interest, fees }) => ({
      id: `i-${number}`,
      due: dueDate,
      amounts: { principal, interest, fees },
    }));
  else if (message.minimumDue !== undefined)
    data.instalments = [
      {
        id: 'minimum',
        due: message.earliestUnpaidDue ?? due,
        amounts: minimumParts(balances, BigInt(message.minimumDue)),
      },
    ];
  else if (message.earliestUnpaidDue !== undefined) data.earliestUnpaidDue = message.earliestUnpaidDue;
  const { sequence, asOf } = message;
  return { kind: 'statement', id: statementId(sequence), sequence, valueDate: asOf, knownAt, applied: true, data };
}

/** A minimum payment has no parts of its own: it asks for interest and fees first, as card banks do. */
function minimumParts(balances: Parts, minimum: bigint): Parts {
  let left = minimum;
  const take = (open: string): string => {
    const part = BigInt(open) < left ? BigInt(open) : left;
    left -= part;
    return part.toString();
  };
  const interest = take(balances.interest);
  const fees = take(balances.fees);
  return { interest, fees, principal: take(balances.principal) };
}

export function paymentOf(message: RepaymentReceived, knownAt: string): LoanFact {
  const data: PaymentData = {
    amount: message.amount,
    receivedAt: new Date(message.receivedAt).toISOString(),
    final: message.final,
  };
  if (message.earliestUnpaidDue !== undefined) data.earliestUnpaidDue = message.earliestUnpaidDue;
  if (message.payer !== undefined) data.payer = message.payer;
  if (message.channel !== undefined) data.channel = message.channel;
  const { repaymentId, valueDate, sequence } = message;
  return { kind: 'payment', id: repaymentId, sequence: sequence ?? null, valueDate, knownAt, applied: true, data };
}

export function reversalOf(message: RepaymentReversed, knownAt: string): LoanFact {
  const { repaymentId, sequence, reason, reversedAt } = message;
  const valueDate = new Date(reversedAt).toISOString().slice(0, 10);
  const data = { reverses: repaymentId, reason };
  return { kind: 'reversal', id: repaymentId, sequence: sequence ?? null, valueDate, knownAt, applied: true, data };
}

const amounts = (parts: Parts) => ({
  principal: BigInt(parts.principal),
  interest: BigInt(parts.interest),
  fees: BigInt(parts.fees),
});

/**
 * The facts as the money library replays them. When the bank numbers everything, the numbers say which payments a
 * statement contains. When it doesn't, a statement as of D contains what the bank received up to the end of D: then
 * "known" is put on the bank's own clock, the payment's receipt against the end of the statement's day.
 */
export function ledgerFacts(
  facts: readonly LoanFact[],
  currency: string,
  endOfDay: (date: LocalDate) => string,
): LedgerFact[] {
  const used = facts.filter((fact) => fact.applied);
  const received = new Map(used.flatMap((fact) => (fact.kind === 'payment' ? [[fact.id, fact.data.receivedAt]] : [])));
  const numbered = used.every((fact) => fact.sequence !== null);
  return used.flatMap((fact): LedgerFact[] => {
    const at = (bankTime: string | undefined) => (numbered ? fact.knownAt : (bankTime ?? fact.knownAt));
    const base = {
      id: fact.id,
      valueDate: fact.valueDate,
      ...(fact.sequence === null ? {} : { sequence: fact.sequence }),
    };
    const declared = 'earliestUnpaidDue' in fact.data ? { earliestUnpaidDue: fact.data.earliestUnpaidDue ?? null } : {};
    if (fact.kind === 'payment') {
      const amount = { minor: BigInt(fact.data.amount), currency };
      return [{ kind: 'payment', ...base, ...declared, amount, knownAt: at(received.get(fact.id)) }];
    }
    if (fact.kind === 'reversal')
      return [{ kind: 'reversal', ...base, reverses: fact.data.reverses, knownAt: fact.knownAt }];
    if (fact.kind === 'recall' || fact.kind === 'prior-actions') return [];
    const { balances, instalments } = fact.data;
    const list = instalments && { instalments: instalments.map((one) => ({ ...one, amounts: amounts(one.amounts) })) };
    return [
      {
        kind: 'statement',
        ...base,
        ...declared,
        ...list,
        balances: amounts(balances),
        knownAt: at(endOfDay(fact.valueDate)),
      },
    ];
  });
}
