import type { SnapshotPromise } from '../shapes/snapshot.js';
import type { AccountView, PlanContext } from './context.js';
import { endOfTerm } from './dates.js';

/** First instant at which a promise may be called broken: its date, moved off a holiday if the policy says so, plus grace. */
export function promiseEnd(ctx: PlanContext, promise: SnapshotPromise): number {
  const rules = ctx.policy?.policy.promise;
  const { cal } = ctx;
  const moved = rules?.onNonBusinessDay === 'next' && !cal.isBusinessDay(promise.due);
  const due = moved ? cal.addBusinessDays(promise.due, 1) : promise.due;
  return endOfTerm(cal, due, rules?.grace ?? { n: 0, unit: 'days' });
}

/** Enough of it has come: the kept share of the amount, less the tolerance. */
export function isKept(ctx: PlanContext, promise: SnapshotPromise): boolean {
  if (promise.state === 'kept') return true;
  const rules = ctx.policy?.policy.promise;
  const share = BigInt(Math.round((rules?.keptShare ?? 1) * 10_000));
  const tolerance = rules?.tolerance.currency === promise.amount.currency ? BigInt(rules.tolerance.minor) : 0n;
  const needed = (BigInt(promise.amount.minor) * share + 9_999n) / 10_000n - tolerance;
  return BigInt(promise.paid.minor) >= needed;
}

/** Broken as recorded, or by the clock although nobody has recorded it yet. */
export function isBroken(ctx: PlanContext, promise: SnapshotPromise): boolean {
  if (promise.state === 'broken') return true;
  return promise.state === 'open' && ctx.now >= promiseEnd(ctx, promise) && !isKept(ctx, promise);
}

/** While an unbroken promise stands, the accounts it names are not dunned. Returns until when. */
export function promisedUntil(ctx: PlanContext, account: AccountView): number | null {
  let until: number | null = null;
  for (const promise of ctx.s.promises) {
    if (promise.state !== 'open' || !promise.covers.includes(account.id)) continue;
    const end = promiseEnd(ctx, promise);
    if (end > ctx.now && (until === null || end > until)) until = end;
  }
  return until;
}
