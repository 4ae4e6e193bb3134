import { newId } from '@arrears/contracts';
import type { OpenReview } from '@arrears/contracts/activities';
import type { Database } from '@arrears/persistence';
import { appendJournal } from '@arrears/audit';
import { caseStore } from '../cases/case.store.js';
import { readEffectKey } from '../decisions/snapshot.js';
import type { Ledger } from '../ledger.js';
import { reviewStore } from './review.store.js';

/** Puts a review on the worklist, once per step. `stale` when the case has moved on since it was planned. */
export async function openReview(database: Database, ledger: Ledger, review: OpenReview): Promise<'opened' | 'stale'> {
  const key = readEffectKey(review.effectKey);
  if (key === null) return 'stale';
  return database.transaction(async (tx) => {
    const row = await caseStore.lock(tx, review.caseId);
    if (row === null || row.status !== 'open' || row.void_before > review.expects.caseSeq) return 'stale';
    const at = ledger.clock.nowIso();
    const reviewId: string = newId<'ReviewId'>();
    await reviewStore.insert(tx, reviewId, key, review, at);
    const data = { step: review.step, by: review.by, deadline: review.deadline };
    await appendJournal(tx, { caseId: review.caseId, kind: 'review-opened', at, actor: 'planner', data });
    return 'opened';
  });
}
