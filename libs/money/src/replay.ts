import type { Amounts, Claim, Part } from './allocate.js';
import { components, defaultOrders, type AllocationOrder, type Component } from './allocation-order.js';
import type { LocalDate } from './day-number.js';
import { bankOrder, visible, type LedgerFact, type PaymentFact, type StatementFact } from './facts.js';
import { claimOf, earliestUnpaidDue, emptyLedger, openClaims, pushCredit, settleCredits } from './ledger.js';
import type { LedgerState, PaymentTrace } from './ledger.js';
import { adjustmentOf, applyAdjustment, type Adjustment } from './statement.js';
import { sameCurrency } from './money.js';

export interface ReplayOptions {
  readonly currency: string;
  readonly product: string;
  readonly orders?: readonly AllocationOrder[];
  /** State at the end of this business date: facts valued later are left out. */
  readonly asOf: LocalDate;
  /** What we knew at this instant: facts learned later are left out. */
  readonly knownAt: string;
}

/** What became of one payment in this version of the history. */
export interface PaymentAllocation {
  readonly paymentId: string;
  readonly valueDate: LocalDate;
  readonly minor: bigint;
  readonly dpd: number;
  readonly order: string | null;
  readonly parts: readonly Part[];
  readonly excess: bigint;
  /** What the bank's opening balances had already counted. Parts + excess + absorbed = payment. */
  readonly absorbed: bigint;
}

export interface Ledger {
  readonly currency: string;
  readonly claims: readonly Claim[];
  readonly balances: Readonly<Record<Component, bigint>>;
  /** Money of the debtor that nothing open could take. */
  readonly credit: bigint;
  readonly earliestUnpaidDue: LocalDate | null;
  readonly payments: readonly PaymentAllocation[];
}

type TimelineFact = Exclude<LedgerFact, { kind: 'reversal' }>;

const isClaim = (fact: LedgerFact): boolean => fact.kind === 'charge' || fact.kind === 'instalment';

/** By value date; on one date what is owed comes before what is paid, the rest as the bank booked it. */
function inTimeOrder(facts: readonly LedgerFact[]): TimelineFact[] {
  const booked = bankOrder(facts);
  return facts
    .filter((f): f is TimelineFact => f.kind !== 'reversal')
    .sort((a, b) => {
      if (a.valueDate !== b.valueDate) return a.valueDate < b.valueDate ? -1 : 1;
      if (isClaim(a) !== isClaim(b)) return isClaim(a) ? -1 : 1;
      return (isClaim(a) ? 0 : booked(a, b)) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
    });
}

function pay(state: LedgerState, fact: PaymentFact): void {
  sameCurrency(fact.amount, state);
  if (fact.amount.minor <= 0n) throw new RangeError('A payment must be positive');
  const { minor } = fact.amount;
  const waiting = { dpd: 0, order: null, parts: [], excess: minor, absorbed: 0n };
  const trace: PaymentTrace = { paymentId: fact.id, valueDate: fact.valueDate, minor, ...waiting };
  state.traces.set(fact.id, trace);
  pushCredit(state, fact.id, fact.valueDate, minor);
  settleCredits(state);
  if (fact.earliestUnpaidDue !== undefined) state.declaredDue = fact.earliestUnpaidDue;
}

function owe(state: LedgerState, fact: TimelineFact): void {
  if (fact.kind === 'charge') {
    sameCurrency(fact.amount, state);
    if (fact.amount.minor <= 0n) throw new RangeError('A charge must be positive');
    claimOf(state, `charge/${fact.id}`, fact.due).open[fact.component] += fact.amount.minor;
  } else if (fact.kind === 'instalment') {
    state.dated = true;
    const claim = claimOf(state, fact.id, fact.due);
    for (const c of components) claim.open[c] += fact.amounts[c] ?? 0n;
  }
}

type Adjustments = ReadonlyMap<StatementFact, Adjustment>;

function run(
  facts: readonly LedgerFact[],
  options: ReplayOptions,
  until: LocalDate,
  adjustments: Adjustments,
): LedgerState {
  const { currency, product, orders = defaultOrders } = options;
  const state = emptyLedger({ currency, product, orders });
  const reversed = new Set(facts.flatMap((f) => (f.kind === 'reversal' ? [f.reverses] : [])));
  for (const fact of inTimeOrder(facts)) {
    if (fact.valueDate > until) break;
    if (fact.kind === 'payment') {
      if (!reversed.has(fact.id)) pay(state, fact);
      continue;
    }
    if (fact.kind === 'statement') {
      const adjustment = adjustments.get(fact);
      if (adjustment) applyAdjustment(state, fact, adjustment);
    } else owe(state, fact);
    settleCredits(state);
  }
  return state;
}

/** Each statement, in the order the bank made them, is compared with our figures for just the facts it contains. */
function adjust(facts: readonly LedgerFact[], options: ReplayOptions): Adjustments {
  const booked = bankOrder(facts);
  const statements = facts.filter((f) => f.kind === 'statement').sort((a, b) => booked(a, b) || (a.id < b.id ? -1 : 1));
  const adjustments = new Map<StatementFact, Adjustment>();
  statements.forEach((statement, i) => {
    const earlier = new Set<LedgerFact>(statements.slice(0, i));
    const contained = facts.filter((f) => (f.kind === 'statement' ? earlier.has(f) : booked(f, statement) <= 0));
    adjustments.set(statement, adjustmentOf(run(contained, options, statement.valueDate, adjustments), statement));
  });
  return adjustments;
}

/**
 * The ledger of one debt from its bi-temporal history: pure, and independent of the order of `facts`. A backdated payment
 * is spread by the days past due at its own value date, a reversed one never was, and all after it is spread anew. Ask with
 * an earlier `knownAt` for the version people acted on. Throws a RangeError for mixed currencies or a payment that is not
 * positive. Cost: statements × facts.
 */
export function replay(facts: readonly LedgerFact[], options: ReplayOptions): Ledger {
  const known = visible(facts, options.knownAt);
  const state = run(known, options, options.asOf, adjust(known, options));
  const claims = openClaims(state);
  const balances = { costs: 0n, fees: 0n, interest: 0n, principal: 0n };
  for (const claim of claims) for (const c of components) balances[c] += claim.open[c] ?? 0n;
  return {
    currency: state.currency,
    claims,
    balances,
    credit: state.credits.reduce((sum, credit) => sum + credit.minor, 0n),
    earliestUnpaidDue: earliestUnpaidDue(state),
    payments: [...state.traces.values()],
  };
}

/** Total of a set of amounts. */
export const totalOf = (amounts: Amounts): bigint => components.reduce((sum, c) => sum + (amounts[c] ?? 0n), 0n);

const same = (a: PaymentAllocation | undefined, b: PaymentAllocation | undefined): boolean =>
  a !== undefined &&
  b !== undefined &&
  a.excess === b.excess &&
  a.parts.length === b.parts.length &&
  a.parts.every(
    (p, i) =>
      p.claimId === b.parts[i]?.claimId && p.component === b.parts[i]?.component && p.minor === b.parts[i]?.minor,
  );

/** Both versions of a history around new knowledge, and the payments that are spread differently (or came, or went). */
export function reallocate(
  facts: readonly LedgerFact[],
  options: ReplayOptions,
  previouslyKnownAt: string,
): { before: Ledger; after: Ledger; changed: string[] } {
  const before = replay(facts, { ...options, knownAt: previouslyKnownAt });
  const after = replay(facts, options);
  const find = (ledger: Ledger, id: string) => ledger.payments.find((p) => p.paymentId === id);
  const ids = new Set([...before.payments, ...after.payments].map((p) => p.paymentId));
  return { before, after, changed: [...ids].filter((id) => !same(find(before, id), find(after, id))).sort() };
}
