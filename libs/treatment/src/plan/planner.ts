import type { PolicySet } from '../compile.js';
import type { AccountId, Hash, Instant, StepId } from '../shapes/base.js';
import type { Attention, Decision, Effect, Lapse } from '../shapes/decision.js';
import type { CaseSnapshot } from '../shapes/snapshot.js';
import type { Calendars } from './calendars.js';
import { readCancels } from './cancels.js';
import { type AccountView, type PlanContext, readContext } from './context.js';
import { cycleOver, readCycle } from './cycle.js';
import { DAY_MS, instantOf, msOf, wake } from './dates.js';
import { readDeadlines } from './deadlines.js';
import { calledFor, type Candidate, emptyScan, type Scan, scanAccount, scanTiming } from './due-steps.js';
import { type Keys, effectsFor } from './effects.js';
import { readEscalations } from './escalations.js';
import { closingMessages, readExits } from './exits.js';
import { type Blocked, upcomingOf } from './explain.js';
import { recordsOf } from './history.js';
import { isActive } from './holds.js';
import { judge, type Verdict } from './judge.js';
import { readLimitation } from './limitation.js';
import { byUrgency, type Group, mergeDue } from './merge.js';
import { type Pacing, readPacing } from './pacing.js';
import { placementRecalls } from './placements.js';
import { promiseEnd } from './promises.js';
import { reason } from './reasons.js';
import { readMove } from './stage.js';
import { entryOf } from './standing.js';
import { nobodyReachable } from './targets.js';
import type { ImpossibleReason } from '../shapes/step.js';

/** Raised whenever the same snapshot may lead to another decision than before. */
export const PLANNER_VERSION = '2';

/** An open case is looked at again after this long even if nothing is known to change. */
const LOOK_AGAIN_DAYS = 30;

/** What the passes add to while steps are judged one after another. */
interface Draft {
  ctx: PlanContext;
  scan: Scan;
  pacing: Pacing;
  keys: Keys;
  effects: Effect[];
  blocked: Blocked[];
  taken: Set<Candidate>;
  attention: Attention[];
  lapsed: Lapse[];
  cancel: Decision['cancel'];
  /** step and account pairs judged: a fallback is never followed in a circle */
  seen: Set<string>;
  /** a late mandatory step that only waits for its turn: all others wait behind it */
  first: Extract<Verdict, { kind: 'blocked' }> | null;
}

/**
 * Decides what to do now for one case. Pure: no clock, no randomness, nothing outside its arguments; the same arguments
 * give the same bytes. `now` is business time; `snapshotHash` is the caller's hash of `canonicalJson(snapshot)`.
 * Throws RangeError only on dates that are none; everything expected is in the decision.
 */
export function plan(
  snapshot: CaseSnapshot,
  policies: PolicySet,
  calendar: Calendars,
  now: Instant,
  snapshotHash: Hash,
): Decision {
  const ctx = readContext(snapshot, policies, calendar, msOf(now));
  const exits = readExits(ctx);
  const leaving = new Set<AccountId>(exits.leaving.map(({ account }) => account.id));
  const closeCase = ctx.accounts.length === leaving.size;
  const draft = newDraft(ctx);
  draft.attention.push(...exits.attention);
  draft.effects.push(...closingMessages(ctx, exits, draft.keys));
  draft.effects.push(...placementRecalls(ctx, leaving, draft.keys));
  const cycle = readCycle(ctx);
  const escalations = readEscalations(ctx);
  const staying = ctx.accounts.filter((account) => !leaving.has(account.id));
  const entered = enter(draft, staying);
  for (const account of entered) scanAccount(ctx, account, draft.scan);
  callOthers(draft, entered, escalations.steps);
  if (entered.length > 0) performDue(draft);
  finishAttention(draft, staying, entered, [...cycle.attention, ...escalations.attention]);
  const cancel = [...readCancels(ctx, leaving), ...draft.cancel].sort((a, b) => (a.effectKey < b.effectKey ? -1 : 1));
  const deadlines = [...readDeadlines(ctx), ...cycle.deadlines];
  wakeAtHoldsAndPromises(ctx);
  const move = readMove(ctx, draft.effects, leaving, escalations.level, closeCase);
  const { node } = cycle;
  return {
    planner: PLANNER_VERSION,
    policies: policiesUsed(ctx.accounts),
    calendarVersions: sortedRecord(calendar.versions),
    snapshotHash,
    decidedFor: instantOf(ctx.now),
    effects: draft.effects,
    cancel,
    move: node === undefined ? move : { ...move, cycleNode: node },
    exits: exits.leaving
      .map(({ account, exit }) => ({ accountId: account.id, reason: exit.close }))
      .sort((a, b) => (a.accountId < b.accountId ? -1 : 1)),
    closeCase,
    deadlines: closeCase ? [] : deadlines,
    wakeAt: closeCase ? null : instantOf(ctx.wakes.earliest ?? ctx.now + LOOK_AGAIN_DAYS * DAY_MS),
    upcoming: closeCase ? [] : upcomingOf(ctx, draft.blocked, draft.scan.future, draft.taken),
    lapsed: mergedLapses([...draft.scan.lapsed, ...draft.lapsed]),
    attention: closeCase ? [] : distinct(draft.attention),
  };
}

function newDraft(ctx: PlanContext): Draft {
  return {
    ctx,
    scan: emptyScan(),
    pacing: readPacing(ctx),
    keys: { given: new Map() },
    effects: [],
    blocked: [],
    taken: new Set(),
    attention: [],
    lapsed: [],
    cancel: [],
    seen: new Set(),
    first: null,
  };
}

/** Accounts under treatment; one that only a person can bring in or out is told of. */
function enter(draft: Draft, accounts: AccountView[]): AccountView[] {
  return accounts.filter((account) => {
    if (account.overdue === 0n && account.a.status !== 'plan') return false;
    const entry = entryOf(draft.ctx, account, draft.ctx.wakes);
    if (!entry.in && entry.tell) draft.attention.push({ code: entry.why.code, owner: 'supervisor', why: entry.why });
    return entry.in;
  });
}

/** Steps that something else than their own trigger calls for: escalations, a cycle's end, a limitation, a failed step. */
function callOthers(draft: Draft, accounts: AccountView[], escalated: { step: StepId; anchor: number }[]): void {
  const { ctx, scan } = draft;
  const over = cycleOver(ctx);
  for (const account of accounts) {
    for (const { step: id, anchor } of escalated) {
      const step = account.compiled?.byId.get(id);
      if (step !== undefined && account.treatable)
        scanTiming(ctx, account, step, calledFor(ctx, account, null, anchor), scan, 'escalated');
    }
    const onNone =
      over === null ? undefined : account.compiled?.byId.get(account.compiled.policy.cycle.extension.onNone);
    if (onNone !== undefined && account.treatable)
      scanTiming(ctx, account, onNone, calledFor(ctx, account, over), scan, 'cycle-ended');
  }
  const limitation = readLimitation(ctx);
  draft.attention.push(...limitation.attention);
  for (const { account, step, anchor } of limitation.steps) {
    if (accounts.includes(account) && account.treatable)
      scanTiming(ctx, account, step, calledFor(ctx, account, null, anchor), scan, 'limitation-near');
  }
  for (const failed of [...scan.failed]) instead(draft, [failed.account], failed.step, failed.because, failed.since);
}

/** Judges due steps in their order; what can't be done may put another one in line. */
function performDue(draft: Draft): void {
  const { ctx, scan } = draft;
  let groups = mergeDue(ctx, scan);
  while (groups.length > 0) {
    const group = groups.shift() as Group;
    const before = scan.due.length;
    for (const member of group.members) draft.seen.add(`${member.step.def.id}/${member.account.id}`);
    perform(draft, group);
    if (scan.due.length > before) {
      const added: Scan = {
        ...scan,
        due: scan.due.slice(before).filter((one) => !draft.seen.has(`${one.step.def.id}/${one.account.id}`)),
      };
      groups = [...groups, ...mergeDue(ctx, added)].sort(byUrgency);
    }
  }
}

function perform(draft: Draft, group: Group): void {
  const { ctx } = draft;
  const verdict =
    inProgress(draft, group) ?? (draft.first === null ? judge(ctx, group, draft.pacing) : behind(group, draft.first));
  switch (verdict.kind) {
    case 'go': {
      draft.effects.push(...effectsFor(ctx, group, verdict, draft.keys));
      for (const member of verdict.members) draft.taken.add(member);
      draft.pacing.startedToday += 1;
      draft.pacing.started.push({ kind: group.step.def.kind, at: ctx.now });
      return;
    }
    case 'blocked':
      if (draft.first === null && isOverdueDuty(group) && PACED.has(verdict.blockedBy[0]?.code ?? ''))
        draft.first = verdict;
      wake(ctx.wakes, verdict.until);
      draft.blocked.push({ members: group.members, blockedBy: verdict.blockedBy, until: verdict.until });
      return;
    case 'gated':
      draft.blocked.push({ members: group.members, blockedBy: [verdict.why], until: null });
      if (verdict.other === null)
        draft.attention.push({ code: verdict.why.code, owner: 'supervisor', why: verdict.why });
      else for (const member of group.members) callFor(draft, member.account, verdict.other, null, 'gate-not-met');
      return;
    case 'impossible':
      instead(
        draft,
        group.members.map((member) => member.account),
        group.step,
        verdict.because,
        null,
      );
  }
}

/** Work of people is opened once for the case: another account waits for its end, or for a call task that names it too. */
const ONE_AT_A_TIME: ReadonlySet<string> = new Set(['call', 'visit', 'trace', 'review']);

function inProgress(draft: Draft, { step, members }: Group): Verdict | null {
  if (step.def.scope !== 'case' || !ONE_AT_A_TIME.has(step.def.kind)) return null;
  if (members.some((member) => member.persons !== null)) return null;
  const open = recordsOf(draft.ctx.history, step.def.id).find((past) => past.endedAt === null);
  if (open === undefined) return null;
  if (step.def.kind === 'call')
    draft.cancel.push({ effectKey: open.key, why: reason('covers-changed', { step: step.def.id }) });
  return { kind: 'blocked', blockedBy: [reason('step-open', { step: step.def.id })], until: null };
}

const PACED: ReadonlySet<string> = new Set(['spacing', 'frequency', 'enough-for-today', 'pause']);
const isOverdueDuty = (group: Group): boolean =>
  group.step.def.mandatory !== undefined && group.members.some((member) => member.late);

function behind(group: Group, first: Extract<Verdict, { kind: 'blocked' }>): Verdict {
  const until = first.until === null ? {} : { until: first.until };
  const why = reason('mandatory-first', { step: first.blockedBy[0]?.step ?? group.step.def.id, ...until });
  return { kind: 'blocked', blockedBy: [why], until: first.until };
}

/** Follows `onImpossible`; a step that names no way out becomes an item for a person. */
function instead(
  draft: Draft,
  accounts: AccountView[],
  step: Group['step'],
  because: ImpossibleReason,
  since: number | null,
): void {
  const why = reason(because, { step: step.def.id });
  const way = step.def.onImpossible.find((one) => one.because.includes(because));
  const covers = accounts.map((account) => account.id);
  if (way === undefined || way.then === 'review') {
    draft.attention.push({ code: 'step-impossible', owner: 'supervisor', why });
  } else if (way.then === 'lapse') {
    // Told once: the step is tried again as long as its window is open, since a way may be found.
    const untold = covers.filter((id) => !toldLapsed(draft.ctx, step.def.id, id));
    if (since === null && untold.length > 0) draft.lapsed.push({ step: step.def.id, covers: untold, why });
  } else {
    for (const account of accounts) {
      const other = account.compiled?.byId.get(way.then.step);
      if (other !== undefined) callFor(draft, account, other, since, `instead-${because}`);
    }
  }
}

const toldLapsed = (ctx: PlanContext, step: StepId, account: AccountId): boolean =>
  recordsOf(ctx.history, step).some((past) => past.outcome === 'lapsed' && past.covers.has(account));

function callFor(draft: Draft, account: AccountView, step: Group['step'], since: number | null, why: string): void {
  if (draft.seen.has(`${step.def.id}/${account.id}`)) return;
  scanTiming(draft.ctx, account, step, calledFor(draft.ctx, account, since), draft.scan, why);
}

/** A case with something overdue always has a step open, planned or to come, or somebody who knows that it has none. */
function finishAttention(draft: Draft, staying: AccountView[], entered: AccountView[], others: Attention[]): void {
  const { ctx, scan } = draft;
  draft.attention.push(...scan.attention, ...others);
  for (const view of ctx.holds) {
    if (isActive(view, ctx.now) && view.overdueSince !== null && view.overdueSince <= ctx.now) {
      draft.attention.push({
        code: 'hold-overdue',
        owner: view.rule?.opens ?? 'supervisor',
        why: reason('hold-overdue', { rule: view.hold.kind }),
      });
    }
  }
  for (const past of ctx.history.all) {
    if (past.outcome === 'unknown')
      draft.attention.push({
        code: 'outcome-unknown',
        owner: 'admin',
        why: reason('outcome-unknown', { step: past.step }),
      });
  }
  for (const account of staying) {
    if (account.a.status === 'cured' && account.overdue > 0n)
      draft.attention.push({ code: 'cured-but-overdue', owner: 'supervisor', why: reason('cured-but-overdue') });
  }
  const treatable = entered.filter((account) => account.treatable);
  if (treatable.length === 0) return;
  if (nobodyReachable(ctx)) draft.attention.push({ code: 'no-way', owner: 'supervisor', why: reason('no-way') });
  const going = draft.effects.length > 0 || scan.open.length > 0 || scan.future.length > 0 || draft.blocked.length > 0;
  if (!going) draft.attention.push({ code: 'nothing-planned', owner: 'supervisor', why: reason('nothing-planned') });
}

function wakeAtHoldsAndPromises(ctx: PlanContext): void {
  for (const view of ctx.holds) {
    wake(ctx.wakes, view.from);
    wake(ctx.wakes, view.until);
    wake(ctx.wakes, view.overdueSince);
  }
  for (const promise of ctx.s.promises) if (promise.state === 'open') wake(ctx.wakes, promiseEnd(ctx, promise));
  for (const past of ctx.history.all) {
    const review = past.endedAt === null ? ctx.policy?.byId.get(past.step)?.def.review : undefined;
    if (review !== undefined) wake(ctx.wakes, ctx.cal.addStaff(past.plannedAt, review.within));
  }
}

/** The same step lapsed for several accounts is one line. */
function mergedLapses(lapses: Lapse[]): Lapse[] {
  const byStep = new Map<string, Lapse>();
  for (const lapse of lapses) {
    const key = `${lapse.step}/${lapse.why.code}`;
    const known = byStep.get(key);
    if (known === undefined) byStep.set(key, { ...lapse, covers: [...lapse.covers] });
    else known.covers.push(...lapse.covers.filter((id) => !known.covers.includes(id)));
  }
  return [...byStep.values()];
}

function distinct(items: Attention[]): Attention[] {
  const byKey = new Map(
    items.map((item) => [`${item.code}/${item.why.step ?? ''}/${item.why.rule ?? ''}/${item.owner}`, item]),
  );
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}

function policiesUsed(accounts: AccountView[]): Decision['policies'] {
  const used = new Map(
    accounts.map(({ a }) => [
      `${a.pin.policyId}@${a.pin.version}`,
      { policyId: a.pin.policyId, version: a.pin.version },
    ]),
  );
  return [...used].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, pin]) => pin);
}

function sortedRecord(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
