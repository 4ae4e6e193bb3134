import type { Window } from '../shapes/step.js';
import type { PlanContext } from './context.js';
import { dateOf, dayOf } from './dates.js';

/** Days looked ahead for a preferred window; beyond them the preference is not worth waiting for. */
const LOOK_AHEAD_DAYS = 14;

/**
 * The instant a contact should aim at: on the first day that still has a window, the one of best rank. Windows are a
 * preference: if none opens before `endAt`, `from` itself is answered and the gate decides.
 */
export function preferredStart(
  ctx: PlanContext,
  windows: readonly Window[] | undefined,
  from: number,
  endAt: number | null,
  zone: string | null,
): number {
  if (windows === undefined || windows.length === 0) return from;
  const first = dayOf(ctx.cal.toLocal(from, zone).date);
  for (let day = first; day <= first + LOOK_AHEAD_DAYS; day += 1) {
    const date = dateOf(day);
    let best: { rank: number; at: number } | null = null;
    for (const window of windows) {
      if (window.days === 'business' && !ctx.cal.isBusinessDay(date)) continue;
      const closes = ctx.cal.toInstant(date, window.to, zone);
      if (closes <= from) continue;
      const at = Math.max(from, ctx.cal.toInstant(date, window.from, zone));
      if (best === null || window.rank < best.rank || (window.rank === best.rank && at < best.at))
        best = { rank: window.rank, at };
    }
    if (best !== null) return endAt !== null && best.at >= endAt ? from : best.at;
  }
  return from;
}
