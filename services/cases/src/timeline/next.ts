import type { StoredDecision } from '../decisions/decision.store.js';
import type { CaseRow } from '../cases/case.store.js';
import type { NextStanding } from './next.store.js';

/** What comes next as the last decision saw it, with the holds and refusals known since. */
export function nextOf(row: CaseRow, last: StoredDecision | null, standing: NextStanding) {
  const { openSteps, denials, holds } = standing;
  if (row.status === 'closed')
    return {
      caseId: row.case_id,
      status: row.status,
      wakeAt: null,
      underWay: openSteps,
      upcoming: [],
      holds: [],
      attention: [],
    };
  const decision = last?.decision;
  const upcoming = (decision?.upcoming ?? []).map((one) => ({
    step: one.step,
    covers: one.covers,
    earliest: one.earliest,
    blockedBy: [
      ...one.blockedBy,
      ...denials
        .filter((denial) => denial.step === one.step)
        .map(({ rule, until }) => ({ code: 'denied', rule, until })),
    ],
  }));
  return {
    caseId: row.case_id,
    status: row.status,
    decidedFor: decision?.decidedFor ?? null,
    decisionNo: last?.result.decisionNo ?? null,
    wakeAt: last?.result.wakeAt ?? null,
    underWay: openSteps,
    upcoming,
    holds,
    denials,
    attention: decision?.attention ?? [],
    deadlines: decision?.deadlines ?? [],
  };
}
