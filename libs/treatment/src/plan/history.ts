import type { AccountId, EffectKey, PersonId, StepId, StepOutcome } from '../shapes/base.js';
import type { CollectionPolicy } from '../shapes/policy.js';
import type { CaseSnapshot, StepRecord } from '../shapes/snapshot.js';
import { NOT_LEFT, stepIn } from '../migrate.js';
import { type Day, dayOf, msOf } from './dates.js';

/** One line of the step history, with times as numbers and its id carried over to the current policy version. */
export interface PastStep {
  record: StepRecord;
  key: EffectKey;
  step: StepId;
  covers: ReadonlySet<AccountId>;
  personId: PersonId | undefined;
  plannedAt: number;
  /** null: still open, and therefore never planned again */
  endedAt: number | null;
  outcome: StepOutcome | undefined;
  anchor: Day;
  occurrence: number;
  /** of an earlier case that this one goes on with */
  foreign: boolean;
}

export const neverLeft = (past: PastStep): boolean => past.outcome !== undefined && NOT_LEFT.has(past.outcome);

export interface History {
  byStep: ReadonlyMap<StepId, PastStep[]>;
  all: PastStep[];
  /** open records of steps that a new policy version dropped */
  dropped: PastStep[];
}

const NONE: PastStep[] = [];
export const recordsOf = (history: History, step: StepId): PastStep[] => history.byStep.get(step) ?? NONE;

/** Reads the step history through policy migrations; without `steps` in `reopen.continues` earlier cases stay out. */
export function readHistory(snapshot: CaseSnapshot, policy: CollectionPolicy | null): History {
  const own = `${snapshot.caseId}/`;
  const withEarlier = policy === null || policy.reopen.continues.includes('steps');
  const byStep = new Map<StepId, PastStep[]>();
  const all: PastStep[] = [];
  const dropped: PastStep[] = [];
  for (const record of snapshot.steps) {
    const foreign = !record.effectKey.startsWith(own);
    if (foreign && !withEarlier) continue;
    const past = pastStep(record, foreign);
    const target = migrated(policy, record);
    if (target === 'drop') {
      if (past.endedAt === null) dropped.push(past);
      continue;
    }
    if (target === 'done' && past.endedAt === null) {
      past.endedAt = past.plannedAt;
      past.outcome = 'done';
    } else if (target !== 'done') past.step = target as StepId;
    all.push(past);
    const list = byStep.get(past.step);
    if (list === undefined) byStep.set(past.step, [past]);
    else list.push(past);
  }
  for (const list of byStep.values()) list.sort(byTime);
  all.sort(byTime);
  return { byStep, all, dropped };
}

function pastStep(record: StepRecord, foreign: boolean): PastStep {
  return {
    record,
    key: record.effectKey,
    step: record.step,
    covers: new Set(record.covers),
    personId: record.personId,
    plannedAt: msOf(record.plannedAt),
    endedAt: record.endedAt === undefined ? null : msOf(record.endedAt),
    outcome: record.endedAt === undefined ? undefined : (record.outcome ?? 'unknown'),
    anchor: dayOf(record.anchor),
    occurrence: record.occurrence,
    foreign,
  };
}

function migrated(policy: CollectionPolicy | null, record: StepRecord): string {
  return policy === null ? record.step : stepIn(policy, record.step, record.policyVersion);
}

function byTime(a: PastStep, b: PastStep): number {
  return a.plannedAt - b.plannedAt || a.occurrence - b.occurrence || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
}

/** The next free occurrence of a step of this case. */
export function nextOccurrence(history: History, step: StepId): number {
  let highest = 0;
  for (const past of recordsOf(history, step)) if (past.occurrence > highest) highest = past.occurrence;
  return highest + 1;
}
