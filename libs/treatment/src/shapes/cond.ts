import type { Money, ProofKind, StepId, StepOutcome } from './base.js';

/**
 * What a condition may ask. For a step of the whole case, `dpd` and `treatmentDay` are those of the worst account, money
 * is the sum over the accounts under treatment, and everything else is read from the lead account.
 */
export const FACTS = [
  'dpd',
  'treatmentDay',
  'missedMinimums',
  'principal',
  'overdue',
  'outstanding',
  'exposure',
  'product',
  'segment',
  'secured',
  'guaranteed',
  'class',
  'score',
  'pCure',
  'episodes12m',
  'brokenPromises',
  'willingness',
  'capacity',
  'capacityAgeDays',
  'contactability',
  'daysSinceRpc',
  'limitationDaysLeft',
  'guaranteeDaysLeft',
  'branch',
  'region',
  'keyMonitored',
  'vulnerable',
  'writtenOff',
  'accountStatus',
  'planState',
  'matterState',
  'cycleNo',
  'riskFlag',
] as const;
export type Fact = (typeof FACTS)[number];

export const COMPARISONS = ['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'in'] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** What a comparison is worth while its fact is unknown: `review` sends the question to a person. */
export type WhenUnknown = 'no' | 'yes' | 'review';

export interface FactCond {
  fact: Fact;
  is: Comparison;
  than: string | number | boolean | Money | (string | number)[];
  unknown: WhenUnknown;
}
/** A step was performed, in this episode or in those it continues. */
export interface DidCond {
  did: StepId;
  outcome?: StepOutcome[];
  withinDays?: number;
}
export interface ProofCond {
  proof: ProofKind;
  atLeast: number;
  /** counted proofs lie at least this many days apart */
  spacedDays?: number;
  maxAgeDays?: number;
}
/** `{ all: [] }` is always true, `{ any: [] }` never. */
export type Cond = { all: Cond[] } | { any: Cond[] } | { not: Cond } | FactCond | DidCond | ProofCond;
