import { canonicalJson } from './canonical.js';
import type { PolicySet } from './compile.js';
import type { Calendars } from './plan/calendars.js';
import { plan } from './plan/planner.js';
import type { CaseId, Hash, Instant } from './shapes/base.js';
import type { CollectionPolicy } from './shapes/policy.js';
import type { Decision } from './shapes/decision.js';
import type { CaseSnapshot } from './shapes/snapshot.js';

/** A decision as it was stored, with what it was made from. */
export interface Recorded {
  snapshot: CaseSnapshot;
  decision: Decision;
}
export interface Difference {
  caseId: CaseId;
  decidedFor: Instant;
  snapshotHash: Hash;
  /** top-level parts of the decision that are not the same */
  parts: (keyof Decision)[];
  was: Decision;
  becomes: Decision;
}

/** Decides again what was decided, from the stored snapshots. The same policies and planner give no differences. */
export function replay(recorded: readonly Recorded[], policies: PolicySet, calendar: Calendars): Difference[] {
  return recorded.flatMap(({ snapshot, decision }) => {
    const { decidedFor, snapshotHash } = decision;
    const becomes = plan(snapshot, policies, calendar, decidedFor, snapshotHash);
    const parts = changedParts(decision, becomes);
    return parts.length === 0
      ? []
      : [{ caseId: snapshot.caseId, decidedFor, snapshotHash, parts, was: decision, becomes }];
  });
}

function changedParts<T extends object>(a: T, b: T): (keyof T)[] {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])] as (keyof T)[];
  return keys.filter((key) => canonicalJson(a[key] ?? null) !== canonicalJson(b[key] ?? null)).sort();
}

export interface PolicyChange {
  path: string;
  kind: 'added' | 'removed' | 'changed';
}

/** What differs between two versions of a policy; steps are matched by id, everything else by its key. */
export function diffPolicies(before: CollectionPolicy, after: CollectionPolicy): PolicyChange[] {
  const { steps: stepsBefore, ...restBefore } = before;
  const { steps: stepsAfter, ...restAfter } = after;
  const rest = changedParts<object>(restBefore, restAfter).map((key): PolicyChange => ({
    path: String(key),
    kind: 'changed',
  }));
  const old = new Map(stepsBefore.map((step) => [step.id, step]));
  const now = new Map(stepsAfter.map((step) => [step.id, step]));
  const removed = stepsBefore
    .filter((step) => !now.has(step.id))
    .map((step): PolicyChange => ({ path: `steps/${step.id}`, kind: 'removed' }));
  const others = stepsAfter.flatMap((step): PolicyChange[] => {
    const previous = old.get(step.id);
    if (previous === undefined) return [{ path: `steps/${step.id}`, kind: 'added' }];
    return changedParts(previous, step).map((key) => ({ path: `steps/${step.id}/${key}`, kind: 'changed' }));
  });
  return [...rest, ...removed, ...others].sort((a, b) => (a.path < b.path ? -1 : 1));
}
