import type { Attention } from '../shapes/decision.js';
import type { CompiledStep } from '../compile.js';
import type { AccountView, PlanContext } from './context.js';
import { dateOf, type Day, dayOf, wake } from './dates.js';
import { factsOf, reason } from './reasons.js';

export interface LimitationView {
  attention: Attention[];
  steps: { account: AccountView; step: CompiledStep; anchor: Day }[];
}

/** Alarms before a claim may no longer be sued for, each with the step that interrupts the clock; and the alarm after it. */
export function readLimitation(ctx: PlanContext): LimitationView {
  const view: LimitationView = { attention: [], steps: [] };
  for (const account of ctx.accounts) {
    const rule = account.compiled?.policy.limitation;
    const { limitation } = account.a;
    if (rule === null || rule === undefined || limitation === undefined || limitation.suspended) continue;
    const expires = dayOf(limitation.expires);
    const facts = factsOf(account.facts, ['limitationDaysLeft']);
    wake(ctx.wakes, ctx.cal.startOf(dateOf(expires + 1)));
    if (ctx.today > expires) {
      view.attention.push({ code: 'limitation-expired', owner: 'legal', why: reason('limitation-expired', { facts }) });
      continue;
    }
    const passed = rule.preserveDaysBefore.filter((days) => noteWake(ctx, expires - days));
    if (passed.length === 0) continue;
    const nearest = Math.min(...passed);
    view.attention.push({
      code: 'limitation-near',
      owner: 'supervisor',
      why: reason('limitation-near', { rule: String(nearest), facts }),
    });
    const step = account.compiled?.byId.get(rule.step);
    if (step !== undefined) view.steps.push({ account, step, anchor: expires - nearest });
  }
  return view;
}

/** Whether an alarm day has come; one to come is a reason to wake. */
function noteWake(ctx: PlanContext, day: Day): boolean {
  wake(ctx.wakes, ctx.cal.startOf(dateOf(day)));
  return day <= ctx.today;
}
