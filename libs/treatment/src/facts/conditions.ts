import type { Money, ProofKind, StepId, StepOutcome } from '../shapes/base.js';
import type { Cond, Fact, FactCond } from '../shapes/cond.js';

/** Yes, no, or a question for a person because a fact is missing. */
export type Tri = 'yes' | 'no' | 'review';
export type FactValue = string | number | boolean | { minor: bigint; currency: string } | undefined;

/** What a condition reads. One reader stands for one account, another for the case as a whole. */
export interface FactReader {
  /** undefined: not known */
  fact(name: Fact): FactValue;
  /** day numbers on which the step ended with one of these outcomes (any outcome when not given), and today */
  didOn(step: StepId, outcomes: readonly StepOutcome[] | undefined): number[];
  /** day numbers of the compliant proofs of this kind, rising */
  proofsOn(kind: ProofKind): number[];
  readonly today: number;
}
export type Predicate = (facts: FactReader) => Tri;
/** Days until a condition could turn by the passing of time alone; null: never. */
export type NextTurn = (facts: FactReader) => number | null;

export interface CompiledCond {
  holds: Predicate;
  turns: NextTurn;
}

export const ALWAYS: CompiledCond = { holds: () => 'yes', turns: () => null };

/** A review inside `all` is outweighed by a no, inside `any` by a yes. */
const allOf = (parts: Predicate[]): Predicate => {
  return (facts) => {
    let result: Tri = 'yes';
    for (const part of parts) {
      const one = part(facts);
      if (one === 'no') return 'no';
      if (one === 'review') result = 'review';
    }
    return result;
  };
};
const anyOf = (parts: Predicate[]): Predicate => {
  return (facts) => {
    let result: Tri = 'no';
    for (const part of parts) {
      const one = part(facts);
      if (one === 'yes') return 'yes';
      if (one === 'review') result = 'review';
    }
    return result;
  };
};
const opposite = (tri: Tri): Tri => (tri === 'yes' ? 'no' : tri === 'no' ? 'yes' : 'review');

const soonest = (parts: NextTurn[]): NextTurn => {
  return (facts) => {
    let best: number | null = null;
    for (const part of parts) {
      const one = part(facts);
      if (one !== null && (best === null || one < best)) best = one;
    }
    return best;
  };
};

/** Compiles a condition once per policy, so that planning only calls closures. */
export function compileCond(cond: Cond | undefined): CompiledCond {
  if (cond === undefined) return ALWAYS;
  if ('all' in cond) {
    const parts = cond.all.map(compileCond);
    return { holds: allOf(parts.map((p) => p.holds)), turns: soonest(parts.map((p) => p.turns)) };
  }
  if ('any' in cond) {
    const parts = cond.any.map(compileCond);
    return { holds: anyOf(parts.map((p) => p.holds)), turns: soonest(parts.map((p) => p.turns)) };
  }
  if ('not' in cond) {
    const part = compileCond(cond.not);
    return { holds: (facts) => opposite(part.holds(facts)), turns: part.turns };
  }
  if ('fact' in cond) return { holds: factHolds(cond), turns: factTurns(cond) };
  if ('did' in cond) {
    const { did, outcome, withinDays } = cond;
    return {
      holds: (facts) => {
        const days = facts.didOn(did, outcome);
        return days.some((day) => withinDays === undefined || facts.today - day <= withinDays) ? 'yes' : 'no';
      },
      turns: (facts) =>
        withinDays === undefined
          ? null
          : firstFuture(facts.didOn(did, outcome).map((day) => day + withinDays + 1 - facts.today)),
    };
  }
  const { proof, atLeast, spacedDays = 0, maxAgeDays } = cond;
  return {
    holds: (facts) => (countSpaced(fresh(facts, proof, maxAgeDays), spacedDays) >= atLeast ? 'yes' : 'no'),
    turns: (facts) =>
      maxAgeDays === undefined
        ? null
        : firstFuture(facts.proofsOn(proof).map((day) => day + maxAgeDays + 1 - facts.today)),
  };
}

function fresh(facts: FactReader, kind: ProofKind, maxAgeDays: number | undefined): number[] {
  const days = facts.proofsOn(kind);
  return maxAgeDays === undefined ? days : days.filter((day) => facts.today - day <= maxAgeDays);
}

/** How many of these days can be picked so that each lies at least `gap` days after the one before. */
function countSpaced(days: number[], gap: number): number {
  let count = 0;
  let last: number | null = null;
  for (const day of days) {
    if (last !== null && day - last < gap) continue;
    count += 1;
    last = day;
  }
  return count;
}

function firstFuture(days: number[]): number | null {
  const future = days.filter((day) => day > 0);
  return future.length === 0 ? null : Math.min(...future);
}

function factHolds(cond: FactCond): Predicate {
  const missing: Tri = cond.unknown;
  return (facts) => {
    const verdict = compare(facts.fact(cond.fact), cond);
    return verdict === null ? missing : verdict ? 'yes' : 'no';
  };
}

/** null: can't be compared, since the fact is missing or of another currency or type. */
function compare(value: FactValue, { is, than }: FactCond): boolean | null {
  if (value === undefined) return null;
  if (typeof value === 'object') return compareMoney(value, is, than);
  if (is === 'in') return Array.isArray(than) && typeof value !== 'boolean' ? than.includes(value) : null;
  if (typeof value !== typeof than) return null;
  if (is === 'eq') return value === than;
  if (is === 'ne') return value !== than;
  if (typeof value !== 'number' || typeof than !== 'number') return null;
  return ordered(value, is, than);
}

function compareMoney(
  value: { minor: bigint; currency: string },
  is: FactCond['is'],
  than: FactCond['than'],
): boolean | null {
  if (typeof than !== 'object' || Array.isArray(than)) return null;
  const other: Money = than;
  const minor = BigInt(other.minor);
  // Nothing is nothing in every currency: "overdue equals 0" means the same for all accounts of a policy.
  if (is === 'in' || (other.currency !== value.currency && minor !== 0n)) return null;
  if (is === 'eq') return value.minor === minor;
  if (is === 'ne') return value.minor !== minor;
  return ordered(value.minor, is, minor);
}

function ordered<T extends number | bigint>(a: T, is: FactCond['is'], b: T): boolean {
  if (is === 'lt') return a < b;
  if (is === 'le') return a <= b;
  if (is === 'gt') return a > b;
  return a >= b;
}

/** Facts that move by one each day, and which way. All others wait for an event, which wakes the case anyhow. */
const MOVES: Partial<Record<Fact, 1 | -1>> = {
  dpd: 1,
  treatmentDay: 1,
  daysSinceRpc: 1,
  capacityAgeDays: 1,
  limitationDaysLeft: -1,
  guaranteeDaysLeft: -1,
};

/** The day on which `value` reaches the threshold, or the one after it: whichever could turn the comparison first. */
function factTurns(cond: FactCond): NextTurn {
  const direction = MOVES[cond.fact];
  if (direction === undefined) return () => null;
  const thresholds = (Array.isArray(cond.than) ? cond.than : [cond.than]).filter((t) => typeof t === 'number');
  return (facts) => {
    const value = facts.fact(cond.fact);
    if (typeof value !== 'number') return null;
    return firstFuture(thresholds.flatMap((t) => [(t - value) * direction, (t - value) * direction + 1]));
  };
}

/** Every leaf of a condition, for checks at load time. */
export function* leaves(
  cond: Cond | undefined,
): Generator<Exclude<Cond, { all: Cond[] } | { any: Cond[] } | { not: Cond }>> {
  if (cond === undefined) return;
  if ('all' in cond) for (const part of cond.all) yield* leaves(part);
  else if ('any' in cond) for (const part of cond.any) yield* leaves(part);
  else if ('not' in cond) yield* leaves(cond.not);
  else yield cond;
}
