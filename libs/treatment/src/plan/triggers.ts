import type { CompiledStep } from '../compile.js';
import type { AccountId, LocalDate, StepId } from '../shapes/base.js';
import type { BeforeDate, TriggerEvent } from '../shapes/step.js';
import type { AccountView, PlanContext } from './context.js';
import { dateOf, type Day, dayOf, msOf } from './dates.js';
import { neverLeft, recordsOf } from './history.js';
import { dayWhenCounted } from './holds.js';
import { isBroken, promiseEnd } from './promises.js';

/** One occasion on which a step is due for an account. */
export interface Timing {
  dueAt: number;
  /** first instant after its window; null: open */
  endAt: number | null;
  anchor: Day;
  /**
   * which records count for this occasion: all of this debt (`days`), those planned since the parent ended (`after`),
   * those with the same anchor (`anchor`)
   */
  round: { by: 'days' } | { by: 'after'; since: number } | { by: 'anchor' };
}

const ARRIVED: ReadonlySet<string> = new Set(['delivered', 'deemed-delivered']);

/** Steps that wait for each other through `after` are at most this deep; the loader refuses circles. */
const MAX_DEPTH = 12;

export function timingsOf(ctx: PlanContext, account: AccountView, step: CompiledStep, depth = 0): Timing[] {
  const known = account.timings.get(step.def.id);
  if (known !== undefined) return known;
  const timings = computed(ctx, account, step, depth);
  account.timings.set(step.def.id, timings);
  return timings;
}

function computed(ctx: PlanContext, account: AccountView, step: CompiledStep, depth: number): Timing[] {
  const { trigger } = step.def;
  switch (trigger.on) {
    case 'dpd':
      return account.due === null ? [] : dayWindow(ctx, account, account.due, [], trigger.from, trigger.to);
    case 'treatmentDay':
      return account.zero === null ? [] : dayWindow(ctx, account, account.zero, account.held, trigger.from, trigger.to);
    case 'after':
      return afterParent(ctx, account, trigger.step, trigger.outcome, depth).map((end) => ({
        dueAt: ctx.cal.add(end, trigger.wait),
        endAt: null,
        anchor: account.due ?? dayOf(ctx.cal.businessDate(end)),
        round: { by: 'after', since: end },
      }));
    case 'before':
      return beforeDates(ctx, account, trigger.date).map((date) =>
        beforeDate(ctx, date, trigger.days, trigger.dayKind),
      );
    case 'event':
      return events(ctx, account, trigger.type).map(({ at, anchor }) => ({
        dueAt: trigger.wait === undefined ? at : ctx.cal.add(at, trigger.wait),
        endAt: null,
        anchor,
        round: { by: 'anchor' },
      }));
  }
}

function dayWindow(
  ctx: PlanContext,
  account: AccountView,
  zero: Day,
  held: AccountView['held'],
  from: number,
  to: number | undefined,
): Timing[] {
  const first = dayWhenCounted(zero, from, held);
  if (first === null) return [];
  const after = to === undefined ? null : dayWhenCounted(zero, to + 1, held);
  return [
    {
      dueAt: ctx.cal.startOf(dateOf(first)),
      endAt: after === null ? null : ctx.cal.startOf(dateOf(after)),
      anchor: account.due ?? zero,
      round: { by: 'days' },
    },
  ];
}

/**
 * When the parent step ended with one of these outcomes, the latest time. Waits and overdue reviews end by the clock; what
 * follows a letter that arrived waits for the term that it gives.
 */
function afterParent(
  ctx: PlanContext,
  account: AccountView,
  parent: StepId,
  outcomes: readonly string[],
  depth: number,
): number[] {
  const compiled = account.compiled?.byId.get(parent);
  if (compiled === undefined || depth > MAX_DEPTH) return [];
  if (compiled.def.kind === 'wait') return outcomes.includes('done') ? waitEnds(ctx, account, compiled, depth) : [];
  const past = recordsOf(ctx.history, parent).findLast((one) => one.covers.has(account.id));
  if (past === undefined) return [];
  if (past.endedAt !== null) {
    if (past.outcome === undefined || !outcomes.includes(past.outcome)) return [];
    const term = ARRIVED.has(past.outcome) ? compiled.def.template?.term : undefined;
    return [term === undefined ? past.endedAt : ctx.cal.termOver(past.endedAt, term)];
  }
  const { review } = compiled.def;
  if (review === undefined || !outcomes.includes(review.onTimeout)) return [];
  const deadline = ctx.cal.addStaff(past.plannedAt, review.within);
  return deadline <= ctx.now ? [deadline] : [];
}

function waitEnds(ctx: PlanContext, account: AccountView, step: CompiledStep, depth: number): number[] {
  if (step.when.holds(step.def.scope === 'case' ? ctx.caseFacts : account.facts) !== 'yes') return [];
  return timingsOf(ctx, account, step, depth + 1).map((timing) => timing.dueAt);
}

function beforeDate(ctx: PlanContext, date: Day, days: number, kind: 'calendar' | 'business'): Timing {
  const first = kind === 'calendar' ? date - days : dayOf(ctx.cal.addBusinessDays(dateOf(date), -days));
  return {
    dueAt: ctx.cal.startOf(dateOf(first)),
    endAt: ctx.cal.startOf(dateOf(date + 1)),
    anchor: date,
    round: { by: 'anchor' },
  };
}

/** Dates that still lie ahead; a reminder of a day gone by is no reminder. */
function beforeDates(ctx: PlanContext, account: AccountView, which: BeforeDate): Day[] {
  const covered = <T extends { covers: AccountId[] }>(list: T[]): T[] =>
    list.filter((one) => one.covers.includes(account.id));
  const dates = (): (LocalDate | undefined)[] => {
    switch (which) {
      case 'due':
        return account.a.unpaid.map((one) => one.due);
      case 'promise':
        return covered(ctx.s.promises).map((promise) => (promise.state === 'open' ? promise.due : undefined));
      case 'instalment':
        return covered(ctx.s.plans).map((plan) => (plan.state === 'in-force' ? plan.nextDue : undefined));
      case 'limitation':
        return [account.a.limitation?.suspended === true ? undefined : account.a.limitation?.expires];
      case 'guarantee':
        return account.a.guarantee.map((one) => one.expires);
      case 'enforcement':
      case 'preservation':
        return covered(ctx.s.matters).flatMap((matter) =>
          matter.deadlines.filter((d) => d.what === which).map((d) => d.on),
        );
    }
  };
  const days = dates().flatMap((date) => (date === undefined ? [] : [dayOf(date)]));
  return [...new Set(days)].filter((day) => day >= ctx.today).sort((a, b) => a - b);
}

interface Happened {
  at: number;
  anchor: Day;
}

/** Occurrences of an event that concern this account, since it joined. */
export function events(ctx: PlanContext, account: AccountView, type: TriggerEvent): Happened[] {
  const onDate = (date: LocalDate | undefined): Happened[] =>
    date === undefined ? [] : [{ at: ctx.cal.startOf(date), anchor: dayOf(date) }];
  const atInstant = (at: number): Happened => ({ at, anchor: dayOf(ctx.cal.businessDate(at)) });
  const mine = (one: { covers: AccountId[] }): boolean => one.covers.includes(account.id);
  switch (type) {
    case 'promise-broken':
      return ctx.s.promises
        .filter((promise) => mine(promise) && isBroken(ctx, promise))
        .map((promise) => ({ at: promiseEnd(ctx, promise), anchor: dayOf(promise.due) }));
    case 'plan-breached':
      return ctx.s.plans
        .filter((plan) => mine(plan) && plan.state === 'breached')
        .flatMap((plan) => onDate(plan.nextDue ?? ctx.s.openedOn));
    case 'hold-ended':
      return ctx.holds
        .filter(({ hold }) => hold.scope.accounts === undefined || hold.scope.accounts.includes(account.id))
        .flatMap(({ until }) =>
          until !== null && until <= ctx.now && until >= account.joinedAt ? [atInstant(until)] : [],
        );
    case 'placement-returned':
      return ctx.s.placements.filter((one) => mine(one) && one.state === 'returned').flatMap((one) => onDate(one.ends));
    case 'handoff-returned':
      return returnedHandoffs(ctx, account);
    case 'question-asked':
      return ctx.s.questions
        .filter((question) => !question.answered)
        .map((question) => atInstant(msOf(question.askedAt)));
    case 'payment-applied':
      return onDate(account.a.lastPayment?.valueDate);
  }
}

/** A matter says that it was returned, not when: the end of the hand-off step does. */
function returnedHandoffs(ctx: PlanContext, account: AccountView): Happened[] {
  if (!ctx.s.matters.some((matter) => matter.state === 'returned' && matter.covers.includes(account.id))) return [];
  const handOff = ctx.history.all.findLast(
    (past) =>
      account.compiled?.byId.get(past.step)?.def.kind === 'hand-off' && past.covers.has(account.id) && !neverLeft(past),
  );
  const at = handOff?.endedAt ?? handOff?.plannedAt ?? ctx.cal.startOf(ctx.s.openedOn);
  return [{ at, anchor: dayOf(ctx.cal.businessDate(at)) }];
}
