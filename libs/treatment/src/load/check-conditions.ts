import { leaves } from '../facts/conditions.js';
import type { Cond, Fact, FactCond } from '../shapes/cond.js';
import type { CollectionPolicy } from '../shapes/policy.js';
import type { Finding, Path } from './problem.js';

type FactType = 'number' | 'money' | 'string' | 'boolean';

const TYPES: Record<Fact, FactType> = {
  dpd: 'number',
  treatmentDay: 'number',
  missedMinimums: 'number',
  principal: 'money',
  overdue: 'money',
  outstanding: 'money',
  exposure: 'money',
  product: 'string',
  segment: 'string',
  secured: 'boolean',
  guaranteed: 'boolean',
  class: 'string',
  score: 'number',
  pCure: 'number',
  episodes12m: 'number',
  brokenPromises: 'number',
  willingness: 'string',
  capacity: 'string',
  capacityAgeDays: 'number',
  contactability: 'string',
  daysSinceRpc: 'number',
  limitationDaysLeft: 'number',
  guaranteeDaysLeft: 'number',
  branch: 'string',
  region: 'string',
  keyMonitored: 'boolean',
  vulnerable: 'boolean',
  writtenOff: 'boolean',
  accountStatus: 'string',
  planState: 'string',
  matterState: 'string',
  cycleNo: 'number',
  riskFlag: 'string',
};

/** Comparisons that could never be decided: a word against a number, an order between words, money without currency. */
export function checkConditions(policy: CollectionPolicy): Finding[] {
  return allConditions(policy)
    .flatMap(({ path, cond }) =>
      [...leaves(cond)].flatMap((leaf) => ('fact' in leaf && !comparable(leaf) ? [mismatch(path, leaf)] : [])),
    )
    .concat(selfReferring(policy));
}

export function allConditions(policy: CollectionPolicy): { path: Path; cond: Cond }[] {
  const found: { path: Path; cond: Cond }[] = [];
  const add = (path: Path, cond: Cond | undefined): void => {
    if (cond !== undefined) found.push({ path, cond });
  };
  add(['selection', 'when'], policy.selection.when);
  add(['entry', 'when'], policy.entry.when);
  add(['entry', 'exclude'], policy.entry.exclude);
  policy.levels.forEach((one, i) => add(['levels', i, 'when'], one.when));
  policy.steps.forEach((one, i) => add(['steps', i, 'when'], one.when));
  policy.gates.forEach((one, i) => add(['gates', i, 'require'], one.require));
  policy.offers.forEach((one, i) => add(['offers', i, 'when'], one.when));
  policy.exits.forEach((one, i) => add(['exits', i, 'when'], one.when));
  policy.assignment.skills.forEach((one, i) => add(['assignment', 'skills', i, 'when'], one.when));
  add(['assignment', 'keyMonitored', 'when'], policy.assignment.keyMonitored.when);
  add(['facts', 'willingness'], policy.facts?.willingness);
  add(['facts', 'capacity'], policy.facts?.capacity);
  return found;
}

function comparable({ fact, is, than }: FactCond): boolean {
  const type = TYPES[fact];
  if (is === 'in')
    return Array.isArray(than) && (type === 'string' || type === 'number') && than.every((one) => typeof one === type);
  if (Array.isArray(than)) return false;
  if (typeof than === 'object') return type === 'money';
  if (typeof than !== type) return false;
  return type === 'number' || is === 'eq' || is === 'ne';
}

function mismatch(path: Path, { fact, is, than }: FactCond): Finding {
  const given = typeof than === 'object' ? (Array.isArray(than) ? 'a list' : 'money') : typeof than;
  return {
    path,
    code: 'CONDITION-TYPE',
    zh: `事实 ${fact}（${TYPES[fact]}）不能用 ${is} 与该值比较`,
    en: `${fact} is a ${TYPES[fact]} and can't be compared by ${is} with ${given}`,
  };
}

/** Willingness and capacity may rest on other facts, not on each other. */
function selfReferring(policy: CollectionPolicy): Finding[] {
  return (['willingness', 'capacity'] as const).flatMap((name) =>
    [...leaves(policy.facts?.[name])].some(
      (leaf) => 'fact' in leaf && (leaf.fact === 'willingness' || leaf.fact === 'capacity'),
    )
      ? [
          {
            path: ['facts', name],
            code: 'CONDITION-TYPE' as const,
            zh: `${name} 的定义引用了自身`,
            en: `${name} is defined by itself`,
          },
        ]
      : [],
  );
}
