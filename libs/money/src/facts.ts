import type { Amounts } from './allocate.js';
import type { Component } from './allocation-order.js';
import type { LocalDate } from './day-number.js';
import type { Money } from './money.js';

/** ISO-8601 in UTC with milliseconds and Z, so that text order is time order. */
type Instant = string;

interface FactBase {
  /** Unique within its kind; a later known fact with the same kind and id corrects the earlier one. */
  readonly id: string;
  /** When it took effect. */
  readonly valueDate: LocalDate;
  /** When we learned of it. */
  readonly knownAt: Instant;
  /** The bank's change number of the loan, where it has one: tells which payments a statement already contains. */
  readonly sequence?: number;
}

/** Something added to the debt: a fee, interest of a month, a court cost. */
export interface ChargeFact extends FactBase {
  readonly kind: 'charge';
  readonly component: Component;
  readonly amount: Money;
  readonly due: LocalDate | null;
}

/** A contractual instalment with its parts in minor units. */
export interface InstalmentFact extends FactBase {
  readonly kind: 'instalment';
  readonly due: LocalDate;
  readonly amounts: Amounts;
}

export interface PaymentFact extends FactBase {
  readonly kind: 'payment';
  readonly amount: Money;
  /** From a bank that sends no instalments: what is the earliest unpaid due date after this payment. */
  readonly earliestUnpaidDue?: LocalDate | null;
}

/** The payment `reverses` never was: it leaves the ledger from its own value date on. */
export interface ReversalFact extends FactBase {
  readonly kind: 'reversal';
  readonly reverses: string;
}

/**
 * The bank's word on the open balances at the end of `valueDate`. `instalments`, where given, is the full list of those
 * unpaid and due; the rest of the balances is not due yet.
 */
export interface StatementFact extends FactBase {
  readonly kind: 'statement';
  readonly balances: Amounts;
  readonly instalments?: readonly { readonly id: string; readonly due: LocalDate; readonly amounts: Amounts }[];
  readonly earliestUnpaidDue?: LocalDate | null;
}

export type LedgerFact = ChargeFact | InstalmentFact | PaymentFact | ReversalFact | StatementFact;

/** Facts known at `knownAt`, the last known version of each. */
export function visible(facts: readonly LedgerFact[], knownAt: Instant): LedgerFact[] {
  const latest = new Map<string, LedgerFact>();
  for (const fact of facts) {
    if (fact.knownAt > knownAt) continue;
    const key = `${fact.kind}/${fact.id}`;
    const other = latest.get(key);
    if (!other || newer(fact, other)) latest.set(key, fact);
  }
  return [...latest.values()];
}

const newer = (a: LedgerFact, b: LedgerFact): boolean =>
  a.sequence !== undefined && b.sequence !== undefined && a.sequence !== b.sequence
    ? a.sequence > b.sequence
    : a.knownAt > b.knownAt;

/** What the bank had booked first: by its own numbers when every fact of the bank has one, else by when we learned. */
export function bankOrder(facts: readonly LedgerFact[]): (a: LedgerFact, b: LedgerFact) => number {
  const bank = facts.filter((f) => f.kind === 'payment' || f.kind === 'reversal' || f.kind === 'statement');
  const numbered = bank.every((f) => f.sequence !== undefined);
  return (a, b) => {
    if (numbered && a.sequence !== undefined && b.sequence !== undefined && a.sequence !== b.sequence)
      return a.sequence - b.sequence;
    return a.knownAt < b.knownAt ? -1 : a.knownAt > b.knownAt ? 1 : 0;
  };
}
