import type { AllocationOrder, Component } from './allocation-order.js';
import { dayNumber, type LocalDate } from './day-number.js';
import { sameCurrency, type Money } from './money.js';

/** Minor units per component; a missing component is 0. */
export type Amounts = Readonly<Partial<Record<Component, bigint>>>;

/** One thing owed: an instalment, a charge, or what is not due yet (`due: null`). `open` amounts are not negative. */
export interface Claim {
  readonly id: string;
  readonly due: LocalDate | null;
  readonly currency: string;
  readonly open: Amounts;
}

export interface Part {
  readonly claimId: string;
  readonly component: Component;
  readonly minor: bigint;
}

/** Where a payment went. Sum of the parts + excess = payment; the excess is a credit of the debtor. */
export interface Allocation {
  readonly currency: string;
  readonly order: string;
  readonly parts: readonly Part[];
  readonly excess: bigint;
}

/** Oldest due first, the undated last, ties by id, so that equal input gives equal output whatever its order. */
export function byDue(a: { due: LocalDate | null; id: string }, b: { due: LocalDate | null; id: string }): number {
  if (a.due !== b.due) return a.due === null ? 1 : b.due === null ? -1 : a.due < b.due ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** Component by component over what is due, then instalment by instalment over what is not: nobody prepays far interest. */
function* inTurn(
  claims: readonly Claim[],
  order: AllocationOrder,
  valueDate: LocalDate,
): Generator<[Claim, Component]> {
  const isDue = (claim: Claim): boolean => claim.due !== null && claim.due <= valueDate;
  const due = claims.filter(isDue);
  for (const component of order.components) for (const claim of due) yield [claim, component];
  for (const claim of claims) if (!isDue(claim)) for (const component of order.components) yield [claim, component];
}

/**
 * Spreads a payment over claims: those due at its value date first, by the order of components and inside a component the
 * oldest due date first; what remains prepays the claims not yet due. Pure. Throws a RangeError for a payment that is not
 * positive, mixed currencies or a negative claim.
 */
export function allocate(
  payment: { readonly amount: Money; readonly valueDate: LocalDate },
  claims: readonly Claim[],
  order: AllocationOrder,
): Allocation {
  const { amount, valueDate } = payment;
  if (amount.minor <= 0n) throw new RangeError('A payment must be positive');
  dayNumber(valueDate);
  for (const claim of claims) sameCurrency(amount, claim);
  const parts: Part[] = [];
  let left = amount.minor;
  for (const [claim, component] of inTurn([...claims].sort(byDue), order, valueDate)) {
    const open = claim.open[component] ?? 0n;
    if (open < 0n) throw new RangeError(`Claim ${claim.id}: ${component} is negative`);
    const minor = open < left ? open : left;
    if (minor === 0n) continue;
    parts.push({ claimId: claim.id, component, minor });
    left -= minor;
  }
  return { currency: amount.currency, order: order.id, parts, excess: left };
}
