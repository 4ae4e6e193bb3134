import { type CompiledPolicy, type PolicySet, policyKey } from '../compile.js';
import type { FactReader } from '../facts/conditions.js';
import type { AccountId, LocalDate, StepId } from '../shapes/base.js';
import type { CaseSnapshot, SnapshotAccount } from '../shapes/snapshot.js';
import type { Calendars } from './calendars.js';
import { type Day, dayOf, msOf, type Wakes } from './dates.js';
import { type History, readHistory } from './history.js';
import type { Timing } from './triggers.js';
import { countedDays, type HeldDays, heldDays, type HoldView, readHolds } from './holds.js';
import { accountFacts, caseFacts } from '../facts/reader.js';

/** An account with everything derived that several passes need. */
export interface AccountView {
  a: SnapshotAccount;
  id: AccountId;
  compiled: CompiledPolicy | null;
  overdue: bigint;
  outstanding: bigint;
  due: Day | null;
  /** undefined: no unpaid due date is known */
  dpd: number | undefined;
  /** the day before treatment day 1 */
  zero: Day | null;
  held: HeldDays[];
  treatmentDay: number | undefined;
  /** has something overdue and is not kept back by its status */
  treatable: boolean;
  joinedAt: number;
  facts: FactReader;
  /** occasions by step, computed once: several passes ask for them */
  timings: Map<StepId, Timing[]>;
}

export interface PlanContext {
  s: CaseSnapshot;
  now: number;
  today: Day;
  todayDate: LocalDate;
  cal: Calendars;
  /** not closed, lead account first */
  accounts: AccountView[];
  lead: AccountView | undefined;
  /** the lead account's policy: it speaks for the case */
  policy: CompiledPolicy | null;
  holds: HoldView[];
  history: History;
  caseFacts: FactReader;
  wakes: Wakes;
}

/** Gathers what the snapshot says into numbers and look-ups. Nothing is decided here. */
export function readContext(s: CaseSnapshot, policies: PolicySet, cal: Calendars, now: number): PlanContext {
  const todayDate = cal.businessDate(now);
  const today = dayOf(todayDate);
  const bare = s.accounts
    .filter((a) => a.status !== 'closed')
    .map((a) => ({ a, compiled: pinned(policies, a, s.arm), overdue: BigInt(a.overdue.minor) }))
    .sort(byLead);
  const policy = bare.find((one) => one.compiled !== null)?.compiled ?? null;
  const holds = readHolds(s, policy, cal);
  const history = readHistory(s, policy?.policy ?? null);
  const ctx: PlanContext = {
    s,
    now,
    today,
    todayDate,
    cal,
    accounts: [],
    lead: undefined,
    policy,
    holds,
    history,
    caseFacts: undefined as unknown as FactReader,
    wakes: { now, earliest: null },
  };
  ctx.accounts = bare.map((one) => accountView(ctx, one.a, one.compiled, one.overdue));
  ctx.lead = ctx.accounts.find((account) => account.treatable) ?? ctx.accounts[0];
  ctx.caseFacts = caseFacts(ctx);
  return ctx;
}

function pinned(policies: PolicySet, a: SnapshotAccount, arm: string | undefined): CompiledPolicy | null {
  const found = policies.get(policyKey(a.pin.policyId, a.pin.version)) ?? null;
  return (arm === undefined ? undefined : found?.arms.get(arm)) ?? found;
}

interface Bare {
  a: SnapshotAccount;
  compiled: CompiledPolicy | null;
  overdue: bigint;
}
/** Lead first: policy priority, then days past due (an older due date is smaller), then amount; the id breaks ties. */
function byLead(x: Bare, y: Bare): number {
  const priority = (y.compiled?.policy.selection.priority ?? -1) - (x.compiled?.policy.selection.priority ?? -1);
  if (priority !== 0) return priority;
  const [dueX, dueY] = [x.a.earliestUnpaidDue ?? '9999', y.a.earliestUnpaidDue ?? '9999'];
  if (dueX !== dueY) return dueX < dueY ? -1 : 1;
  if (x.overdue !== y.overdue) return x.overdue > y.overdue ? -1 : 1;
  return x.a.accountId < y.a.accountId ? -1 : 1;
}

function accountView(
  ctx: PlanContext,
  a: SnapshotAccount,
  compiled: CompiledPolicy | null,
  overdue: bigint,
): AccountView {
  const due = a.earliestUnpaidDue === null ? null : dayOf(a.earliestUnpaidDue);
  const held = heldDays(ctx.holds, a.accountId, ctx.cal);
  const zero = dayZero(due, compiled, a.imported === undefined ? dayOf(ctx.s.openedOn) : null);
  const view: AccountView = {
    a,
    id: a.accountId,
    compiled,
    overdue,
    outstanding: BigInt(a.principal.minor) + BigInt(a.interest.minor) + BigInt(a.fees.minor),
    due,
    dpd: due === null ? undefined : ctx.today - due,
    zero,
    held,
    treatmentDay: zero === null ? undefined : countedDays(zero, ctx.today, held),
    treatable: overdue > 0n && (a.status === 'open' || a.status === 'written-off'),
    joinedAt: msOf(a.joinedAt),
    facts: undefined as unknown as FactReader,
    timings: new Map(),
  };
  view.facts = accountFacts(ctx, view);
  return view;
}

/**
 * Day 1 follows the grace days; `from-first` never lets it lie before the day the case was opened.
 * @param openedDay null for an account with a history of others: it joins at its true day
 */
function dayZero(due: Day | null, compiled: CompiledPolicy | null, openedDay: Day | null): Day | null {
  if (due === null) return null;
  const entry = compiled?.policy.entry;
  const zero = due + (entry?.graceDays ?? 0);
  return entry?.late === 'from-first' && openedDay !== null ? Math.max(zero, openedDay - 1) : zero;
}

/** No contact before this instant: the last arrival has been waited for. */
export function gatheredAt(ctx: PlanContext): number {
  let latest = -Infinity;
  for (const account of ctx.accounts) {
    if (account.compiled === null) continue;
    latest = Math.max(latest, ctx.cal.add(account.joinedAt, account.compiled.policy.entry.gather));
  }
  return latest;
}
