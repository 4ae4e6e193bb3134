import { byDue, type Amounts } from './allocate.js';
import { components, type Component } from './allocation-order.js';
import type { LocalDate } from './day-number.js';
import type { StatementFact } from './facts.js';
import { change, claimOf, openClaims, pushCredit, remainderId, takeCredit, type LedgerState } from './ledger.js';

/**
 * What a statement of the bank changes, as signed differences to our own figures for the facts which it contains. Kept as
 * differences so that a payment or reversal learned later, but valued earlier, still counts in full beside it.
 */
export interface Adjustment {
  readonly changes: readonly { claimId: string; due: LocalDate | null; component: Component; delta: bigint }[];
  readonly creditUsed: bigint;
}

const at = (amounts: Amounts, component: Component): bigint => amounts[component] ?? 0n;

type Target = { id: string; due: LocalDate | null; amounts: Amounts };

/** The bank listed its instalments: each becomes what it says, the others are paid, the rest of the balance is not due. */
function fromList(state: LedgerState, statement: StatementFact): Target[] {
  const listed = statement.instalments ?? [];
  const remainder: Partial<Record<Component, bigint>> = {};
  for (const c of components) {
    const rest = listed.reduce((left, i) => left - at(i.amounts, c), at(statement.balances, c));
    remainder[c] = rest > 0n ? rest : 0n;
  }
  const named = new Set(listed.map((i) => i.id));
  const gone = openClaims(state).filter((claim) => !named.has(claim.id) && claim.id !== remainderId);
  return [
    ...listed,
    ...gone.map((claim) => ({ id: claim.id, due: claim.due, amounts: {} })),
    { id: remainderId, due: null, amounts: remainder },
  ];
}

/** Only totals: less than ours was paid or waived, oldest first; more than ours is not due as far as we are told. */
function fromTotals(state: LedgerState, statement: StatementFact): Target[] {
  const claims = [...openClaims(state)].sort(byDue);
  const targets = new Map(
    claims.map((c) => [c.id, { id: c.id, due: c.due, amounts: { ...c.open } as Record<Component, bigint> }]),
  );
  const zero = { costs: 0n, fees: 0n, interest: 0n, principal: 0n };
  const remainder = targets.get(remainderId) ?? { id: remainderId, due: null, amounts: zero };
  for (const c of components) {
    let excess = claims.reduce((sum, claim) => sum + at(claim.open, c), 0n) - at(statement.balances, c);
    if (excess < 0n) remainder.amounts[c] -= excess;
    for (const target of targets.values()) {
      if (excess <= 0n) break;
      const taken = target.amounts[c] < excess ? target.amounts[c] : excess;
      target.amounts[c] -= taken;
      excess -= taken;
    }
  }
  return [...targets.values(), ...(targets.has(remainderId) ? [] : [remainder])];
}

/** Compares a statement with our state for the facts it contains, at the end of its value date. */
export function adjustmentOf(state: LedgerState, statement: StatementFact): Adjustment {
  const targets = statement.instalments ? fromList(state, statement) : fromTotals(state, statement);
  const changes = targets.flatMap(({ id, due, amounts }) =>
    components.map((component) => ({
      claimId: id,
      due,
      component,
      delta: at(amounts, component) - at(state.claims.get(id)?.open ?? {}, component),
    })),
  );
  return { changes, creditUsed: state.credits.reduce((sum, credit) => sum + credit.minor, 0n) };
}

/** Applies an adjustment to a state that may hold more or fewer facts than the one it was computed on. */
export function applyAdjustment(state: LedgerState, statement: StatementFact, adjustment: Adjustment): void {
  if (statement.instalments && statement.instalments.length > 0) state.dated = true;
  if (statement.earliestUnpaidDue !== undefined) state.declaredDue = statement.earliestUnpaidDue;
  // Used credit that is not there (its payment was reversed since) is owed again; the bank's next statement says as what.
  const missing = takeCredit(state, adjustment.creditUsed);
  let overflow = 0n;
  for (const { claimId, due, component, delta } of adjustment.changes)
    overflow += change(claimOf(state, claimId, due), component, delta);
  if (missing > 0n) change(claimOf(state, remainderId, null), 'principal', missing);
  pushCredit(state, `statement/${statement.id}`, statement.valueDate, overflow);
}
