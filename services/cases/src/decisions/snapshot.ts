import type { CaseSnapshot, SnapshotAccount, SnapshotPerson, StepRecord } from '@arrears/treatment';
import type { AccountRow } from '../accounts/account.store.js';
import type { Agreement } from '../agreements/agreement.js';
import type { AgreementCalendar } from '../agreements/agreement-calendar.js';
import { standingOf } from '../cases/facts.js';
import type { CaseRow, HoldRow, StoredPoint } from '../cases/case.store.js';
import type { Gathered, StepRow } from './snapshot.store.js';

const iso = (instant: string | Date): string => new Date(instant).toISOString();
export const effectKeyOf = (step: { case_id: string; step: string; occurrence: number }): string =>
  `${step.case_id}/${step.step}/${step.occurrence}`;

/** `caseId/step/occurrence` back into its parts; null for a key that is not ours. */
export function readEffectKey(key: string): { caseId: string; step: string; occurrence: number } | null {
  const match = /^([0-9a-f-]{36})\/(.+)\/(\d+)$/.exec(key);
  if (match === null) return null;
  const [, caseId = '', step = '', occurrence = ''] = match;
  return { caseId, step, occurrence: Number(occurrence) };
}

/**
 * What the planner may see. `knownAt` is the case's last change and amounts are those of the business date, so a case that
 * merely wakes gives the same content again and its snapshot is stored once.
 */
export function snapshotOf(
  row: CaseRow,
  gathered: Gathered,
  of: { agreement: Agreement; calendar: AgreementCalendar; now: number; changedAt: string },
): CaseSnapshot {
  const { agreement, calendar, now } = of;
  const businessDate = calendar.businessDate(now);
  const openedOn = calendar.businessDate(row.opened_at.getTime());
  const snapshot = {
    shape: 1,
    caseId: row.case_id,
    caseSeq: row.case_seq,
    agreementId: row.agreement_id,
    clientZone: agreement.timeZone,
    finalityBusinessDays: agreement.finalityBusinessDays,
    knownAt: of.changedAt,
    openedOn,
    continues: row.continues,
    stage: row.stage,
    level: row.level,
    cycle: { no: 1, startedOn: openedOn },
    keyMonitored: false,
    clientWishes: [],
    persons: gathered.persons.map(person),
    accounts: gathered.accounts.map((account) => accountOf(account, businessDate)),
    holds: gathered.holds.map(hold),
    promises: [],
    plans: plans(gathered, { businessDate, now }),
    approvals: [],
    instructions: [],
    matters: [],
    placements: [],
    steps: gathered.steps.map(stepRecord),
    denials: gathered.denials.map((one) => ({ ...one, until: one.until === 'never' ? 'never' : iso(one.until) })),
    counters: [],
    proofs: gathered.proofs.map((proof) => ({ ...proof, at: iso(proof.at) })),
    assessments: assessments(gathered.accounts, row),
    callbacks: [],
    questions: [],
  };
  // Ids are branded inside the planner; here they come from our own columns.
  return snapshot as unknown as CaseSnapshot;
}

function accountOf(account: AccountRow, businessDate: string): SnapshotAccount {
  const { currency, attributes, last_payment: last } = account;
  const money = (minor: string | bigint) => ({ minor: minor.toString(), currency });
  const standing = standingOf(account, businessDate);
  const { segment, branch, prior } = attributes;
  const shaped = {
    accountId: account.account_id,
    accountVersion: account.version,
    pin: { policyId: account.policy_id, version: account.policy_version },
    joinedAt: account.joined_at.toISOString(),
    product: account.product,
    status: account.status,
    stage: account.stage,
    earliestUnpaidDue: standing.earliestUnpaidDue,
    missedMinimums: standing.missed,
    class: standing.class,
    principal: money(account.principal),
    interest: money(account.interest),
    fees: money(account.fees),
    overdue: money(standing.overdue),
    secured: attributes.secured ?? false,
    unpaid: account.unpaid.map(({ due, amount }) => ({ due, amount: money(amount) })),
    guarantee: [],
    ...(last === null
      ? {}
      : {
          lastPayment: {
            valueDate: last.valueDate,
            receivedAt: last.receivedAt,
            amount: money(last.amount),
            by: 'debtor',
            final: last.final,
          },
        }),
    ...(prior === undefined ? {} : { imported: { actions: prior.actions, lastAt: prior.lastAt } }),
    attributes: { ...(segment === undefined ? {} : { segment }), ...(branch === undefined ? {} : { branch }) },
  };
  return shaped as unknown as SnapshotAccount;
}

function assessments(accounts: readonly AccountRow[], row: CaseRow): CaseSnapshot['assessments'] {
  const scored = accounts.find((account) => account.status !== 'closed' && account.attributes.score !== undefined);
  if (scored?.attributes.score === undefined) return [];
  return [{ score: scored.attributes.score, at: row.opened_at.toISOString(), by: 'bank' }];
}

const channelsOf: Record<StoredPoint['kind'], readonly string[]> = {
  mobile: ['sms', 'call', 'voiceBot'],
  landline: ['call', 'voiceBot'],
  email: ['email'],
  address: ['letter', 'visit'],
};

function person(of: Gathered['persons'][number]): SnapshotPerson {
  const points = of.points.flatMap(({ id, kind, reserved, valid, optedOut }) =>
    channelsOf[kind].map((channel) => ({ id, channel, reserved, valid, optedOut })),
  );
  const shaped = {
    personId: of.person_id,
    role: of.role,
    accounts: of.accounts,
    zone: of.time_zone,
    language: of.language,
    status: of.status ?? 'normal',
    neverContact: of.never_contact ?? false,
    contactability: contactability(points, of.last_rpc_at),
    ...(of.last_rpc_at === null ? {} : { lastRpcAt: iso(of.last_rpc_at) }),
    points,
    preferred: [],
  };
  return shaped as unknown as SnapshotPerson;
}

function contactability(points: readonly { valid: string }[], lastRpcAt: string | null): string {
  if (!points.some((point) => point.valid !== 'no')) return 'lost';
  return lastRpcAt === null ? 'untested' : 'rpc';
}

function hold(of: HoldRow): CaseSnapshot['holds'][number] {
  const ends = [of.until_at, of.lifted_at]
    .filter((end) => end !== null)
    .map(iso)
    .sort();
  const shaped = {
    id: of.hold_id,
    kind: of.kind,
    effects: of.effects,
    scope: {
      ...(of.accounts === null ? {} : { accounts: of.accounts }),
      ...(of.persons === null ? {} : { persons: of.persons }),
    },
    from: iso(of.from_at),
    ...(ends[0] === undefined ? {} : { until: ends[0] }),
  };
  return shaped as unknown as CaseSnapshot['holds'][number];
}

/**
 * While a hold says that a plan is in force, its instalments are the dates on which the bank's schedule claims next. One
 * plan an account: each has dates of its own.
 */
function plans({ accounts, holds }: Gathered, of: { businessDate: string; now: number }): CaseSnapshot['plans'] {
  const inForce = holds.filter(
    (one) =>
      one.kind === 'plan-in-force' &&
      one.lifted_at === null &&
      Date.parse(one.from_at) <= of.now &&
      (one.until_at === null || of.now < Date.parse(one.until_at)),
  );
  const shaped = accounts
    .filter((account) => account.status !== 'closed')
    .flatMap((account) => {
      const held = inForce.find((one) => one.accounts === null || one.accounts.includes(account.account_id));
      if (held === undefined) return [];
      const { nextDue } = standingOf(account, of.businessDate);
      const common = { id: `${held.hold_id}/${account.account_id}`, covers: [account.account_id], missed: 0 };
      return [{ ...common, state: 'in-force', ...(nextDue === null ? {} : { nextDue }) }];
    });
  return shaped as unknown as CaseSnapshot['plans'];
}

function stepRecord(row: StepRow): StepRecord {
  const shaped = {
    effectKey: effectKeyOf(row),
    step: row.step,
    covers: row.covers,
    ...(row.person_id === null ? {} : { personId: row.person_id }),
    occurrence: row.occurrence,
    plannedAt: iso(row.planned_at),
    ...(row.ended_at === null ? {} : { endedAt: iso(row.ended_at) }),
    ...(row.outcome === null ? {} : { outcome: row.outcome }),
    anchor: row.anchor,
    policyVersion: row.policy_version,
  };
  return shaped as unknown as StepRecord;
}
