import { allocate, type Allocation, type Claim } from './allocate.js';
import type { AllocationOrder } from './allocation-order.js';
import type { LocalDate } from './day-number.js';
import type { Money } from './money.js';

/** One of several debts of a debtor to the same creditor. */
export interface Debt {
  readonly id: string;
  /** When it fell or falls due: the earliest unpaid due date; `null` = not due. */
  readonly due: LocalDate | null;
  /** Share of the debt that is covered by security, 0 (none) to 1. */
  readonly securedShare: number;
  /** Burden on the debtor: what it costs him, as a rate a year; higher is paid first. */
  readonly burden: number;
  readonly claims: readonly Claim[];
  readonly order: AllocationOrder;
}

export interface DebtShare {
  readonly debtId: string;
  readonly minor: bigint;
  readonly allocation: Allocation;
}

const openOf = (debt: Debt): bigint =>
  debt.claims.reduce((all, c) => Object.values(c.open).reduce((s: bigint, v) => s + v, all), 0n);

/** Splits `amount` in proportion to the weights to the last minor unit, largest remainder first; ties by position. */
export function proRata(amount: bigint, weights: readonly bigint[]): bigint[] {
  const total = weights.reduce((a, b) => a + b, 0n);
  if (total === 0n) return weights.map(() => 0n);
  const shares = weights.map((w) => (amount * w) / total);
  const rest = weights
    .map((w, i) => ({ i, r: (amount * w) % total }))
    .sort((a, b) => (a.r === b.r ? a.i - b.i : a.r > b.r ? -1 : 1));
  let left = amount - shares.reduce((a, b) => a + b, 0n);
  for (const { i } of rest) {
    if (left === 0n) break;
    shares[i] = (shares[i] ?? 0n) + 1n;
    left -= 1n;
  }
  return shares;
}

function rank(a: Debt, b: Debt, chosen: readonly string[], valueDate: LocalDate): number {
  const place = (d: Debt): number => (chosen.includes(d.id) ? chosen.indexOf(d.id) : chosen.length);
  const notDue = (d: Debt): number => (d.due !== null && d.due <= valueDate ? 0 : 1);
  const dueKey = (d: Debt): string => d.due ?? '9999-12-31';
  return (
    place(a) - place(b) ||
    notDue(a) - notDue(b) ||
    a.securedShare - b.securedShare ||
    b.burden - a.burden ||
    (dueKey(a) < dueKey(b) ? -1 : dueKey(a) > dueKey(b) ? 1 : 0)
  );
}

/**
 * Money that names no debt, or names some of several (Civil Code, article 560): the debtor's choice at payment (`chosen`,
 * in his order), what is due, the least secured, the heaviest burden, the earliest due; equals share in proportion.
 * Inside a debt its own order of components holds (article 561). The excess is what is left when all is paid.
 */
export function allocateAcross(
  payment: { readonly amount: Money; readonly valueDate: LocalDate },
  debts: readonly Debt[],
  chosen: readonly string[] = [],
): { shares: DebtShare[]; excess: bigint } {
  const compare = (a: Debt, b: Debt): number => rank(a, b, chosen, payment.valueDate);
  const sorted = [...debts].sort((a, b) => compare(a, b) || (a.id < b.id ? -1 : 1));
  const shares: DebtShare[] = [];
  let left = payment.amount.minor;
  for (let i = 0; i < sorted.length;) {
    const first = sorted[i] as Debt;
    const equals = sorted.slice(i).filter((d) => compare(first, d) === 0);
    const open = equals.map(openOf);
    const total = open.reduce((a, b) => a + b, 0n);
    const split = left >= total ? open : proRata(left, open);
    equals.forEach((debt, k) => {
      const minor = split[k] ?? 0n;
      if (minor === 0n) return;
      const amount = { minor, currency: payment.amount.currency };
      shares.push({ debtId: debt.id, minor, allocation: allocate({ ...payment, amount }, debt.claims, debt.order) });
      left -= minor;
    });
    i += equals.length;
  }
  return { shares, excess: left };
}
