import type { CompiledStep } from '../compile.js';
import type { PersonId } from '../shapes/base.js';
import type { Attention, Lapse, Reason } from '../shapes/decision.js';
import type { ImpossibleReason } from '../shapes/step.js';
import type { AccountView, PlanContext } from './context.js';
import { dateOf, dayOf, wake } from './dates.js';
import { neverLeft, type PastStep, recordsOf } from './history.js';
import { hardEnd, latenessOf } from './lateness.js';
import { type Progress, progressOf } from './progress.js';
import { factsOf, reason } from './reasons.js';
import { concerns } from './standing.js';
import { type Timing, timingsOf } from './triggers.js';

/** A step that is due, or will be, for one account. */
export interface Candidate {
  account: AccountView;
  step: CompiledStep;
  timing: Timing;
  late: boolean;
  /** not before this instant: the pause after a refusal, the gap of a repetition */
  from: number;
  confirmed: boolean;
  /** persons not yet told, when the step goes to each of them */
  persons: ReadonlySet<PersonId> | null;
  why: string;
}
/** Another step called for because this one can't be, or has not been, performed. */
export interface Fallback {
  account: AccountView;
  step: CompiledStep;
  because: ImpossibleReason;
  since: number | null;
}
export interface Scan {
  due: Candidate[];
  /** not due yet, in the order of their time */
  future: Candidate[];
  failed: Fallback[];
  lapsed: Lapse[];
  attention: Attention[];
  open: PastStep[];
}

export const emptyScan = (): Scan => ({ due: [], future: [], failed: [], lapsed: [], attention: [], open: [] });

/** Walks every step of an account's policy: what is due, what comes, what lapsed, what failed and calls for another way. */
export function scanAccount(ctx: PlanContext, account: AccountView, scan: Scan): void {
  for (const step of account.compiled?.steps ?? []) {
    if (step.def.kind === 'wait' || !concerns(ctx, account, step)) continue;
    noteFailure(ctx, account, step, scan);
    notePosted(ctx, account, step, scan);
    for (const timing of timingsOf(ctx, account, step)) scanTiming(ctx, account, step, timing, scan, triggerCode(step));
  }
}

const triggerCode = (step: CompiledStep): string => `due-${step.def.trigger.on}`;

/** Judges one occasion; also used for steps called for by another (fallbacks, escalations, gates). */
export function scanTiming(
  ctx: PlanContext,
  account: AccountView,
  step: CompiledStep,
  timing: Timing,
  scan: Scan,
  why: string,
): void {
  const progress = overall(ctx, account, step, timing);
  if (progress.state === 'open') scan.open.push(progress.past);
  if (progress.state !== 'ready') return;
  const begun = ctx.now >= timing.dueAt;
  if (begun) wakeAtEnds(ctx, step, timing);
  const facts = step.def.scope === 'case' ? ctx.caseFacts : account.facts;
  const verdict = step.when.holds(facts);
  if (verdict !== 'yes') {
    const turns = step.when.turns(facts);
    if (begun && turns !== null) wake(ctx.wakes, ctx.cal.startOf(dateOf(ctx.today + turns)));
    if (verdict === 'review' && begun && latenessOf(ctx, step, timing) === 'not-late') {
      scan.attention.push({
        code: 'facts-unknown',
        owner: 'supervisor',
        why: reason('facts-unknown', { step: step.def.id }),
      });
    }
    if (verdict === 'no') return;
  }
  const candidate: Candidate = { account, step, timing, late: false, why, ...progress };
  if (!begun) {
    wake(ctx.wakes, timing.dueAt);
    scan.future.push(candidate);
    return;
  }
  if (verdict === 'review') return;
  const lateness = latenessOf(ctx, step, timing);
  if (lateness === 'lapse') noteLapse(ctx, candidate, scan);
  else if (lateness === 'review') scan.attention.push(lateReview(account, step));
  else scan.due.push({ ...candidate, late: lateness === 'perform' || isOverdueDuty(ctx, candidate) });
}

/** A mandatory step whose first day is over is late even while its window is open. */
function isOverdueDuty(ctx: PlanContext, { step, timing }: Candidate): boolean {
  return step.def.mandatory !== undefined && timing.dueAt < ctx.cal.startOf(ctx.todayDate);
}

function wakeAtEnds(ctx: PlanContext, step: CompiledStep, timing: Timing): void {
  wake(ctx.wakes, timing.endAt);
  wake(ctx.wakes, hardEnd(ctx, step, timing));
}

type Overall =
  | Exclude<Progress, { state: 'ready' }>
  | { state: 'ready'; from: number; confirmed: boolean; persons: ReadonlySet<PersonId> | null };

/** A step that goes to each person of a role is done when all have been told. */
function overall(ctx: PlanContext, account: AccountView, step: CompiledStep, timing: Timing): Overall {
  const roles = step.def.target.filter((target) => target.each === true).map((target) => target.role);
  if (roles.length === 0) {
    const one = progressOf(ctx, account, step, timing);
    return one.state === 'ready' ? { ...one, persons: null } : one;
  }
  const persons = ctx.s.persons.filter((person) => roles.includes(person.role) && person.accounts.includes(account.id));
  const all = persons.map((person) => ({
    id: person.personId,
    progress: progressOf(ctx, account, step, timing, person.personId),
  }));
  const ready = all.flatMap(({ id, progress }) => (progress.state === 'ready' ? [{ id, progress }] : []));
  if (persons.length > 0 && ready.length === 0) {
    return (
      (all.find(({ progress }) => progress.state === 'open')?.progress as Overall | undefined) ?? { state: 'done' }
    );
  }
  return {
    state: 'ready',
    from: Math.max(-Infinity, ...ready.map(({ progress }) => progress.from)),
    confirmed: ready.every(({ progress }) => progress.confirmed) && ready.length > 0,
    persons: new Set(ready.map(({ id }) => id)),
  };
}

/** Listed until a record says that it lapsed: after that the window's end is history like any other. */
function noteLapse(ctx: PlanContext, candidate: Candidate, scan: Scan): void {
  const { account, step, timing } = candidate;
  const over = timing.endAt ?? timing.dueAt;
  const told = recordsOf(ctx.history, step.def.id).some(
    (past) => past.outcome === 'lapsed' && past.covers.has(account.id) && (past.endedAt ?? 0) >= over,
  );
  if (told) return;
  const facts = factsOf(account.facts, ['dpd', 'treatmentDay']);
  scan.lapsed.push({
    step: step.def.id,
    covers: [account.id],
    why: reason('window-passed', { step: step.def.id, until: over, facts }),
  });
}

function lateReview(account: AccountView, step: CompiledStep): Attention {
  const why: Reason = reason('late-step', {
    step: step.def.id,
    facts: factsOf(account.facts, ['dpd', 'treatmentDay']),
  });
  return { code: 'late-step', owner: 'supervisor', why };
}

const FAILURES: Readonly<Record<string, ImpossibleReason>> = {
  unperformable: 'no-contact-point',
  failed: 'failed',
  returned: 'returned',
  exhausted: 'exhausted',
};

function noteFailure(ctx: PlanContext, account: AccountView, step: CompiledStep, scan: Scan): void {
  if (step.def.onImpossible.length === 0) return;
  const past = recordsOf(ctx.history, step.def.id).findLast((one) => one.covers.has(account.id) && !neverLeft(one));
  const because = past?.outcome === undefined ? undefined : FAILURES[past.outcome];
  if (past === undefined || because === undefined) return;
  scan.failed.push({ account, step, because, since: past.endedAt });
}

/** A letter in the post, whose arrival starts a term: the step has ended, what it is waited for has not. */
function notePosted(ctx: PlanContext, account: AccountView, step: CompiledStep, scan: Scan): void {
  if (step.def.template?.term === undefined) return;
  const past = recordsOf(ctx.history, step.def.id).findLast((one) => one.covers.has(account.id));
  if (past?.outcome === 'done') scan.open.push(past);
}

/** The occasion of a step that another one calls for: no window, told apart by when it was called for. */
export function calledFor(ctx: PlanContext, account: AccountView, since: number | null, anchor?: number): Timing {
  const day = anchor ?? account.due ?? dayOf(ctx.todayDate);
  const round: Timing['round'] =
    anchor !== undefined ? { by: 'anchor' } : since === null ? { by: 'days' } : { by: 'after', since };
  return { dueAt: Math.min(since ?? ctx.now, ctx.now), endAt: null, anchor: day, round };
}
