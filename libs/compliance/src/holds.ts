import type { Hold } from './rule.js';
import type { HoldEffect } from './vocabulary.js';

/**
 * Holds as algebra: each stops some effects for an interval, and several together stop the union of their intervals.
 * Order, nesting and overlap therefore cannot matter. Times are epoch milliseconds, `to` is exclusive and may be Infinity.
 */
export interface Span {
  from: number;
  to: number;
}

/** What is asked about: the person and the accounts that a contact (or a step) concerns. */
export interface HoldTarget {
  person: string;
  accounts: readonly string[];
}

/** A hold without scope binds the whole case; one on accounts binds whatever touches one of them; one on persons only them. */
export function concerns(hold: Hold, target: HoldTarget): boolean {
  const accounts = hold.accounts === undefined || hold.accounts.some((account) => target.accounts.includes(account));
  const persons = hold.persons === undefined || hold.persons.includes(target.person);
  return accounts && persons;
}

/** When `effect` is stopped for the target, as disjoint spans in order. With a purpose: only holds that do not allow it. */
export function stoppedSpans(holds: readonly Hold[], effect: HoldEffect, target: HoldTarget, purpose?: string): Span[] {
  return union(
    holds
      .filter((hold) => hold.effects.includes(effect) && concerns(hold, target))
      .filter((hold) => purpose === undefined || !hold.allows.includes(purpose))
      .map(spanOf),
  );
}

/** The union of spans as disjoint, ordered ones; empty spans vanish, touching ones become one. */
export function union(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of [...spans].filter(({ from, to }) => from < to).sort((one, other) => one.from - other.from)) {
    const last = merged.at(-1);
    if (last !== undefined && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else merged.push({ ...span });
  }
  return merged;
}

export function spanOf(hold: Hold): Span {
  return { from: Date.parse(hold.from), to: hold.until === undefined ? Infinity : Date.parse(hold.until) };
}
