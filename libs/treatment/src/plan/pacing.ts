import type { CounterEvent, StepKind } from '../shapes/base.js';
import type { Reason } from '../shapes/decision.js';
import type { CompiledStep } from '../compile.js';
import type { PlanContext } from './context.js';
import { DAY_MS, dateOf, dayOf } from './dates.js';
import { neverLeft } from './history.js';
import { reason } from './reasons.js';
import type { Span } from '../shapes/base.js';

/** What has been started, so that nothing comes in a burst. Grows while a decision adds effects. */
export interface Pacing {
  startedToday: number;
  started: { kind: StepKind; at: number }[];
}

export function readPacing(ctx: PlanContext): Pacing {
  const pacing: Pacing = { startedToday: 0, started: [] };
  for (const past of ctx.history.all) {
    const kind = kindOf(ctx, past.step);
    if (kind === undefined || (neverLeft(past) && past.endedAt !== null)) continue;
    if (ctx.cal.businessDate(past.plannedAt) === ctx.todayDate) pacing.startedToday += 1;
    const ended = SENDS.has(kind) ? past.endedAt : null;
    pacing.started.push({ kind, at: Math.max(past.plannedAt, ended ?? past.plannedAt) });
  }
  return pacing;
}

const SENDS: ReadonlySet<StepKind> = new Set(['sms', 'email', 'push', 'voiceBot', 'letter']);

/** Steps of any account's policy count; a thank-you or a correction is none, and free. */
function kindOf(ctx: PlanContext, step: string): StepKind | undefined {
  for (const account of ctx.accounts) {
    for (const one of account.compiled?.steps ?? []) if (one.def.id === step) return one.def.kind;
  }
  return undefined;
}

export interface Pause {
  why: Reason;
  until: number;
}

/** The limits of the day and the gaps between steps; the strictest of all accounts' policies holds. */
export function pauseOf(ctx: PlanContext, step: CompiledStep, pacing: Pacing): Pause | null {
  const { id, kind } = step.def;
  const perDay = Math.min(
    ...ctx.accounts.flatMap((a) => (a.compiled === null ? [] : [a.compiled.policy.maxNewStepsPerDay])),
  );
  if (pacing.startedToday >= perDay) {
    const until = ctx.cal.startOf(dateOf(ctx.today + 1));
    return { until, why: reason('enough-for-today', { step: id, until }) };
  }
  let until = -Infinity;
  for (const { between, minGap } of ctx.policy?.policy.spacing ?? []) {
    if (!between.includes(kind)) continue;
    for (const past of pacing.started) {
      if (between.includes(past.kind)) until = Math.max(until, ctx.cal.add(past.at, minGap));
    }
  }
  return until > ctx.now ? { until, why: reason('spacing', { step: id, until }) } : null;
}

/** Counters that a step of this kind raises when it succeeds. */
const RAISES: Partial<Record<StepKind, CounterEvent[]>> = {
  sms: ['smsSent', 'smsDelivered', 'anyContact'],
  email: ['anyContact'],
  push: ['anyContact'],
  voiceBot: ['dialPlaced', 'dialUnanswered', 'conversation', 'effectiveCall', 'anyContact'],
  call: ['dialPlaced', 'dialUnanswered', 'conversation', 'effectiveCall', 'anyContact'],
  letter: ['letterPosted', 'letterDelivered', 'anyContact'],
  visit: ['visitMade', 'anyContact'],
};

/** The policy's own, narrower limits. Advisory: they spare a question to the gate whose answer is known. */
export function frequencyPause(ctx: PlanContext, step: CompiledStep): Pause | null {
  const raises = RAISES[step.def.kind] ?? [];
  let latest: Pause | null = null;
  for (const { event, per, max } of ctx.policy?.policy.frequency ?? []) {
    if (!raises.includes(event)) continue;
    const free = freeOn(ctx, event, spanDays(per), max);
    if (free <= ctx.today) continue;
    const until = ctx.cal.startOf(dateOf(free));
    if (latest === null || until > latest.until)
      latest = { until, why: reason('frequency', { step: step.def.id, rule: event, until }) };
  }
  return latest;
}

/** A window of n calendar days ends today; spans under a day count as one, months as 31. */
function spanDays(span: Span): number {
  if (span.unit === 'months') return span.n * 31;
  if (span.unit === 'days' || span.unit === 'businessDays') return Math.max(1, span.n);
  return Math.max(1, Math.ceil((span.n * (span.unit === 'minutes' ? 60_000 : 3_600_000)) / DAY_MS));
}

/** First day on which one more would stay within `max` for every key. */
function freeOn(ctx: PlanContext, event: CounterEvent, days: number, max: number): number {
  const byKey = new Map<string, { day: number; n: number }[]>();
  for (const counter of ctx.s.counters) {
    if (counter.event !== event) continue;
    const list = byKey.get(counter.key) ?? [];
    list.push({ day: dayOf(counter.day), n: counter.n });
    byKey.set(counter.key, list);
  }
  let day = ctx.today;
  for (const list of byKey.values()) {
    while (
      day <= ctx.today + days &&
      list.reduce((n, one) => (one.day > day - days && one.day <= day ? n + one.n : n), 0) >= max
    )
      day += 1;
  }
  return day;
}
