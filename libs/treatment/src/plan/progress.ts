import type { CompiledStep } from '../compile.js';
import type { PersonId } from '../shapes/base.js';
import type { Repeat } from '../shapes/step.js';
import type { AccountView, PlanContext } from './context.js';
import { dateOf, dayOf, HOUR_MS } from './dates.js';
import { neverLeft, type PastStep, recordsOf } from './history.js';
import type { Timing } from './triggers.js';

/** How far an occasion of a step has come for one account (and one person, when each is told separately). */
export type Progress =
  | { state: 'open'; past: PastStep }
  | { state: 'done' }
  /** may be planned, but not before `from`; `confirmed`: the person asked has said yes */
  | { state: 'ready'; from: number; confirmed: boolean };

const READY: Progress = { state: 'ready', from: -Infinity, confirmed: false };

export function progressOf(
  ctx: PlanContext,
  account: AccountView,
  step: CompiledStep,
  timing: Timing,
  person?: PersonId,
): Progress {
  const records = recordsOf(ctx.history, step.def.id);
  if (records.length === 0) return READY;
  const mine = records.filter(
    (past) =>
      past.covers.has(account.id) &&
      (person === undefined || past.personId === person) &&
      inRound(ctx, account, step, timing, past),
  );
  const open = mine.find((past) => past.endedAt === null);
  if (open !== undefined) return { state: 'open', past: open };
  // What became of it is not known: to do it again could be to do it twice.
  if (mine.some((past) => past.outcome === 'unknown')) return { state: 'done' };
  const left = mine.filter((past) => !neverLeft(past));
  const asks = step.def.humanConfirm !== undefined || step.def.approval !== undefined;
  const performed = asks ? left.filter((past) => past.outcome !== 'approved') : left;
  const confirmed = performed.length < left.length;
  const retry = retryFrom(mine);
  if (performed.length === 0) return { state: 'ready', from: retry, confirmed };
  const again = repeatFrom(ctx, step, performed);
  return again === null ? { state: 'done' } : { state: 'ready', from: Math.max(again, retry), confirmed };
}

function inRound(ctx: PlanContext, account: AccountView, step: CompiledStep, timing: Timing, past: PastStep): boolean {
  if (past.endedAt === null) return true;
  if (timing.round.by === 'after') return past.plannedAt >= timing.round.since;
  if (timing.round.by === 'anchor') return past.anchor === timing.anchor;
  const { onReanchor } = step.def;
  if (onReanchor === 'keep-done' || past.anchor === account.due) return true;
  return ctx.today - dayOf(ctx.cal.businessDate(past.plannedAt)) < onReanchor.redoAfterDays;
}

/** Free tries before a pause; a gate that keeps refusing, or a case that keeps changing, must not spin. */
const FREE_TRIES = 3;

function retryFrom(mine: PastStep[]): number {
  const last = mine[mine.length - 1];
  if (last === undefined || !neverLeft(last)) return -Infinity;
  const tries = mine.filter(neverLeft).length;
  if (last.outcome !== 'refused' && tries <= FREE_TRIES) return -Infinity;
  return (last.endedAt ?? last.plannedAt) + HOUR_MS * 2 ** Math.min(tries - 1, 5);
}

/** When a repeated step may come again; null: its budget is used up. A call task holds its own budget and is opened once. */
function repeatFrom(ctx: PlanContext, step: CompiledStep, performed: PastStep[]): number | null {
  const { repeat, kind } = step.def;
  if (repeat === undefined || kind === 'call' || performed.length >= repeat.max || reached(ctx, repeat, performed))
    return null;
  const last = performed[performed.length - 1];
  if (last === undefined) return null;
  let from = last.endedAt ?? last.plannedAt;
  if (repeat.minGap !== undefined) from = ctx.cal.add(from, repeat.minGap);
  const today = performed.filter((past) => ctx.cal.businessDate(past.plannedAt) === ctx.todayDate).length;
  if (today >= (repeat.perDay ?? 1)) from = Math.max(from, ctx.cal.startOf(dateOf(ctx.today + 1)));
  return from;
}

/** The counters are kept by several keys at once; the fullest of them speaks. */
function reached(ctx: PlanContext, repeat: Repeat, performed: PastStep[]): boolean {
  const since = performed[0] === undefined ? ctx.todayDate : ctx.cal.businessDate(performed[0].plannedAt);
  return (repeat.until ?? []).some(({ event, count }) => {
    const byKey = new Map<string, number>();
    for (const counter of ctx.s.counters) {
      if (counter.event === event && counter.day >= since)
        byKey.set(counter.key, (byKey.get(counter.key) ?? 0) + counter.n);
    }
    return Math.max(0, ...byKey.values()) >= count;
  });
}
