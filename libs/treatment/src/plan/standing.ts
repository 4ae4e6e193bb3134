import type { CompiledStep } from '../compile.js';
import type { Purpose } from '../shapes/base.js';
import type { Reason } from '../shapes/decision.js';
import type { AccountView, PlanContext } from './context.js';
import { type Wakes, wake } from './dates.js';
import { contactBars, dayWhenCounted } from './holds.js';
import { promisedUntil } from './promises.js';
import { dateOf } from './dates.js';
import { factsOf, reason } from './reasons.js';

export const purposeOf = (step: CompiledStep): Purpose =>
  step.def.purpose ?? (step.def.kind === 'trace' ? 'locate' : 'collect');

/** Not demands: they may go on while an instalment plan is kept. */
const BESIDE_A_PLAN: ReadonlySet<Purpose> = new Set(['plan-admin', 'remind-due', 'serve', 'confirm-payment']);
const PLAN_STANDS: ReadonlySet<string> = new Set(['signed', 'bank-pending', 'in-force']);

const hasPlan = (ctx: PlanContext, account: AccountView): boolean =>
  account.a.status === 'plan' ||
  ctx.s.plans.some((plan) => PLAN_STANDS.has(plan.state) && plan.covers.includes(account.id));

/** Whether a step is a matter for this account at all, by what the account is. Nothing is demanded where nothing is due. */
export function concerns(ctx: PlanContext, account: AccountView, step: CompiledStep): boolean {
  const purpose = purposeOf(step);
  if (hasPlan(ctx, account)) return step.isContact && BESIDE_A_PLAN.has(purpose);
  if (account.a.status === 'with-legal') return step.isContact && purpose === 'serve' && account.overdue > 0n;
  return account.treatable;
}

export type Entry = { in: true } | { in: false; why: Reason; tell: boolean };

/** Whether an account has entered treatment. `tell`: nothing but a person can change it, so somebody must know. */
export function entryOf(ctx: PlanContext, account: AccountView, wakes: Wakes): Entry {
  const { compiled } = account;
  if (compiled === null) return out('policy-missing', account, true);
  const { entry } = compiled.policy;
  if (account.due === null || account.dpd === undefined || account.zero === null)
    return out('no-due-date', account, true);
  if (account.dpd < entry.minDpd) return later(ctx, wakes, 'before-entry', account, account.due + entry.minDpd);
  if ((account.treatmentDay ?? 0) < 1)
    return later(ctx, wakes, 'in-grace', account, dayWhenCounted(account.zero, 1, account.held));
  const sameMoney = entry.minOverdue.currency === account.a.overdue.currency;
  if (sameMoney && account.overdue < BigInt(entry.minOverdue.minor)) return out('below-minimum', account, true);
  if (compiled.entryExclude !== null && compiled.entryExclude.holds(account.facts) !== 'no')
    return out('excluded', account, true);
  const verdict = compiled.entryWhen.holds(account.facts);
  if (verdict === 'yes') return { in: true };
  const turns = compiled.entryWhen.turns(account.facts);
  if (turns !== null) wake(wakes, ctx.cal.startOf(dateOf(ctx.today + turns)));
  return out(verdict === 'review' ? 'entry-unknown' : 'not-for-this-policy', account, true);
}

function out(code: string, account: AccountView, tell: boolean): Entry {
  return { in: false, tell, why: reason(code, { facts: factsOf(account.facts, ['dpd', 'overdue']) }) };
}

function later(ctx: PlanContext, wakes: Wakes, code: string, account: AccountView, day: number | null): Entry {
  const at = day === null ? null : ctx.cal.startOf(dateOf(day));
  wake(wakes, at);
  return {
    in: false,
    tell: false,
    why: reason(code, { until: at, facts: factsOf(account.facts, ['dpd', 'treatmentDay']) }),
  };
}

/** What forbids this step for this account at this moment: holds on the account or the case, and open promises. */
export function accountBars(ctx: PlanContext, account: AccountView, step: CompiledStep): Reason[] {
  if (!step.isContact) return [];
  const purpose = purposeOf(step);
  const bars = contactBars(ctx.holds, ctx.now, account.id, null, purpose).map((view) =>
    reason('hold', { step: step.def.id, rule: view.hold.kind, until: view.until ?? undefined }),
  );
  if (purpose === 'collect') {
    const until = promisedUntil(ctx, account);
    if (until !== null) bars.push(reason('promise-open', { step: step.def.id, until }));
  }
  return bars;
}
