import { type PolicySet, policySet } from '../compile.js';
import type { Cond } from '../shapes/cond.js';
import type { CollectionPolicy } from '../shapes/policy.js';
import { type LoadContext, type LoadedPolicy, loadPolicy } from './load-policy.js';
import { type Finding, type PolicyProblem, problemOf } from './problem.js';

export type SetResult =
  { ok: true; set: PolicySet; policies: CollectionPolicy[] } | { ok: false; problems: PolicyProblem[] };

/**
 * Loads policies that live together and proves that for every account and date exactly one of them wins: policies that
 * could meet differ in priority, versions of one policy do not overlap in time (one without an end lasts until the next
 * begins), and one policy takes whatever is left.
 */
export function loadPolicySet(files: readonly { file: string; text: string }[], context: LoadContext): SetResult {
  const results = files.map(({ file, text }) => loadPolicy(text, file, context));
  const loaded = results.filter((result) => result.ok);
  const problems = results.flatMap((result) => (result.ok ? [] : result.problems));
  problems.push(...checkSet(loaded));
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, set: policySet(loaded.map((one) => one.compiled)), policies: loaded.map((one) => one.policy) };
}

function checkSet(loaded: LoadedPolicy[]): PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  const tell = (one: LoadedPolicy, finding: Finding): void => void problems.push(problemOf(one.source, finding));
  loaded.forEach((one, i) => {
    for (const other of loaded.slice(0, i)) compare(one, other, tell);
  });
  const first = loaded[0];
  if (first === undefined) return problems;
  const fallback = loaded.filter(({ policy }) => inUse(policy) && isDefault(policy));
  const lowest = Math.min(
    ...loaded.filter(({ policy }) => inUse(policy)).map(({ policy }) => policy.selection.priority),
  );
  const defaults = fallback.filter(({ policy }) => policy.selection.priority === lowest);
  if (defaults.length === 0) tell(first, noDefault());
  for (const [one, until] of gapsBetween(defaults)) tell(one, defaultGap(one.policy, until));
  return problems;
}

function noDefault(): Finding {
  return {
    path: ['selection'],
    code: 'NO-DEFAULT',
    zh: '没有默认策略：优先级最低的策略必须适用于所有账户',
    en: 'There is no default: the policy of lowest priority has to take every account',
    fix: 'give one policy the lowest priority, no agreements, no products and when: { all: [] }',
  };
}

/** Defaults whose end is not followed on the next day by another one, each with the day on which one begins again. */
function gapsBetween(defaults: readonly LoadedPolicy[]): [LoadedPolicy, string][] {
  const inOrder = [...defaults].sort((a, b) => (a.policy.effectiveFrom < b.policy.effectiveFrom ? -1 : 1));
  return inOrder.flatMap((one, index): [LoadedPolicy, string][] => {
    const next = inOrder[index + 1];
    const { effectiveTo } = one.policy;
    if (next === undefined || effectiveTo === undefined || next.policy.effectiveFrom <= dayAfter(effectiveTo))
      return [];
    return [[one, next.policy.effectiveFrom]];
  });
}

const dayAfter = (date: string): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);

function defaultGap(policy: CollectionPolicy, until: string): Finding {
  return {
    path: ['effectiveTo'],
    code: 'NO-DEFAULT',
    zh: `默认策略第 ${policy.version} 版结束后至 ${until} 之间没有默认策略`,
    en: `Between the end of version ${policy.version} and ${until} there is no default`,
    fix: 'let the versions of the default follow each other without a day between them',
  };
}

const inUse = (policy: CollectionPolicy): boolean => policy.status !== 'retired' && policy.status !== 'draft';

/** Takes every account: no agreements, no products, a condition that is always true. */
export const isDefault = ({ selection }: CollectionPolicy): boolean =>
  selection.agreements === undefined && selection.products === undefined && alwaysTrue(selection.when);

function alwaysTrue(cond: Cond): boolean {
  if ('all' in cond) return cond.all.every(alwaysTrue);
  if ('any' in cond) return cond.any.some(alwaysTrue);
  return 'not' in cond && neverTrue(cond.not);
}
function neverTrue(cond: Cond): boolean {
  if ('any' in cond) return cond.any.every(neverTrue);
  if ('all' in cond) return cond.all.some(neverTrue);
  return 'not' in cond && alwaysTrue(cond.not);
}

function compare(one: LoadedPolicy, other: LoadedPolicy, tell: (one: LoadedPolicy, finding: Finding) => void): void {
  const [a, b] = [one.policy, other.policy];
  if (a.id === b.id && a.version === b.version) {
    tell(one, {
      path: ['version'],
      code: 'EFFECTIVE-OVERLAP',
      zh: `策略 ${a.id} 第 ${a.version} 版也在 ${other.file} 中`,
      en: `Version ${a.version} of ${a.id} is in ${other.file} as well`,
    });
    return;
  }
  if (!inUse(a) || !inUse(b) || !overlap(a, b)) return;
  if (a.id === b.id) {
    if (succeeds(a, b) || succeeds(b, a)) return;
    tell(one, {
      path: ['effectiveFrom'],
      code: 'EFFECTIVE-OVERLAP',
      zh: `策略 ${a.id} 的第 ${a.version} 版与第 ${b.version} 版（${other.file}）生效期重叠`,
      en: `Versions ${a.version} and ${b.version} of ${a.id} (${other.file}) are in force at the same time`,
      fix: 'let the newer version begin on a later day, and no older one end after it',
    });
  } else if (a.selection.priority === b.selection.priority && couldMeet(a, b)) {
    tell(one, {
      path: ['selection', 'priority'],
      code: 'NO-SINGLE-WINNER',
      zh: `与 ${b.id}（${other.file}）优先级相同，同一账户可能同时适用`,
      en: `Has the priority of ${b.id} (${other.file}), and an account could meet both`,
      fix: 'give each policy a priority of its own',
    });
  }
}

/** A later version ends the one before that names no end of its own: what is published is never edited. */
const succeeds = (next: CollectionPolicy, before: CollectionPolicy): boolean =>
  next.version > before.version && before.effectiveTo === undefined && next.effectiveFrom > before.effectiveFrom;

function overlap(a: CollectionPolicy, b: CollectionPolicy): boolean {
  return a.effectiveFrom <= (b.effectiveTo ?? '9999-12-31') && b.effectiveFrom <= (a.effectiveTo ?? '9999-12-31');
}

function couldMeet(a: CollectionPolicy, b: CollectionPolicy): boolean {
  return meet(a.selection.products, b.selection.products) && meet(a.selection.agreements, b.selection.agreements);
}
const meet = (x: string[] | undefined, y: string[] | undefined): boolean =>
  x === undefined || y === undefined || x.some((one) => y.includes(one));
