import type { AccountId, StepId } from '../shapes/base.js';
import type { RecallPlacementEffect } from '../shapes/decision.js';
import type { PlanContext } from './context.js';
import { DAY_MS, instantOf } from './dates.js';
import { type Keys, keyFor } from './effects.js';
import { neverLeft, recordsOf } from './history.js';
import { reason } from './reasons.js';

const RECALL_VALIDITY_DAYS = 7;

/** An agency never works on an account that has been paid or has left: what was placed comes back, once. */
export function placementRecalls(
  ctx: PlanContext,
  leaving: ReadonlySet<AccountId>,
  keys: Keys,
): RecallPlacementEffect[] {
  const owing = new Set(ctx.accounts.filter((one) => one.overdue > 0n && !leaving.has(one.id)).map((one) => one.id));
  return ctx.s.placements.flatMap((placement) => {
    const step = `recall-placement:${placement.id}` as StepId;
    if (placement.state !== 'placed' || placement.covers.every((id) => owing.has(id))) return [];
    if (recordsOf(ctx.history, step).some((past) => !neverLeft(past))) return [];
    return [
      {
        ...keyFor(ctx, keys, step),
        step,
        covers: placement.covers,
        anchor: ctx.todayDate,
        policyVersion: ctx.policy?.policy.version ?? 0,
        expects: { caseSeq: ctx.s.caseSeq },
        notBefore: instantOf(ctx.now),
        notAfter: instantOf(ctx.now + RECALL_VALIDITY_DAYS * DAY_MS),
        why: reason('nothing-overdue', { step }),
        do: 'recall-placement' as const,
        placementId: placement.id,
      },
    ];
  });
}
