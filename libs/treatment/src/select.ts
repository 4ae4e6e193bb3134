import type { CompiledPolicy, PolicySet } from './compile.js';
import type { FactReader, FactValue } from './facts/conditions.js';
import type { LocalDate, Money, PolicyId } from './shapes/base.js';
import type { Fact } from './shapes/cond.js';

/** What is known of an account when its policy is chosen; facts left out are unknown. */
export interface SelectionFacts {
  agreementId: string;
  product: string;
  /** business date on which the account comes in */
  on: LocalDate;
  facts: Partial<Record<Fact, string | number | boolean | Money>>;
}
export interface Selected {
  policyId: PolicyId;
  version: number;
  /** policies of higher priority that would need a fact nobody knows: a person should look */
  unsure: PolicyId[];
}

/**
 * The one policy for an account: in force on the date, matching agreement, product and condition, of highest priority.
 * Null only for a set without default, which `loadPolicySet` refuses.
 */
export function selectPolicy(set: PolicySet, asked: SelectionFacts): Selected | null {
  const reader = readerOf(asked);
  const unsure: PolicyId[] = [];
  const passed = new Set<PolicyId>();
  for (const { policy, select } of byPriority(set)) {
    if (policy.status !== 'live' && policy.status !== 'approved') continue;
    if (asked.on < policy.effectiveFrom || passed.has(policy.id)) continue;
    // A version ends with its last day, or when a later one begins.
    passed.add(policy.id);
    if (policy.effectiveTo !== undefined && asked.on > policy.effectiveTo) continue;
    const { agreements, products } = policy.selection;
    if (agreements?.includes(asked.agreementId) === false || products?.includes(asked.product) === false) continue;
    const verdict = select.holds(reader);
    if (verdict === 'yes') return { policyId: policy.id, version: policy.version, unsure };
    if (verdict === 'review') unsure.push(policy.id);
  }
  return null;
}

function byPriority(set: PolicySet): CompiledPolicy[] {
  return [...set.values()].sort(
    ({ policy: a }, { policy: b }) =>
      b.selection.priority - a.selection.priority ||
      (a.id < b.id ? -1 : a.id > b.id ? 1 : 0) ||
      (a.effectiveFrom < b.effectiveFrom ? 1 : a.effectiveFrom > b.effectiveFrom ? -1 : b.version - a.version),
  );
}

function readerOf({ facts, product }: SelectionFacts): FactReader {
  return {
    today: 0,
    fact: (name): FactValue => {
      const value = name === 'product' ? product : facts[name];
      return typeof value === 'object' ? { minor: BigInt(value.minor), currency: value.currency } : value;
    },
    didOn: () => [],
    proofsOn: () => [],
  };
}
