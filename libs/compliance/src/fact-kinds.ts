import type { Comparison } from './condition.js';
import { factKinds, type FactName, type FactValue } from './vocabulary.js';

type Kind = (typeof factKinds)[FactName];

/** How a fact of each kind is compared; beside that, whether anybody told it at all: `known`. */
const comparedBy: Readonly<Record<Kind, readonly string[]>> = {
  text: ['is', 'in'],
  list: ['has'],
  number: ['is', 'atLeast', 'atMost'],
  flag: ['is'],
  date: ['notBefore', 'notAfter'],
};
const takes: Readonly<Record<Kind, string>> = {
  text: 'a text',
  list: 'a list of texts',
  number: 'a number',
  flag: 'true or false',
  date: 'a date such as 2026-01-30',
};

/** What is wrong with a comparison that could never come out, or null: a flag has no `atLeast`, and is never the text "true". */
export function misfit(comparison: Comparison): string | null {
  const { fact } = comparison;
  const kind = factKinds[fact];
  if ('known' in comparison || comparedBy[kind].some((word) => word in comparison)) {
    if (!('is' in comparison) || isOf(kind, comparison.is)) return null;
    return `${fact} is ${takes[kind]}, never ${JSON.stringify(comparison.is)}`;
  }
  return `${fact} is ${takes[kind]}: compare it with ${[...comparedBy[kind], 'known'].join(' or ')}`;
}

/** What is wrong with a value that is told of a fact, or null. */
export function misfitValue(fact: FactName, value: FactValue): string | null {
  const kind = factKinds[fact];
  return isOf(kind, value) ? null : `${fact} is ${takes[kind]}, never ${JSON.stringify(value)}`;
}

function isOf(kind: Kind, value: FactValue): boolean {
  switch (kind) {
    case 'text':
      return typeof value === 'string';
    case 'list':
      return Array.isArray(value);
    case 'number':
      return typeof value === 'number';
    case 'flag':
      return typeof value === 'boolean';
    case 'date':
      return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value);
  }
}
