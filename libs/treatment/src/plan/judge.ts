import type { AccountId, StepKind } from '../shapes/base.js';
import { levelRank } from '../compile.js';
import type { Reason } from '../shapes/decision.js';
import type { ImpossibleReason } from '../shapes/step.js';
import { type Approved, approvalOf } from './approvals.js';
import { type AccountView, gatheredAt, type PlanContext } from './context.js';
import { cycleOver } from './cycle.js';
import { dayOf, instantOf, msOf } from './dates.js';
import type { Candidate } from './due-steps.js';
import { escalationBars } from './holds.js';
import type { Group } from './merge.js';
import { type Pacing, frequencyPause, pauseOf } from './pacing.js';
import { progressOf } from './progress.js';
import { reason } from './reasons.js';
import { accountBars, concerns, purposeOf } from './standing.js';
import { type Recipient, targetsOf } from './targets.js';
import { timingsOf } from './triggers.js';

/** What can be done about a group of due accounts right now. */
export type Verdict =
  | { kind: 'go'; members: Candidate[]; recipients: Recipient[]; approved: Approved | null; confirmFirst: boolean }
  | { kind: 'blocked'; blockedBy: Reason[]; until: number | null }
  | { kind: 'impossible'; because: ImpossibleReason }
  | { kind: 'gated'; other: Group['step'] | null; why: Reason };

const blocked = (...blockedBy: Reason[]): Verdict => ({ kind: 'blocked', blockedBy, until: latest(blockedBy) });

/** All that stands in the way must end; without a known end there is nothing to wait for but news. */
function latest(reasons: Reason[]): number | null {
  let until: number | null = null;
  for (const one of reasons) {
    if (one.until === undefined || one.until === 'never') continue;
    const at = msOf(one.until);
    if (until === null || at > until) until = at;
  }
  return until;
}

/** Asks in a fixed order everything that may keep a due step from being planned; the first answer counts. */
export function judge(ctx: PlanContext, group: Group, pacing: Pacing): Verdict {
  const { step } = group;
  const { free, bars } = freeMembers(ctx, group);
  if (free.length === 0) return blocked(...bars);
  const calm = caseBar(ctx, group);
  if (calm !== null) return blocked(calm);
  const order = mustComeFirst(ctx, step.def.kind, free);
  if (order !== null) return blocked(order);
  const gate = gateOf(ctx, group, free);
  if (gate !== null) return gate;
  const denial = denialOf(ctx, group);
  if (denial === 'never') return { kind: 'impossible', because: 'denied-never' };
  if (denial !== null) return blocked(denial);
  const targets = targetsOf(
    ctx,
    group,
    free.map((member) => member.account.id),
  );
  if (step.isContact && 'impossible' in targets) return { kind: 'impossible', because: targets.impossible };
  if (step.isContact && 'barred' in targets) return blocked(targets.barred);
  const recipients = 'found' in targets ? targets.found : [];
  const approval = approvalOf(
    ctx,
    step,
    free.map((member) => member.account),
  );
  if (approval?.state === 'waiting' || approval?.state === 'rejected') return blocked(approval.why);
  const from = Math.max(...free.map((member) => member.from));
  if (from > ctx.now) return blocked(reason('pause', { step: step.def.id, until: from }));
  const approved = approval?.state === 'approved' ? approval : null;
  const confirmed = step.def.humanConfirm !== undefined && free.every((member) => member.confirmed);
  // What a person has just said yes to is the same step going on, not a new one.
  const pause =
    (step.isContact ? frequencyPause(ctx, step) : null) ?? (confirmed || approved ? null : pauseOf(ctx, step, pacing));
  if (pause !== null) return blocked(pause.why);
  const covered = new Set<AccountId>(recipients.flatMap((recipient) => recipient.covers));
  const members = step.isContact ? free.filter((member) => covered.has(member.account.id)) : free;
  const confirmFirst = step.def.humanConfirm !== undefined && approved === null && !confirmed;
  return { kind: 'go', members, recipients, approved, confirmFirst };
}

/** Leaves out the accounts that a hold, a promise, an escalation stop or an expired limitation takes out of this step. */
function freeMembers(ctx: PlanContext, group: Group): { free: Candidate[]; bars: Reason[] } {
  const free: Candidate[] = [];
  const bars: Reason[] = [];
  for (const member of group.members) {
    const why = [
      ...accountBars(ctx, member.account, member.step),
      ...escalationStops(ctx, member),
      ...limitationStops(ctx, member),
    ];
    if (why.length === 0) free.push(member);
    else for (const one of why) if (!bars.some((bar) => sameReason(bar, one))) bars.push(one);
  }
  return { free, bars };
}
const sameReason = (a: Reason, b: Reason): boolean => a.code === b.code && a.rule === b.rule && a.until === b.until;

const ESCALATES: ReadonlySet<StepKind> = new Set(['agency', 'hand-off', 'request-write-off']);

function escalationStops(ctx: PlanContext, { account, step }: Candidate): Reason[] {
  if (!ESCALATES.has(step.def.kind) && step.levelRank <= levelRank(ctx.s.level)) return [];
  return escalationBars(ctx.holds, ctx.now, account.id).map((view) =>
    reason('hold', { step: step.def.id, rule: view.hold.kind, until: view.until ?? undefined }),
  );
}

function limitationStops(ctx: PlanContext, { account, step }: Candidate): Reason[] {
  const rule = account.compiled?.policy.limitation;
  const { limitation } = account.a;
  if (rule === null || rule === undefined || limitation === undefined || limitation.suspended) return [];
  if (!rule.onExpired.block.includes(step.def.kind) || dayOf(limitation.expires) >= ctx.today) return [];
  return [reason('limitation-expired', { step: step.def.id, until: 'never' })];
}

/** What stops every contact of the case for the moment: accounts still arriving, or a cycle that nobody has extended. */
function caseBar(ctx: PlanContext, { step }: Group): Reason | null {
  if (!step.isContact || purposeOf(step) === 'serve') return null;
  const gathered = gatheredAt(ctx);
  if (gathered > ctx.now) return reason('gather', { step: step.def.id, until: gathered });
  return cycleOver(ctx) === null ? null : reason('cycle-ended', { step: step.def.id });
}

/** A mandatory step that applies to an account is done before the kinds it names, begun or not. */
function mustComeFirst(ctx: PlanContext, kind: StepKind, members: Candidate[]): Reason | null {
  for (const { account } of members) {
    for (const first of account.compiled?.mandatoryBefore.get(kind) ?? []) {
      if (!concerns(ctx, account, first)) continue;
      if (first.when.holds(first.def.scope === 'case' ? ctx.caseFacts : account.facts) === 'no') continue;
      if (!isDone(ctx, account, first)) return reason('mandatory-first', { step: first.def.id });
    }
  }
  return null;
}

function isDone(ctx: PlanContext, account: AccountView, step: Group['step']): boolean {
  const timings = timingsOf(ctx, account, step);
  return timings.length > 0 && timings.every((timing) => progressOf(ctx, account, step, timing).state === 'done');
}

function gateOf(ctx: PlanContext, { step }: Group, members: Candidate[]): Verdict | null {
  for (const { account } of members) {
    for (const { gate, require } of account.compiled?.gates ?? []) {
      if (!gate.guards.includes(step.def.kind)) continue;
      const verdict = require.holds(account.facts);
      if (verdict === 'yes') continue;
      const other = gate.else === 'review' ? null : (account.compiled?.byId.get(gate.else.step) ?? null);
      return {
        kind: 'gated',
        other,
        why: reason(verdict === 'review' ? 'gate-unknown' : 'gate-not-met', { step: step.def.id }),
      };
    }
  }
  return null;
}

/** What the contact gate last said about this step, so that it is not asked again before its own time. */
function denialOf(ctx: PlanContext, { step }: Group): Reason | 'never' | null {
  let found: { rule: string; until: number } | null = null;
  for (const denial of ctx.s.denials) {
    if (denial.step !== step.def.id) continue;
    if (denial.until === 'never') return 'never';
    const until = msOf(denial.until);
    if (until > ctx.now && (found === null || until > found.until)) found = { rule: denial.rule, until };
  }
  return found === null
    ? null
    : { ...reason('denied', { step: step.def.id, rule: found.rule }), until: instantOf(found.until) };
}
