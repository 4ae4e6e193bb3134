import type { CompiledStep } from '../compile.js';
import type { PlanContext } from './context.js';
import { DAY_MS, dateOf, dayOf } from './dates.js';
import type { Timing } from './triggers.js';

export type Lateness = 'not-late' | 'perform' | 'lapse' | 'review';

/**
 * What becomes of a step whose time is over. A mandatory one is still done, whatever was said about lateness; any other
 * follows `onLate`, and never later than `maxLateDays` after its window (after its first day when the window is open).
 */
export function latenessOf(ctx: PlanContext, step: CompiledStep, timing: Timing): Lateness {
  const { onLate, mandatory } = step.def;
  const limit = hardEnd(ctx, step, timing);
  const windowOver = timing.endAt !== null && ctx.now >= timing.endAt;
  const tooLate = limit !== null && ctx.now >= limit;
  if (!windowOver && !tooLate) return 'not-late';
  if (mandatory !== undefined) return 'perform';
  if (onLate === 'review') return 'review';
  return onLate === 'perform' && !tooLate ? 'perform' : 'lapse';
}

export function hardEnd(ctx: PlanContext, step: CompiledStep, timing: Timing): number | null {
  const { maxLateDays } = step.def;
  if (maxLateDays === undefined) return null;
  const base = timing.endAt ?? timing.dueAt + DAY_MS;
  return ctx.cal.startOf(dateOf(dayOf(ctx.cal.businessDate(base)) + maxLateDays));
}
