import { type CompiledPolicy, policySet } from '../compile.js';
import type { AccountId, CaseId, EffectKey, PersonId } from '../shapes/base.js';
import type { CollectionPolicy, Example } from '../shapes/policy.js';
import type { CaseSnapshot, PartialSnapshot, SnapshotAccount, SnapshotPerson, StepRecord } from '../shapes/snapshot.js';
import type { Calendars } from '../plan/calendars.js';
import { plan } from '../plan/planner.js';
import type { Finding } from './problem.js';

const CHANNELS_OF_A_DEBTOR = ['sms', 'call', 'letter', 'visit', 'email'] as const;

/** Fills what an example leaves out: one account of the policy's first product, one debtor reachable on every channel. */
export function exampleSnapshot(policy: CollectionPolicy, given: PartialSnapshot, at: string): CaseSnapshot {
  const openedOn = given.openedOn ?? at.slice(0, 10);
  const accounts = (given.accounts ?? [{}]).map((one, i) => exampleAccount(policy, one, i, openedOn));
  const all = accounts.map((account) => account.accountId);
  const persons = (given.persons ?? [{}]).map((one, i) => examplePerson(one, i, all));
  return {
    shape: 1,
    caseSeq: 1,
    agreementId: 'example',
    clientZone: 'Asia/Shanghai',
    knownAt: at,
    continues: [],
    stage: 'reminder',
    level: 'normal',
    cycle: { no: 1, startedOn: openedOn },
    keyMonitored: false,
    clientWishes: [],
    promises: [],
    plans: [],
    approvals: [],
    instructions: [],
    matters: [],
    placements: [],
    denials: [],
    counters: [],
    proofs: [],
    assessments: [],
    callbacks: [],
    questions: [],
    ...given,
    caseId: 'example' as CaseId,
    openedOn,
    accounts,
    persons,
    steps: (given.steps ?? []).map((one, i) => exampleRecord(policy, one, i, all, openedOn)),
    holds: (given.holds ?? []).map((one, i) => ({
      id: `hold-${i + 1}`,
      kind: 'dispute',
      effects: ['contact'],
      scope: {},
      from: at,
      ...one,
    })),
  };
}

function exampleAccount(
  policy: CollectionPolicy,
  given: Partial<SnapshotAccount>,
  i: number,
  openedOn: string,
): SnapshotAccount {
  const { currency } = policy.entry.minOverdue;
  const none = { minor: '0', currency };
  return {
    accountId: `account-${i + 1}` as AccountId,
    accountVersion: 1,
    joinedAt: `${openedOn}T00:00:00.000Z`,
    product: policy.selection.products?.[0] ?? 'consumer-loan',
    status: 'open',
    stage: 'reminder',
    earliestUnpaidDue: null,
    missedMinimums: 1,
    class: 'special-mention',
    principal: { minor: '100000', currency },
    interest: none,
    fees: none,
    overdue: { minor: '100000', currency },
    secured: false,
    unpaid: [],
    guarantee: [],
    ...given,
    pin: { policyId: policy.id, version: policy.version },
  };
}

function examplePerson(given: Partial<SnapshotPerson>, i: number, accounts: AccountId[]): SnapshotPerson {
  const personId = given.personId ?? (`person-${i + 1}` as PersonId);
  return {
    personId,
    role: 'debtor',
    accounts,
    zone: 'Asia/Shanghai',
    language: 'zh-CN',
    status: 'normal',
    neverContact: false,
    contactability: 'untested',
    points: CHANNELS_OF_A_DEBTOR.map((channel) => ({
      id: `${personId}-${channel}`,
      channel,
      reserved: true,
      valid: 'yes',
      optedOut: [],
    })),
    preferred: [],
    ...given,
  };
}

function exampleRecord(
  policy: CollectionPolicy,
  given: Partial<StepRecord>,
  i: number,
  accounts: AccountId[],
  openedOn: string,
): StepRecord {
  const step = given.step ?? policy.steps[0]?.id ?? ('' as StepRecord['step']);
  const occurrence = given.occurrence ?? 1;
  return {
    effectKey: `example/${step}/${occurrence}` as EffectKey,
    step,
    covers: accounts,
    occurrence,
    plannedAt: `${openedOn}T00:00:0${i % 10}.000Z`,
    anchor: openedOn,
    policyVersion: policy.version,
    ...given,
  };
}

/** Runs every example of a policy through the planner. */
export function runExamples(compiled: CompiledPolicy, calendars: Calendars): Finding[] {
  return compiled.policy.examples.flatMap((example, i) => {
    const wrong = runExample(compiled, example, calendars);
    return wrong === null
      ? []
      : [
          {
            path: ['examples', i],
            code: 'EXAMPLE' as const,
            zh: `示例“${example.name}”不成立：${wrong.zh}`,
            en: `Example "${example.name}" fails: ${wrong.en}`,
          },
        ];
  });
}

function runExample(
  compiled: CompiledPolicy,
  example: Example,
  calendars: Calendars,
): { zh: string; en: string } | null {
  try {
    const snapshot = exampleSnapshot(compiled.policy, example.given, example.at);
    const decision = plan(snapshot, policySet([compiled]), calendars, example.at, 'example');
    const got = decision.effects.map((effect) => effect.step);
    const wanted = example.expect.effects.map((effect) => effect.step);
    if (String(got) !== String(wanted)) {
      return {
        zh: `期望 [${wanted.join('、')}]，实际 [${got.join('、')}]`,
        en: `expected [${wanted.join(', ')}], planned [${got.join(', ')}]`,
      };
    }
    for (const [i, { covers }] of example.expect.effects.entries()) {
      const covered = decision.effects[i]?.covers ?? [];
      if (covers !== undefined && String([...covers].sort()) !== String([...covered].sort())) {
        return {
          zh: `${String(wanted[i])} 覆盖 [${covered.join('、')}]`,
          en: `${String(wanted[i])} covers [${covered.join(', ')}]`,
        };
      }
    }
    const { next } = example.expect;
    if (next === undefined || (decision.wakeAt !== null && Date.parse(next) === Date.parse(decision.wakeAt)))
      return null;
    return { zh: `下次为 ${decision.wakeAt ?? '无'}`, en: `wakes at ${decision.wakeAt ?? 'never'}` };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return { zh: `无法执行：${said}`, en: `it can't be run: ${said}` };
  }
}
