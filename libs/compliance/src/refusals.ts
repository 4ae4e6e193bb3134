import type { z } from 'zod';
import { condition, fieldNames } from './rule.js';
import { factKinds } from './vocabulary.js';

/** One fault of a pack: where, what, and how to put it right. */
export interface Fault {
  path: readonly PropertyKey[];
  message: string;
}

type Issue = z.core.$ZodIssue;

/** What the schema refuses, as its author reads it: a misspelt word beside the right one, a date as dates are written. */
export function faultsOf(issues: readonly Issue[], input: unknown): Fault[] {
  return issues.flatMap((issue): Fault[] => {
    const { path } = issue;
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ path: [...path, key], message: strange(key, path.at(-1) === 'facts') }));
    if (issue.code === 'invalid_union') return unionFaults(issue, input);
    return [{ path, message: sentence(issue, valueAt(input, path)) }];
  });
}

function strange(key: string, isFact: boolean): string {
  return isFact
    ? `there is no fact "${key}"${meant(key, Object.keys(factKinds))}`
    : fieldNames.includes(key)
      ? `"${key}" does not belong here`
      : `"${key}" is no field of a pack${meant(key, fieldNames)}`;
}

function sentence(issue: Issue, value: unknown): string {
  if (value === undefined && issue.code !== 'custom') return 'is missing';
  if (issue.code !== 'invalid_format') return issue.message;
  if (issue.format === 'date') return 'is no date: write it as 2026-01-30';
  if (issue.format === 'datetime') return 'is no instant: write it with its offset, as 2026-11-09T12:00:00+08:00';
  return issue.message;
}

/** Of the shapes a value may have, the faults of the one it came nearest to. */
function unionFaults(issue: Extract<Issue, { code: 'invalid_union' }>, input: unknown): Fault[] {
  const value = valueAt(input, issue.path);
  if (value === undefined) return [{ path: issue.path, message: 'is missing' }];
  if (isConditionAt(issue.path)) return conditionFaults(value, issue.path);
  const depth = (issues: readonly Issue[]) => Math.max(...issues.map(({ path }) => path.length));
  const [nearest = []] = [...issue.errors].sort((one, other) => depth(other) - depth(one));
  if (depth(nearest) > 0)
    return faultsOf(nearest, value).map(({ path, message }) => ({ path: [...issue.path, ...path], message }));
  const wanted = issue.errors.flatMap((issues) => issues.map(({ message }) => message.replace('Invalid input: ', '')));
  return [{ path: issue.path, message: [...new Set(wanted)].join(', or ') }];
}

const takenBy = {
  is: 'a text, a number, true or false',
  in: 'a list of texts',
  has: 'a text',
  atLeast: 'a number',
  atMost: 'a number',
  notBefore: 'today, and beside it plusDays, a whole number from 1 to 3660',
  notAfter: 'today',
  known: 'true',
};
const comparisons = Object.keys(takenBy);

function isConditionAt(path: readonly PropertyKey[]): boolean {
  return ['when', 'unless', 'requires'].includes(String(path.at(-1)));
}

/** A union of eleven shapes says nothing to a reader: here it is asked what he meant. */
function conditionFaults(value: unknown, path: readonly PropertyKey[]): Fault[] {
  if (condition.safeParse(value).success) return [];
  const fault = (message: string): Fault[] => [{ path, message }];
  if (!isRecord(value)) return fault('a condition is { all: […] }, { any: […] }, { not: … } or { fact: …, is: … }');
  const joint = ['all', 'any', 'not'].find((word) => word in value);
  if (joint !== undefined && Object.keys(value).length > 1) return fault(`"${joint}" stands alone in its braces`);
  if (joint === 'not') return conditionFaults(value['not'], [...path, 'not']);
  if (joint !== undefined) {
    const parts = value[joint];
    if (!Array.isArray(parts) || parts.length === 0) return fault(`"${joint}" takes a list of at least one condition`);
    return parts.flatMap((part: unknown, index) => conditionFaults(part, [...path, joint, index]));
  }
  return comparisonFaults(value, path);
}

function comparisonFaults(value: Record<string, unknown>, path: readonly PropertyKey[]): Fault[] {
  const { fact, plusDays: _, ...rest } = value;
  if (typeof fact !== 'string' || !(fact in factKinds))
    return [{ path, message: strange(typeof fact === 'string' ? fact : '', true) }];
  const told = Object.keys(rest);
  const [unknown] = told.filter((word) => !comparisons.includes(word));
  if (unknown !== undefined) return [{ path, message: `"${unknown}" compares nothing${meant(unknown, comparisons)}` }];
  const [comparison] = told;
  if (told.length !== 1 || comparison === undefined)
    return [{ path, message: `compare ${fact} with exactly one of ${comparisons.join(', ')}` }];
  return [{ path, message: `"${comparison}" takes ${takenBy[comparison as keyof typeof takenBy]}` }];
}

/** The value at a path, as far as there is one. */
function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((value: unknown, key) => (isRecord(value) ? Reflect.get(value, key) : undefined), input);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** The word that was meant, if one is near: at most a third of its letters wrong. */
function meant(word: string, known: readonly string[]): string {
  const [nearest] = known
    .map((candidate) => ({ candidate, off: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, off }) => off * 3 <= Math.max(word.length, candidate.length))
    .sort((one, other) => one.off - other.off);
  return nearest === undefined ? `: known are ${known.join(', ')}` : `: did you mean "${nearest.candidate}"?`;
}

/** Letters to insert, remove or change until one word is the other (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (const [place, wanted] of [...other].entries())
      next.push(
        Math.min((row[place] ?? 0) + (letter === wanted ? 0 : 1), (row[place + 1] ?? 0) + 1, (next[place] ?? 0) + 1),
      );
    row = next;
  }
  return row[other.length] ?? 0;
}
