import type { Role, Span } from '../shapes/base.js';
import type { Deadline } from '../shapes/decision.js';
import type { DeadlineRule } from '../shapes/policy.js';
import type { PlanContext } from './context.js';
import { instantOf, msOf, wake } from './dates.js';

interface Running {
  of: string;
  key: string;
  since: number;
  owner: Role;
}

/** What people owe this case, by when: the full set each time, in the order of their keys. */
export function readDeadlines(ctx: PlanContext): Deadline[] {
  const rules = new Map((ctx.policy?.policy.deadlines ?? []).map((rule) => [rule.of, rule]));
  const made: Deadline[] = [];
  for (const running of everythingRunning(ctx)) {
    const rule = rules.get(running.of) ?? reviewRule(ctx, running.of);
    if (rule !== undefined) made.push(deadline(ctx, running, rule));
  }
  for (const one of made)
    for (const at of [one.at, one.warnAt, ...one.escalate.map((e) => e.at)]) wake(ctx.wakes, msOf(at));
  return made.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

function everythingRunning(ctx: PlanContext): Running[] {
  const { s } = ctx;
  const running: Running[] = [];
  if (s.assignee === undefined) {
    if (s.stage !== 'reminder')
      running.push({ of: 'assignment', key: 'assignment', since: opened(ctx), owner: 'supervisor' });
  } else if (s.assignee.firstActionAt === undefined) {
    running.push({
      of: 'first-action',
      key: `first-action/${s.assignee.actor}`,
      since: msOf(s.assignee.since),
      owner: 'collector',
    });
  }
  for (const question of s.questions) {
    if (!question.answered)
      running.push({
        of: 'question',
        key: `question/${question.id}`,
        since: msOf(question.askedAt),
        owner: 'collector',
      });
  }
  for (const callback of s.callbacks) {
    running.push({ of: 'callback', key: `callback/${callback.id}`, since: msOf(callback.at), owner: 'collector' });
  }
  for (const past of ctx.history.all) {
    if (past.endedAt !== null) continue;
    const def = ctx.policy?.byId.get(past.step)?.def;
    running.push({ of: past.step, key: past.key, since: past.plannedAt, owner: def?.review?.by ?? 'collector' });
  }
  return running;
}

const opened = (ctx: PlanContext): number => Math.min(ctx.now, ...ctx.accounts.map((account) => account.joinedAt));

/** A review carries its own limit even when the policy lists no deadline for it. */
function reviewRule(ctx: PlanContext, step: string): DeadlineRule | undefined {
  const def = ctx.policy?.steps.find((one) => one.def.id === step)?.def;
  if (def?.review === undefined) return undefined;
  return { of: def.id, within: def.review.within, warnBefore: { n: 1, unit: 'hours' }, escalate: [] };
}

const back = (span: Span): Span => ({ ...span, n: -span.n });

function deadline(ctx: PlanContext, running: Running, rule: DeadlineRule): Deadline {
  const at = ctx.cal.addStaff(running.since, rule.within);
  const warnAt = Math.max(running.since, ctx.cal.addStaff(at, back(rule.warnBefore)));
  return {
    key: running.key,
    of: running.of,
    at: instantOf(at),
    warnAt: instantOf(warnAt),
    owner: running.owner,
    escalate: rule.escalate.map(({ after, to }) => ({ at: instantOf(ctx.cal.addStaff(at, after)), to })),
  };
}
