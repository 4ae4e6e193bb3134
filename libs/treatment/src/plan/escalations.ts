import { levelRank } from '../compile.js';
import type { Level, StepId } from '../shapes/base.js';
import type { Attention } from '../shapes/decision.js';
import type { Escalation } from '../shapes/policy.js';
import type { PlanContext } from './context.js';
import { type Day, dateOf, dayOf, msOf, wake } from './dates.js';
import { escalationBars } from './holds.js';
import { isBroken, promiseEnd } from './promises.js';
import { reason } from './reasons.js';

export interface EscalationView {
  level: Level | null;
  /** steps called for, with the day of the event that made the count */
  steps: { step: StepId; anchor: Day }[];
  attention: Attention[];
}

/** The nth broken promise, breached plan, missed deadline or vain attempt raises the level, calls a step, tells a role. */
export function readEscalations(ctx: PlanContext): EscalationView {
  const view: EscalationView = { level: null, steps: [], attention: [] };
  const held =
    ctx.accounts.length > 0 &&
    ctx.accounts.every((account) => escalationBars(ctx.holds, ctx.now, account.id).length > 0);
  if (held) return view;
  for (const rule of ctx.policy?.escalations ?? []) {
    const day = eventDays(ctx, rule.on)[rule.nth - 1];
    if (day === undefined) continue;
    const { level, step, to } = rule.then;
    if (level !== undefined && (view.level === null || levelRank(level) > levelRank(view.level))) view.level = level;
    if (step !== undefined) view.steps.push({ step, anchor: day });
    if (to !== undefined)
      view.attention.push({
        code: `escalated-${rule.on}`,
        owner: to,
        why: reason(`escalated-${rule.on}`, { until: ctx.cal.startOf(dateOf(day)) }),
      });
  }
  return view;
}

/** Days of the events so far, in order. */
function eventDays(ctx: PlanContext, on: Escalation['on']): Day[] {
  return unordered(ctx, on).sort((a, b) => a - b);
}

function unordered(ctx: PlanContext, on: Escalation['on']): Day[] {
  switch (on) {
    case 'promise-broken':
      for (const promise of ctx.s.promises) if (promise.state === 'open') wake(ctx.wakes, promiseEnd(ctx, promise));
      return ctx.s.promises.filter((promise) => isBroken(ctx, promise)).map((promise) => dayOf(promise.due));
    case 'plan-breached':
      return ctx.s.plans
        .filter((plan) => plan.state === 'breached')
        .map((plan) => dayOf(plan.nextDue ?? ctx.s.openedOn));
    case 'no-rpc':
      return endedDays(ctx, 'no-rpc');
    case 'deadline-missed':
      return missedReviews(ctx);
  }
}

const endedDays = (ctx: PlanContext, outcome: string): Day[] =>
  ctx.history.all.flatMap((past) =>
    past.outcome === outcome && past.endedAt !== null ? [dayOf(ctx.cal.businessDate(past.endedAt))] : [],
  );

/** A review that ended by its time-out, or still stands open after it. */
function missedReviews(ctx: PlanContext): Day[] {
  return ctx.s.matters
    .flatMap((matter) => matter.deadlines.map((deadline) => dayOf(deadline.on)))
    .concat(ctx.s.steps.flatMap((record) => overdueReview(ctx, record.step, msOf(record.plannedAt), record.endedAt)))
    .filter((day) => day < ctx.today);
}

function overdueReview(ctx: PlanContext, step: StepId, plannedAt: number, endedAt: string | undefined): Day[] {
  const review = ctx.policy?.byId.get(step)?.def.review;
  if (review === undefined) return [];
  const due = ctx.cal.addStaff(plannedAt, review.within);
  const late = endedAt === undefined ? ctx.now > due : msOf(endedAt) > due;
  return late ? [dayOf(ctx.cal.businessDate(due))] : [];
}
