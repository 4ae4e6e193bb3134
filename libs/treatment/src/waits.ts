import { leaves } from './facts/conditions.js';
import { allConditions } from './load/check-conditions.js';
import type { ProofKind, StepId, StepOutcome } from './shapes/base.js';
import type { CollectionPolicy } from './shapes/policy.js';

const ARRIVED: ReadonlySet<string> = new Set(['delivered', 'deemed-delivered']);
/** Proofs that a letter gives by arriving. */
const OF_LETTERS: ReadonlySet<ProofKind> = new Set(['delivered-letter', 'compliant-demand']);

/**
 * Whether anything in a policy waits for a step to end so: a step after it, a condition on it, or a proof that only its
 * arrival makes. What nobody waits for need not wake a case.
 */
export function waitsFor(policy: CollectionPolicy, step: StepId, outcome: StepOutcome): boolean {
  const after = policy.steps.some(
    ({ trigger }) => trigger.on === 'after' && trigger.step === step && trigger.outcome.includes(outcome),
  );
  if (after) return true;
  const isLetter = policy.steps.some((one) => one.id === step && one.kind === 'letter');
  return allConditions(policy).some(({ cond }) =>
    [...leaves(cond)].some((leaf) => {
      if ('did' in leaf) return leaf.did === step && leaf.outcome?.includes(outcome) === true;
      return 'proof' in leaf && isLetter && ARRIVED.has(outcome) && OF_LETTERS.has(leaf.proof);
    }),
  );
}
