import type { Attention, Deadline } from '../shapes/decision.js';
import type { PlanContext } from './context.js';
import { dateOf, dayOf, instantOf, wake } from './dates.js';
import { reason } from './reasons.js';

/** First instant after the cycle, extension included. */
function cycleEnd(ctx: PlanContext): number | null {
  if (ctx.policy === null) return null;
  const { startedOn, extendedTo } = ctx.s.cycle;
  const last = extendedTo === undefined ? dayOf(startedOn) + ctx.policy.policy.cycle.days - 1 : dayOf(extendedTo);
  return ctx.cal.startOf(dateOf(last + 1));
}

/** When the cycle ended without an extension; null while it runs. Then no new contact step is planned. */
export function cycleOver(ctx: PlanContext): number | null {
  const end = cycleEnd(ctx);
  return end !== null && ctx.now >= end ? end : null;
}

export interface CycleView {
  /** `number/day/what` of the last node passed */
  node: string | undefined;
  attention: Attention[];
  deadlines: Deadline[];
}

/** Where the case stands in its cycle; an ended one is an item for whoever may extend it, then for the manager. */
export function readCycle(ctx: PlanContext): CycleView {
  const view: CycleView = { node: undefined, attention: [], deadlines: [] };
  const cycle = ctx.policy?.policy.cycle;
  if (cycle === undefined) return view;
  const start = dayOf(ctx.s.cycle.startedOn);
  let what: string | undefined;
  for (const node of [...cycle.nodes].sort((a, b) => a.day - b.day)) {
    const at = ctx.cal.startOf(dateOf(start + node.day - 1));
    wake(ctx.wakes, at);
    if (at > ctx.now) continue;
    view.node = `${ctx.s.cycle.no}/${node.day}/${node.what}`;
    what = node.what;
  }
  wake(ctx.wakes, cycleEnd(ctx));
  const owner = cycle.extension.by;
  const ended = cycleOver(ctx);
  if (ended === null) {
    if (what === 'review') view.attention.push({ code: 'cycle-review', owner, why: reason('cycle-review') });
    return view;
  }
  view.attention.push({ code: 'cycle-ended', owner, why: reason('cycle-ended', { until: ended }) });
  const at = ctx.cal.addStaff(ended, { n: 1, unit: 'businessDays' });
  const key = `cycle-ended/${ctx.s.cycle.no}`;
  view.deadlines.push({
    key,
    of: 'cycle-ended',
    at: instantOf(at),
    warnAt: instantOf(ended),
    owner,
    escalate: [{ at: instantOf(at), to: 'manager' }],
  });
  return view;
}
