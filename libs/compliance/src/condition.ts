import type { Condition } from './rule.js';
import { dateOf, dayNumber } from './local-time.js';
import type { FactName, FactValue, FactValues, LocalDate } from './vocabulary.js';

/** Three values: a fact that nobody told makes a condition neither true nor false. */
export type Truth = boolean | 'unknown';

/** Kleene's logic: `all` is false as soon as one part is false, `any` true as soon as one is true. */
export function judge(condition: Condition, facts: FactValues, today: LocalDate): Truth {
  if ('fact' in condition) return compare(condition, facts[condition.fact], today);
  if ('not' in condition) return not(judge(condition.not, facts, today));
  const decides = 'any' in condition;
  let sum: Truth = !decides;
  for (const part of decides ? condition.any : condition.all) {
    const truth = judge(part, facts, today);
    if (truth === decides) return decides;
    if (truth === 'unknown') sum = 'unknown';
  }
  return sum;
}

/** The parts of a condition that compare a fact. */
export function comparisonsIn(condition: Condition): Comparison[] {
  if ('all' in condition) return condition.all.flatMap(comparisonsIn);
  if ('any' in condition) return condition.any.flatMap(comparisonsIn);
  if ('not' in condition) return comparisonsIn(condition.not);
  return [condition];
}

/** The facts a condition asks for, so that a reader sees what a pack needs to be told. */
export function factsAsked(condition: Condition): FactName[] {
  return comparisonsIn(condition).map(({ fact }) => fact);
}

export type Comparison = Extract<Condition, { fact: FactName }>;

/** The date from whose first moment a comparison with today may answer differently; null: of no date, or nobody told it. */
export function turnsOn(comparison: Comparison, facts: FactValues): LocalDate | null {
  const value = facts[comparison.fact];
  if (typeof value !== 'string') return null;
  if ('notAfter' in comparison) return value;
  return 'notBefore' in comparison ? plusDays(value, (comparison.plusDays ?? 0) + 1) : null;
}

function compare(comparison: Comparison, value: FactValue | undefined, today: LocalDate): Truth {
  if ('known' in comparison) return value !== undefined;
  if (value === undefined) return 'unknown';
  if ('is' in comparison) return value === comparison.is;
  if ('in' in comparison) return typeof value === 'string' && comparison.in.includes(value);
  if ('has' in comparison) return Array.isArray(value) && value.includes(comparison.has);
  if ('atLeast' in comparison) return typeof value === 'number' && value >= comparison.atLeast;
  if ('atMost' in comparison) return typeof value === 'number' && value <= comparison.atMost;
  if (typeof value !== 'string') return false;
  if ('notAfter' in comparison) return value <= today;
  return plusDays(value, comparison.plusDays ?? 0) >= today;
}

const plusDays = (date: LocalDate, days: number): LocalDate => (days === 0 ? date : dateOf(dayNumber(date) + days));

const not = (truth: Truth): Truth => (truth === 'unknown' ? 'unknown' : !truth);
