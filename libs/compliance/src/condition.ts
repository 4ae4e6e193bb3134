import type { Condition } from './rule.js';
import type { FactName, FactValue, FactValues, LocalDate } from './vocabulary.js';

/** Three values: a fact that nobody told makes a condition neither true nor false. */
export type Truth = boolean | 'unknown';

/** Kleene's logic: `all` is false as soon as one part is false, `any` true as soon as one is true. */
export function judge(condition: Condition, facts: FactValues, today: LocalDate): Truth {
  if ('all' in condition) return both(condition.all.map((part) => judge(part, facts, today)));
  if ('any' in condition) return not(both(condition.any.map((part) => not(judge(part, facts, today)))));
  if ('not' in condition) return not(judge(condition.not, facts, today));
  const value = facts[condition.fact];
  return value === undefined ? 'unknown' : compare(condition, value, today);
}

/** The dates that a condition compares with today: it can change only on the day after one of them. */
export function datesAsked(condition: Condition, facts: FactValues): LocalDate[] {
  if ('all' in condition) return condition.all.flatMap((part) => datesAsked(part, facts));
  if ('any' in condition) return condition.any.flatMap((part) => datesAsked(part, facts));
  if ('not' in condition) return datesAsked(condition.not, facts);
  if (!('notBefore' in condition)) return [];
  const value = facts[condition.fact];
  return typeof value === 'string' ? [value] : [];
}

/** The facts a condition asks for, so that a reader sees what a pack needs to be told. */
export function factsAsked(condition: Condition): FactName[] {
  if ('all' in condition) return condition.all.flatMap(factsAsked);
  if ('any' in condition) return condition.any.flatMap(factsAsked);
  if ('not' in condition) return factsAsked(condition.not);
  return [condition.fact];
}

type Comparison = Extract<Condition, { fact: FactName }>;

function compare(comparison: Comparison, value: FactValue, today: LocalDate): Truth {
  if ('is' in comparison) return value === comparison.is;
  if ('in' in comparison) return typeof value === 'string' && comparison.in.includes(value);
  if ('has' in comparison) return Array.isArray(value) && value.includes(comparison.has);
  if ('atLeast' in comparison) return typeof value === 'number' && value >= comparison.atLeast;
  if ('atMost' in comparison) return typeof value === 'number' && value <= comparison.atMost;
  return typeof value === 'string' && value >= today;
}

function both(parts: Truth[]): Truth {
  if (parts.includes(false)) return false;
  return parts.includes('unknown') ? 'unknown' : true;
}

function not(truth: Truth): Truth {
  return truth === 'unknown' ? 'unknown' : !truth;
}
