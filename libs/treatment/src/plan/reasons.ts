import type { Fact } from '../shapes/cond.js';
import type { StepId } from '../shapes/base.js';
import type { Reason } from '../shapes/decision.js';
import type { FactReader, FactValue } from '../facts/conditions.js';
import { instantOf } from './dates.js';

export function textOf(value: FactValue): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'object' ? `${value.minor} ${value.currency}` : String(value);
}

/** Reads the named facts into a reason; unknown ones are left out. */
export function factsOf(reader: FactReader, names: readonly Fact[]): Partial<Record<Fact, string>> {
  const facts: Partial<Record<Fact, string>> = {};
  for (const name of names) {
    const text = textOf(reader.fact(name));
    if (text !== undefined) facts[name] = text;
  }
  return facts;
}

interface Extra {
  step?: StepId | undefined;
  rule?: string | undefined;
  until?: number | 'never' | null | undefined;
  facts?: Partial<Record<Fact, string>>;
}
/** Keys stand in one fixed order, so that equal reasons are equal bytes. */
export function reason(code: string, extra: Extra = {}): Reason {
  const made: Reason = { code, facts: extra.facts ?? {} };
  if (extra.step !== undefined) made.step = extra.step;
  if (extra.rule !== undefined) made.rule = extra.rule;
  if (extra.until === 'never') made.until = 'never';
  else if (typeof extra.until === 'number') made.until = instantOf(extra.until);
  return made;
}
