import type { Tx } from '@arrears/persistence';
import {
  compilePolicy,
  diffPolicies,
  plan,
  policySet,
  stepsWithoutPlace,
  type CaseSnapshot,
  type CollectionPolicy,
  type PolicySet,
} from '@arrears/treatment';
import { caseReads } from '../cases/case.reads.js';
import { snapshotOf } from '../decisions/snapshot.js';
import { gather } from '../decisions/snapshot.store.js';
import type { Ledger } from '../ledger.js';
import { needsMapping, stepTally, type MoveFilter } from './move.js';
import { moveStore, type Whose } from './move.store.js';

/** Cases that are planned twice for the preview; more would keep the asker waiting. */
const mostPlanned = 10_000;
const pageSize = 500;
const nobody = '00000000-0000-0000-0000-000000000000';

export interface Sorted {
  move: string[];
  lost: { caseId: string; steps: string[] }[];
  total: number;
}

/** Which cases would go, and which can't: the same question for a preview and for a request. */
export async function sortCases(tx: Tx, whose: Whose, target: CollectionPolicy, filter: MoveFilter): Promise<Sorted> {
  const sorted: Sorted = { move: [], lost: [], total: await moveStore.total(tx, whose) };
  const most = filter.atMost ?? Infinity;
  for (let after = nobody; ;) {
    const page = await moveStore.candidates(tx, whose, filter, after, pageSize);
    for (const { case_id: caseId, records } of page) {
      if (sorted.move.length >= most) return sorted;
      const steps = stepsWithoutPlace(target, records);
      if (steps.length > 0) sorted.lost.push({ caseId, steps });
      else sorted.move.push(caseId);
    }
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return sorted;
    after = last.case_id;
  }
}

/** What a move would do, with nothing changed: who goes, who stays, who needs a mapping, and what would be done otherwise. */
export async function previewMove(
  tx: Tx,
  ledger: Ledger,
  of: { whose: Whose; from: CollectionPolicy; to: CollectionPolicy; filter: MoveFilter },
) {
  const { whose, from, to, filter } = of;
  // A version that is not published yet is planned with as if it were.
  const set: PolicySet = new Map([...ledger.policies.set, ...policySet([compilePolicy(to)])]);
  const { move, lost, total } = await sortCases(tx, whose, to, filter);
  const tally = stepTally();
  for (const caseId of move.slice(0, mostPlanned)) await planTwice(tx, ledger, caseId, { from, to, set }, tally);
  return {
    policyId: to.id,
    from: from.version,
    to: to.version,
    dryRun: true,
    total,
    move: move.length,
    stay: total - move.length - lost.length,
    needsMapping: lost.length,
    reasons: needsMapping(lost),
    policy: diffPolicies(from, to),
    differences: tally.result(),
  };
}

async function planTwice(
  tx: Tx,
  ledger: Ledger,
  caseId: string,
  versions: { from: CollectionPolicy; to: CollectionPolicy; set: PolicySet },
  tally: ReturnType<typeof stepTally>,
): Promise<void> {
  const row = await caseReads.find(tx, caseId);
  const agreement = row === null ? null : await ledger.agreement(tx, row.agreement_id);
  if (row === null || agreement === null) return;
  const gathered = await gather(tx, caseId, row.agreement_id, row.continues);
  const calendar = ledger.calendarOf(agreement);
  const now = ledger.clock.now();
  const before = snapshotOf(row, gathered, { agreement, calendar, now, changedAt: row.changed_at.toISOString() });
  const decide = (snapshot: CaseSnapshot) =>
    plan(snapshot, versions.set, calendar.port, ledger.clock.nowIso(), 'preview');
  tally.add(decide(before), decide(repinned(before, versions)));
}

const repinned = (
  snapshot: CaseSnapshot,
  { from, to }: { from: CollectionPolicy; to: CollectionPolicy },
): CaseSnapshot => ({
  ...snapshot,
  accounts: snapshot.accounts.map((account) =>
    account.status !== 'closed' && account.pin.policyId === from.id && account.pin.version === from.version
      ? { ...account, pin: { policyId: to.id, version: to.version } }
      : account,
  ),
});
