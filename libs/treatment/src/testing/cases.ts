import { calendars } from '@arrears/calendar';
import { capabilities } from '../capabilities.js';
import { type CompiledPolicy, compilePolicy, type PolicySet, policySet } from '../compile.js';
import { exampleSnapshot } from '../load/examples.js';
import { loadPolicy } from '../load/load-policy.js';
import { planCalendars } from '../plan/calendars.js';
import { plan } from '../plan/planner.js';
import type { AccountId, StepId } from '../shapes/base.js';
import type { Decision, Effect } from '../shapes/decision.js';
import type { CollectionPolicy } from '../shapes/policy.js';
import type { CaseSnapshot, PartialSnapshot, StepRecord } from '../shapes/snapshot.js';

/** For tests: synthetic cases under a policy, and a clock that plays a case from wake to wake. */
export const calendar = planCalendars({ client: calendars['cn'] as NonNullable<(typeof calendars)[string]> });

export const cny = (yuan: number): { minor: string; currency: string } => ({
  minor: String(Math.round(yuan * 100)),
  currency: 'CNY',
});
export const id = <T extends string>(text: string): T => text as T;
/** 10:00 in Shanghai */
export const at = (date: string, time = '10:00'): string => new Date(`${date}T${time}:00+08:00`).toISOString();

export interface Bench {
  policy: CollectionPolicy;
  compiled: CompiledPolicy;
  set: PolicySet;
  snapshot(given: PartialSnapshot, when: string): CaseSnapshot;
  decide(given: PartialSnapshot, when: string): Decision;
}

export function bench(policy: CollectionPolicy): Bench {
  const compiled = compilePolicy(policy);
  const set = policySet([compiled]);
  const snapshot = (given: PartialSnapshot, when: string): CaseSnapshot => exampleSnapshot(policy, given, when);
  return {
    policy,
    compiled,
    set,
    snapshot,
    decide: (given, when) => plan(snapshot(given, when), set, calendar, when, 'hash'),
  };
}

/** The record that a performed effect leaves. */
export function record(effect: Effect, endedAt?: string, outcome?: string): StepRecord {
  const { effectKey, step, covers, occurrence, anchor, policyVersion } = effect;
  const past: StepRecord = { effectKey, step, covers, occurrence, anchor, policyVersion, plannedAt: effect.notBefore };
  if ('personId' in effect) past.personId = effect.personId;
  if (endedAt !== undefined) past.endedAt = endedAt;
  if (outcome !== undefined) past.outcome = outcome;
  return past;
}

export interface Played {
  decisions: { at: string; decision: Decision; snapshot: CaseSnapshot }[];
  effects: (Effect & { at: string })[];
  end: CaseSnapshot;
}

export interface Script {
  until: string;
  /** what comes of an effect; undefined leaves it open */
  outcome?: (effect: Effect, at: string) => string | undefined;
  /** changes of the case, each a reason to wake */
  events?: { at: string; change: (snapshot: CaseSnapshot) => void }[];
}

/** Plays a case from decision to decision as the workflow would: at every wake and every event. */
export function play({ set }: Bench, start: CaseSnapshot, from: string, script: Script): Played {
  const snapshot = structuredClone(start);
  const events = [...(script.events ?? [])].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const played: Played = { decisions: [], effects: [], end: snapshot };
  let now: string | null = from;
  while (now !== null && Date.parse(now) <= Date.parse(script.until)) {
    while (events[0] !== undefined && Date.parse(events[0].at) <= Date.parse(now)) events.shift()?.change(snapshot);
    const decision: Decision = plan(snapshot, set, calendar, now, 'hash');
    played.decisions.push({ at: now, decision, snapshot: structuredClone(snapshot) });
    if (played.decisions.length > 2_000) throw new Error('the case never comes to rest');
    apply(snapshot, decision, now, script, played);
    if (decision.closeCase) break;
    // What came of an effect is news as well, and wakes the case.
    const answered = snapshot.steps.some((one) => one.endedAt === now) ? [Date.parse(now) + 60_000] : [];
    const next: number[] = answered.concat(
      [decision.wakeAt, events[0]?.at].flatMap((one) => (one === undefined || one === null ? [] : [Date.parse(one)])),
    );
    now = next.length === 0 ? null : new Date(Math.min(...next)).toISOString();
  }
  return played;
}

function apply(snapshot: CaseSnapshot, decision: Decision, now: string, script: Script, played: Played): void {
  snapshot.caseSeq += 1;
  snapshot.stage = decision.move.stage;
  snapshot.level = decision.move.level;
  for (const effect of decision.effects) {
    played.effects.push({ ...effect, at: now });
    const outcome = script.outcome === undefined ? 'delivered' : script.outcome(effect, now);
    snapshot.steps.push({ ...record(effect, outcome === undefined ? undefined : now, outcome), plannedAt: now });
  }
  for (const { effectKey } of decision.cancel) {
    const past = snapshot.steps.find((one) => one.effectKey === effectKey && one.endedAt === undefined);
    if (past !== undefined) Object.assign(past, { endedAt: now, outcome: 'cancelled' });
  }
  for (const { accountId } of decision.exits) {
    const account = snapshot.accounts.find((one) => one.accountId === accountId);
    if (account !== undefined) account.status = 'closed';
  }
}

/** The account is paid up; the bank says at once whether the money is final. */
export const paid = (snapshot: CaseSnapshot, date: string, final: boolean, which?: string): void => {
  for (const account of snapshot.accounts) {
    if (which !== undefined && account.accountId !== which) continue;
    account.lastPayment = { valueDate: date, amount: account.overdue, by: 'debtor', final };
    account.overdue = { ...account.overdue, minor: '0' };
    account.earliestUnpaidDue = null;
    account.unpaid = [];
    account.status = final ? 'open' : 'cured';
  }
};

export const steps = (effects: readonly Effect[]): string[] => effects.map((effect) => effect.step);
export const account = (text: string): AccountId => text as AccountId;
export const step = (text: string): StepId => text as StepId;

/** What this build offers to policies. */
export const build = { ...capabilities, calendars: calendar };

/** A shipped policy, from its text; the tests fail with its problems when it does not load. */
export function shipped(text: string): Bench {
  const loaded = loadPolicy(text, 'shipped.yaml', build);
  if (!loaded.ok)
    throw new Error(loaded.problems.map((problem) => `${problem.line}: ${problem.message.en}`).join('\n'));
  return bench(loaded.policy);
}
