import type { CompiledPolicy } from '../compile.js';
import type { AccountId, HoldEffect, PersonId, Purpose } from '../shapes/base.js';
import type { HoldRule } from '../shapes/policy.js';
import type { CaseSnapshot, SnapshotHold } from '../shapes/snapshot.js';
import type { Calendars } from './calendars.js';
import { type Day, dayOf, msOf } from './dates.js';

/** A hold as an interval with effects. Several holds act as the union of their intervals, effect by effect. */
export interface HoldView {
  hold: SnapshotHold;
  from: number;
  /** null: until somebody or something ends it */
  until: number | null;
  /** a hold that must be ended by a person or a fact, and should have been by now */
  overdueSince: number | null;
  rule: HoldRule | undefined;
}

/** Days after `after` up to and including `last`; Infinity while no end is known. */
export interface HeldDays {
  after: Day;
  last: Day;
}

export function readHolds(snapshot: CaseSnapshot, policy: CompiledPolicy | null, cal: Calendars): HoldView[] {
  return snapshot.holds
    .map((hold): HoldView => {
      const rule = policy?.holdRules.get(hold.kind);
      const from = msOf(hold.from);
      const until = hold.until === undefined ? null : msOf(hold.until);
      const limit = rule?.maxFor === undefined ? null : cal.add(from, rule.maxFor);
      if (limit === null || (until !== null && until <= limit)) return { hold, from, until, overdueSince: null, rule };
      if (rule?.ends === 'date') return { hold, from, until: limit, overdueSince: null, rule };
      return { hold, from, until, overdueSince: limit, rule };
    })
    .sort((a, b) => a.from - b.from || (a.hold.id < b.hold.id ? -1 : 1));
}

export const isActive = (view: HoldView, now: number): boolean =>
  view.from <= now && (view.until === null || now < view.until);

const hasEffect = (view: HoldView, effect: HoldEffect): boolean => view.hold.effects.includes(effect);

function coversAccount(view: HoldView, account: AccountId): boolean {
  return view.hold.scope.accounts === undefined || view.hold.scope.accounts.includes(account);
}
function coversPerson(view: HoldView, person: PersonId | null): boolean {
  if (view.hold.scope.persons === undefined) return true;
  return person !== null && view.hold.scope.persons.includes(person);
}

/**
 * What stays allowed during a hold: what its policy says, and to thank or correct, which is no collecting. That still never
 * goes to the dead or to a number that may be a stranger's.
 */
export function allowedDuring<P extends string>(kind: string, allows: readonly P[]): (P | 'confirm-payment')[] {
  if (kind === 'deceased' || kind === 'number-check') return [...allows];
  return [...new Set<P | 'confirm-payment'>([...allows, 'confirm-payment'])];
}

const allows = ({ hold, rule }: HoldView, purpose: Purpose): boolean =>
  allowedDuring(hold.kind, rule?.allows ?? []).includes(purpose);

/** Holds that forbid, now, a contact for this purpose about this account with this person (null: with anyone). */
export function contactBars(
  holds: HoldView[],
  now: number,
  account: AccountId,
  person: PersonId | null,
  purpose: Purpose,
): HoldView[] {
  return holds.filter(
    (view) =>
      isActive(view, now) &&
      hasEffect(view, 'contact') &&
      coversAccount(view, account) &&
      coversPerson(view, person) &&
      !allows(view, purpose),
  );
}

export function escalationBars(holds: HoldView[], now: number, account: AccountId): HoldView[] {
  return holds.filter(
    (view) =>
      isActive(view, now) && hasEffect(view, 'escalation') && coversAccount(view, account) && coversPerson(view, null),
  );
}

/**
 * Business dates that don't count for the treatment of an account: the union over all holds that stop treatment days, so
 * that order, nesting and overlap make no difference. The day a hold begins still counts, the day it ends does not.
 */
export function heldDays(holds: HoldView[], account: AccountId, cal: Calendars): HeldDays[] {
  const spans: HeldDays[] = [];
  for (const view of holds) {
    if (!hasEffect(view, 'treatmentDays') || !coversAccount(view, account) || !coversPerson(view, null)) continue;
    const after = dayOf(cal.businessDate(view.from));
    const last = view.until === null ? Infinity : dayOf(cal.businessDate(view.until));
    if (last > after) spans.push({ after, last });
  }
  return union(spans);
}

function union(spans: HeldDays[]): HeldDays[] {
  if (spans.length < 2) return spans;
  const sorted = [...spans].sort((a, b) => a.after - b.after || a.last - b.last);
  const merged: HeldDays[] = [];
  for (const span of sorted) {
    const previous = merged[merged.length - 1];
    if (previous !== undefined && span.after <= previous.last) previous.last = Math.max(previous.last, span.last);
    else merged.push({ ...span });
  }
  return merged;
}

/** Days counted from `zero` (exclusive) to `day` (inclusive), held ones left out; negative before `zero`. */
export function countedDays(zero: Day, day: Day, held: HeldDays[]): number {
  let count = day - zero;
  for (const span of held) {
    const first = Math.max(span.after, zero);
    const last = Math.min(span.last, day);
    if (last > first) count -= last - first;
  }
  return count;
}

/** The date on which `countedDays` first reaches n; null while a hold without end stands before it. */
export function dayWhenCounted(zero: Day, n: number, held: HeldDays[]): Day | null {
  let day = zero + n;
  for (const span of held) {
    if (span.last <= zero) continue;
    if (span.after >= day) break;
    if (span.last === Infinity) return null;
    day += span.last - Math.max(span.after, zero);
  }
  return day;
}
