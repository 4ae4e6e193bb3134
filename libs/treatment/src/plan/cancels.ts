import type { CompiledStep } from '../compile.js';
import type { Decision, Reason } from '../shapes/decision.js';
import type { AccountId } from '../shapes/base.js';
import { approvalOf } from './approvals.js';
import type { AccountView, PlanContext } from './context.js';
import type { PastStep } from './history.js';
import { contactBars } from './holds.js';
import { reason } from './reasons.js';
import { accountBars, concerns, purposeOf } from './standing.js';
import { mayBeAddressed } from './targets.js';

/** Open steps that have lost their ground: paid, held, dropped by a new policy, or asked for on facts that changed. */
export function readCancels(ctx: PlanContext, leaving: ReadonlySet<AccountId>): Decision['cancel'] {
  const cancel: Decision['cancel'] = [];
  for (const past of ctx.history.dropped)
    cancel.push({ effectKey: past.key, why: reason('dropped-by-policy', { step: past.step }) });
  for (const past of ctx.history.all) {
    if (past.endedAt !== null) continue;
    const why = lostGround(ctx, past, leaving);
    if (why !== null)
      cancel.push({ effectKey: past.key, why: { ...reason(why.code, { step: past.step, rule: why.rule }) } });
  }
  return cancel.sort((a, b) => (a.effectKey < b.effectKey ? -1 : 1));
}

/** Null while at least one account of the step still wants it. */
function lostGround(
  ctx: PlanContext,
  past: PastStep,
  leaving: ReadonlySet<AccountId>,
): { code: string; rule?: string } | null {
  const status = personLost(ctx, past);
  if (status !== null) return { code: 'person-status', rule: status };
  let lost: { code: string; rule?: string } = { code: 'account-left' };
  let known = false;
  for (const account of ctx.accounts) {
    if (!past.covers.has(account.id)) continue;
    const step = account.compiled?.byId.get(past.step);
    if (step === undefined) return null;
    known = true;
    if (leaving.has(account.id)) continue;
    if (!concerns(ctx, account, step)) {
      lost = { code: account.overdue === 0n ? 'nothing-overdue' : `status-${account.a.status}` };
      continue;
    }
    const bar = accountBars(ctx, account, step)[0] ?? personBar(ctx, account, step, past);
    if (bar !== undefined) {
      lost = bar.rule === undefined ? { code: bar.code } : { code: bar.code, rule: bar.rule };
      continue;
    }
    if (step.def.approval === undefined || approvalOf(ctx, step, [account])?.state !== 'none' || !wasAsked(ctx, past))
      return null;
    lost = { code: 'facts-changed' };
  }
  const steps = known || isPolicyStep(ctx, past);
  return steps ? lost : null;
}

/** Whom a step was meant for may no longer be addressed: he died, refused for ever, or is represented now. */
function personLost(ctx: PlanContext, past: PastStep): string | null {
  const step = ctx.policy?.byId.get(past.step);
  const person = ctx.s.persons.find((one) => one.personId === past.personId);
  if (step?.isContact !== true || person === undefined || mayBeAddressed(person, purposeOf(step))) return null;
  return person.neverContact ? 'never-contact' : person.status;
}

/** A hold on the very person that a contact was meant for. */
function personBar(ctx: PlanContext, account: AccountView, step: CompiledStep, past: PastStep): Reason | undefined {
  if (!step.isContact || past.personId === undefined) return undefined;
  const [bar] = contactBars(ctx.holds, ctx.now, account.id, past.personId, purposeOf(step));
  return bar === undefined ? undefined : reason('hold', { step: past.step, rule: bar.hold.kind });
}

/** The request is on record, so that its loss means changed facts and not that nobody has stored it yet. */
const wasAsked = (ctx: PlanContext, past: PastStep): boolean => ctx.s.approvals.some((one) => one.step === past.step);

/** A thank-you whose accounts have left is no step of the policy and goes its own way. */
const isPolicyStep = (ctx: PlanContext, past: PastStep): boolean => ctx.policy?.byId.has(past.step) ?? false;
