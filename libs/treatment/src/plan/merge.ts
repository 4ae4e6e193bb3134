import type { CompiledStep } from '../compile.js';
import type { AccountView, PlanContext } from './context.js';
import { dateOf } from './dates.js';
import type { Candidate, Scan } from './due-steps.js';

/** One thing to do, for one or several accounts. The step is read from the policy of the first account, the lead. */
export interface Group {
  step: CompiledStep;
  members: Candidate[];
}

const accountOrder = (ctx: PlanContext): Map<AccountView, number> =>
  new Map(ctx.accounts.map((account, index) => [account, index]));

/**
 * Contact steps of the case meet in one contact: all accounts for which the step is due, and those for which it will be
 * within `mergeDays`. Steps of an account stay apart. Accounts keep lead order, groups the order in which they are done.
 */
export function mergeDue(ctx: PlanContext, scan: Scan): Group[] {
  const order = accountOrder(ctx);
  const groups = new Map<string, Group>();
  for (const candidate of scan.due) {
    const { def } = candidate.step;
    const key = def.scope === 'case' ? def.id : `${def.id}/${candidate.account.id}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { step: candidate.step, members: [candidate] });
    else if (!group.members.some((member) => member.account === candidate.account)) group.members.push(candidate);
  }
  for (const group of groups.values()) {
    if (group.step.def.scope === 'case' && group.step.isContact) joinSoon(ctx, group, scan.future);
    group.members.sort((a, b) => (order.get(a.account) ?? 0) - (order.get(b.account) ?? 0));
    group.step = group.members[0]?.step ?? group.step;
  }
  return [...groups.values()].sort(byUrgency);
}

function joinSoon(ctx: PlanContext, group: Group, future: Candidate[]): void {
  const mergeDays = ctx.policy?.policy.mergeDays ?? 0;
  const limit = ctx.cal.startOf(dateOf(ctx.today + mergeDays + 1));
  for (const candidate of future) {
    if (candidate.step.def.id !== group.step.def.id || candidate.timing.dueAt >= limit) continue;
    if (!group.members.some((member) => member.account === candidate.account)) group.members.push(candidate);
  }
}

/** Late mandatory steps first, then the policy's own order, then its list. */
export function byUrgency(a: Group, b: Group): number {
  return (
    rank(a) - rank(b) || orderOf(a) - orderOf(b) || a.step.index - b.step.index || (firstId(a) < firstId(b) ? -1 : 1)
  );
}
const rank = (group: Group): number =>
  group.step.def.mandatory !== undefined && group.members.some((member) => member.late) ? 0 : 1;
const orderOf = (group: Group): number => group.step.def.order ?? group.step.index;
const firstId = (group: Group): string => group.members[0]?.account.id ?? '';
