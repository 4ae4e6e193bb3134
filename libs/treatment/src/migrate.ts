import type { StepOutcome } from './shapes/base.js';
import type { CollectionPolicy } from './shapes/policy.js';

/** Ended without anything having left the house: the step may be planned again under a new occurrence. */
export const NOT_LEFT: ReadonlySet<string> = new Set(['stale', 'cancelled', 'lapsed', 'refused', 'void']);

/** The name a step of an older version has in this one; `drop` and `done` as `migratesFrom` says. */
export function stepIn(policy: CollectionPolicy, step: string, ofVersion: number): string {
  if (ofVersion === policy.version) return step;
  return policy.migratesFrom?.find((entry) => entry.version === ofVersion)?.steps[step] ?? step;
}

export interface MovedRecord {
  step: string;
  policyVersion: number;
  outcome: StepOutcome | null;
}

/**
 * Steps of a case that a version could not place: they were begun or done under another version, this one has no step of
 * that name, and `migratesFrom` does not say what they have become. Such a case is not moved: it would forget them.
 */
export function stepsWithoutPlace(policy: CollectionPolicy, records: readonly MovedRecord[]): string[] {
  const known = new Set<string>([
    ...policy.steps.map((step) => step.id),
    ...policy.exits.flatMap((exit) => exit.thank ?? []),
    ...(policy.reopen.correction === undefined ? [] : [policy.reopen.correction]),
    'drop',
    'done',
  ]);
  const lost = records
    .filter((one) => one.outcome === null || !NOT_LEFT.has(one.outcome))
    .filter((one) => !known.has(stepIn(policy, one.step, one.policyVersion)))
    .map((one) => one.step);
  return [...new Set(lost)].sort();
}
