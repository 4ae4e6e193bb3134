import type { Reason, Upcoming } from '../shapes/decision.js';
import type { PlanContext } from './context.js';
import { instantOf } from './dates.js';
import type { Candidate } from './due-steps.js';
import { accountBars } from './standing.js';

export const UPCOMING_MAX = 10;

/** A due step that something stands in the way of, and until when (null: not known). */
export interface Blocked {
  members: Candidate[];
  blockedBy: Reason[];
  until: number | null;
}

/** "Why not": what comes next and what stands in its way, earliest first, at most ten. */
export function upcomingOf(
  ctx: PlanContext,
  blocked: Blocked[],
  future: Candidate[],
  taken: ReadonlySet<Candidate>,
): Upcoming[] {
  const rows: { at: number; index: number; row: Upcoming }[] = blocked.map((one) =>
    rowOf(ctx, one.members, one.until ?? ctx.now, one.blockedBy),
  );
  const groups = new Map<string, Candidate[]>();
  for (const candidate of future) {
    if (taken.has(candidate)) continue;
    const { def } = candidate.step;
    const own = def.scope === 'account' ? `/${candidate.account.id}` : '';
    const key = `${def.id}${own}/${candidate.timing.dueAt}`;
    groups.set(key, [...(groups.get(key) ?? []), candidate]);
  }
  for (const members of groups.values()) {
    const first = members[0] as Candidate;
    rows.push(rowOf(ctx, members, first.timing.dueAt, accountBars(ctx, first.account, first.step)));
  }
  rows.sort((a, b) => a.at - b.at || a.index - b.index || (String(a.row.covers) < String(b.row.covers) ? -1 : 1));
  return rows.slice(0, UPCOMING_MAX).map(({ row }) => row);
}

function rowOf(
  ctx: PlanContext,
  members: Candidate[],
  at: number,
  blockedBy: Reason[],
): { at: number; index: number; row: Upcoming } {
  const first = members[0] as Candidate;
  return {
    at,
    index: first.step.index,
    row: {
      step: first.step.def.id,
      covers: [...new Set(members.map((member) => member.account.id))],
      earliest: instantOf(Math.max(at, ctx.now)),
      blockedBy,
    },
  };
}
