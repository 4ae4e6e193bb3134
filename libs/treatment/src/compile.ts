import { type CompiledCond, compileCond } from './facts/conditions.js';
import type { PolicyId, StepId, StepKind } from './shapes/base.js';
import { CHANNELS, LEVELS, type Level } from './shapes/base.js';
import type { CollectionPolicy, Escalation, Exit, Gate, HoldRule, Offer } from './shapes/policy.js';
import type { Step } from './shapes/step.js';

export interface CompiledStep {
  def: Step;
  index: number;
  when: CompiledCond;
  /** reaches out to a person, so that contact holds, gather and the end of a cycle bind it */
  isContact: boolean;
  levelRank: number;
}
/** A policy with its conditions turned into closures and its look-ups built: made once, used for every decision. */
export interface CompiledPolicy {
  policy: CollectionPolicy;
  key: string;
  steps: CompiledStep[];
  byId: ReadonlyMap<StepId, CompiledStep>;
  select: CompiledCond;
  entryWhen: CompiledCond;
  entryExclude: CompiledCond | null;
  levels: { level: Level; rank: number; when: CompiledCond }[];
  exits: { exit: Exit; when: CompiledCond }[];
  gates: { gate: Gate; require: CompiledCond }[];
  offers: { offer: Offer; when: CompiledCond }[];
  derived: { willingness: CompiledCond; capacity: CompiledCond } | null;
  holdRules: ReadonlyMap<string, HoldRule>;
  /** mandatory steps that come before a kind */
  mandatoryBefore: ReadonlyMap<StepKind, CompiledStep[]>;
  escalations: Escalation[];
  /** the same policy with an arm's overrides, by arm */
  arms: ReadonlyMap<string, CompiledPolicy>;
}
export type PolicySet = ReadonlyMap<string, CompiledPolicy>;

export const policyKey = (id: PolicyId, version: number): string => `${id}@${version}`;

const CONTACT_KINDS: ReadonlySet<string> = new Set([...CHANNELS, 'trace', 'agency']);
export const isContactKind = (kind: StepKind): boolean => CONTACT_KINDS.has(kind);
export const levelRank = (level: Level): number => LEVELS.indexOf(level);

export function compilePolicy(policy: CollectionPolicy): CompiledPolicy {
  const steps = policy.steps.map((def, index) => ({
    def,
    index,
    when: compileCond(def.when),
    isContact: isContactKind(def.kind),
    levelRank: levelRank(def.level),
  }));
  const mandatoryBefore = new Map<StepKind, CompiledStep[]>();
  for (const step of steps) {
    for (const kind of step.def.mandatory?.before ?? []) {
      mandatoryBefore.set(kind, [...(mandatoryBefore.get(kind) ?? []), step]);
    }
  }
  return {
    policy,
    key: policyKey(policy.id, policy.version),
    steps,
    byId: new Map(steps.map((step) => [step.def.id, step])),
    select: compileCond(policy.selection.when),
    entryWhen: compileCond(policy.entry.when),
    entryExclude: policy.entry.exclude === undefined ? null : compileCond(policy.entry.exclude),
    levels: policy.levels.map(({ level, when }) => ({ level, rank: levelRank(level), when: compileCond(when) })),
    exits: policy.exits.map((exit) => ({ exit, when: compileCond(exit.when) })),
    gates: policy.gates.map((gate) => ({ gate, require: compileCond(gate.require) })),
    offers: policy.offers.map((offer) => ({ offer, when: compileCond(offer.when) })),
    derived:
      policy.facts === undefined
        ? null
        : { willingness: compileCond(policy.facts.willingness), capacity: compileCond(policy.facts.capacity) },
    holdRules: new Map(policy.holds.map((rule) => [rule.kind, rule])),
    mandatoryBefore,
    escalations: policy.escalation,
    arms: compileArms(policy),
  };
}

function compileArms(policy: CollectionPolicy): ReadonlyMap<string, CompiledPolicy> {
  const { experiment, ...rest } = policy;
  return new Map(
    (experiment?.arms ?? []).map(({ arm, overrides }) => [
      arm,
      compilePolicy({ ...rest, steps: rest.steps.map((step) => overridden(step, overrides)) }),
    ]),
  );
}

function overridden(step: Step, overrides: { step: StepId; set: Partial<Step> }[]): Step {
  return overrides
    .filter((o) => o.step === step.id)
    .reduce<Step>((merged, o) => ({ ...merged, ...o.set, id: step.id }), step);
}

export const policySet = (policies: readonly CompiledPolicy[]): PolicySet =>
  new Map(policies.map((policy) => [policy.key, policy]));
