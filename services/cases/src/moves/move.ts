import type { Decision } from '@arrears/treatment';
import { z } from 'zod';
import { opaqueId } from '@arrears/contracts';

/** Which of the cases under a version; nothing given: all of them. */
export const moveFilter = z.strictObject({
  agreementId: opaqueId.optional(),
  branch: z.string().min(1).max(100).optional(),
  product: z.string().min(1).max(100).optional(),
  stage: z.string().min(1).max(40).optional(),
  caseIds: z.array(z.uuid()).min(1).max(1_000).optional(),
  /** At most so many, to go in stages. */
  atMost: z.int().min(1).max(1_000_000).optional(),
});
export type MoveFilter = z.infer<typeof moveFilter>;

/** Above this a second person decides. */
export const aloneUpTo = 50;
export const defaultRate = 50;
export const mostRate = 1_000;

/** Why a case is left where it is, by the steps that its new version could not place. */
export interface NeedsMapping {
  steps: string[];
  cases: number;
  /** Some of them, to look at. */
  examples: string[];
  zh: string;
  en: string;
}

const mostExamples = 5;

export function needsMapping(lost: readonly { caseId: string; steps: string[] }[]): NeedsMapping[] {
  const byReason = new Map<string, NeedsMapping>();
  for (const { caseId, steps } of lost) {
    const key = steps.join(' ');
    const known = byReason.get(key) ?? { steps, cases: 0, examples: [], ...mappingReason(steps) };
    known.cases += 1;
    if (known.examples.length < mostExamples) known.examples.push(caseId);
    byReason.set(key, known);
  }
  return [...byReason.values()].sort((a, b) => b.cases - a.cases || (a.steps.join() < b.steps.join() ? -1 : 1));
}

export const mappingReason = (steps: readonly string[]): { zh: string; en: string } => ({
  zh: `新版本没有步骤 ${steps.join('、')}，migratesFrom 也未说明其去向`,
  en: `the new version has no step ${steps.join(', ')}, and its migratesFrom does not say what became of it`,
});

/** What cases would do at once, by step: counted under the version they have, and under the one they would get. */
export interface StepDifference {
  step: string;
  from: number;
  to: number;
}

/** Adds up decisions made for the same cases at the same moment under two versions. */
export function stepTally() {
  const counts = new Map<string, StepDifference>();
  let planned = 0;
  let changed = 0;
  const count = (decision: Decision, side: 'from' | 'to') => {
    for (const { step } of decision.effects) {
      const known = counts.get(step) ?? { step, from: 0, to: 0 };
      known[side] += 1;
      counts.set(step, known);
    }
  };
  const signature = ({ effects, upcoming }: Decision) =>
    JSON.stringify([effects.map((effect) => effect.step), upcoming.map(({ step, earliest }) => [step, earliest])]);
  return {
    add(before: Decision, after: Decision): void {
      planned += 1;
      if (signature(before) !== signature(after)) changed += 1;
      count(before, 'from');
      count(after, 'to');
    },
    result: () => ({
      planned,
      changed,
      steps: [...counts.values()].sort((a, b) => (a.step < b.step ? -1 : 1)),
    }),
  };
}
