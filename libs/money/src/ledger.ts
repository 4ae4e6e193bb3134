import { allocate, byDue, type Amounts, type Claim, type Part } from './allocate.js';
import { components, orderFor, type AllocationOrder, type Component } from './allocation-order.js';
import { daysPastDue } from './buckets.js';
import type { LocalDate } from './day-number.js';

/** What happened to one payment: money that found nothing open waits as credit and is spread when something appears. */
export interface PaymentTrace {
  readonly paymentId: string;
  readonly valueDate: LocalDate;
  readonly minor: bigint;
  /** Days past due at the value date and the order that followed from it; as of its last spreading. */
  dpd: number;
  order: string | null;
  parts: Part[];
  excess: bigint;
  /** Counted by the bank in its opening balances before we knew the debt: neither spread by us nor a credit. */
  absorbed: bigint;
}

interface OpenClaim {
  readonly id: string;
  due: LocalDate | null;
  readonly currency: string;
  readonly open: Record<Component, bigint>;
}

interface Credit {
  readonly id: string;
  readonly valueDate: LocalDate;
  minor: bigint;
}

/** The claim that takes what a statement shows beyond the instalments. */
export const remainderId = 'remainder';

/** Mutable working state of a replay; never leaves this library. */
export interface LedgerState {
  readonly currency: string;
  readonly product: string;
  readonly orders: readonly AllocationOrder[];
  readonly claims: Map<string, OpenClaim>;
  readonly credits: Credit[];
  readonly traces: Map<string, PaymentTrace>;
  /** True once the bank has sent instalments: then due dates are computed, else the bank's declared date counts. */
  dated: boolean;
  declaredDue: LocalDate | null;
}

export const emptyLedger = (of: Pick<LedgerState, 'currency' | 'product' | 'orders'>): LedgerState => ({
  ...of,
  claims: new Map(),
  credits: [],
  traces: new Map(),
  dated: false,
  declaredDue: null,
});

const isOpen = (claim: { open: Amounts }): boolean => components.some((c) => (claim.open[c] ?? 0n) > 0n);

export function openClaims(state: LedgerState): Claim[] {
  return [...state.claims.values()].filter(isOpen).sort(byDue);
}

export function earliestUnpaidDue(state: LedgerState): LocalDate | null {
  if (!state.dated) return state.declaredDue;
  return openClaims(state)[0]?.due ?? null;
}

export function claimOf(state: LedgerState, id: string, due: LocalDate | null): OpenClaim {
  let claim = state.claims.get(id);
  if (!claim) {
    claim = { id, due, currency: state.currency, open: { costs: 0n, fees: 0n, interest: 0n, principal: 0n } };
    state.claims.set(id, claim);
  }
  claim.due = due;
  return claim;
}

/** Adds a signed amount to a claim. Taking away more than is open leaves a credit: a correction may not lose money. */
export function change(claim: OpenClaim, component: Component, delta: bigint): bigint {
  const next = claim.open[component] + delta;
  claim.open[component] = next > 0n ? next : 0n;
  return next < 0n ? -next : 0n;
}

export function pushCredit(state: LedgerState, id: string, valueDate: LocalDate, minor: bigint): void {
  if (minor > 0n) state.credits.push({ id, valueDate, minor });
}

/** Takes up to `minor` from the credits, oldest first; answers what could not be taken. */
export function takeCredit(state: LedgerState, minor: bigint): bigint {
  let left = minor;
  for (const credit of state.credits) {
    const taken = credit.minor < left ? credit.minor : left;
    credit.minor -= taken;
    left -= taken;
    const trace = state.traces.get(credit.id);
    // A statement that contains the payment has used it up where we could not see: it is no credit any more.
    if (trace) Object.assign(trace, { excess: trace.excess - taken, absorbed: trace.absorbed + taken });
  }
  return left;
}

/** Spreads waiting credits over what is open, each by the order of its own value date. */
export function settleCredits(state: LedgerState): void {
  for (const credit of state.credits) {
    const claims = credit.minor > 0n ? openClaims(state) : [];
    if (claims.length === 0) continue;
    const dpd = daysPastDue(credit.valueDate, earliestUnpaidDue(state));
    const order = orderFor(state.orders, state.product, dpd);
    const amount = { minor: credit.minor, currency: state.currency };
    const { parts, excess } = allocate({ amount, valueDate: credit.valueDate }, claims, order);
    for (const part of parts) {
      const claim = state.claims.get(part.claimId);
      if (claim) claim.open[part.component] -= part.minor;
    }
    credit.minor = excess;
    const trace = state.traces.get(credit.id);
    if (trace) Object.assign(trace, { dpd, order: order.id, parts: [...trace.parts, ...parts], excess });
  }
}
