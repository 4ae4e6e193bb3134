import type { Database } from '@arrears/persistence';
import type { CaseRow } from '../cases/case.store.js';
import { decisionStore } from '../decisions/decision.store.js';
import { gather } from '../decisions/snapshot.store.js';
import { snapshotOf } from '../decisions/snapshot.js';
import type { Ledger } from '../ledger.js';
import type { GatePreview } from './gate-preview.js';
import { nextOf } from './next.js';
import { nextStore } from './next.store.js';
import { plannedOf, type Planned } from './planned.js';

/** What comes next and what stands in its way, with the gate asked what it would say. */
export async function whatComesNext(database: Database, ledger: Ledger, gate: GatePreview, row: CaseRow) {
  const now = ledger.clock.nowIso();
  const [last, standing] = await Promise.all([
    decisionStore.last(database, row.case_id),
    nextStore.read(database, row.case_id),
  ]);
  const planned = row.status === 'closed' ? [] : await plannedSteps(database, ledger, row, { last, standing, now });
  const asks = planned.flatMap(({ ask }) => ask ?? []);
  const { case_id: caseId, agreement_id: agreementId, debtor_id: debtorId } = row;
  const preview = asks.length === 0 ? null : await gate.ask({ caseId, agreementId, debtorId, asks });
  return nextOf({ row, last, standing, planned, preview, now });
}

async function plannedSteps(
  database: Database,
  ledger: Ledger,
  row: CaseRow,
  of: Pick<Parameters<typeof nextOf>[0], 'last' | 'standing' | 'now'>,
): Promise<Planned[]> {
  const agreement = await ledger.agreement(database, row.agreement_id);
  if (agreement === null) return [];
  const gathered = await gather(database, row.case_id, row.agreement_id, row.continues);
  const calendar = ledger.calendarOf(agreement);
  const changedAt = row.changed_at.toISOString();
  const snapshot = snapshotOf(row, gathered, { agreement, calendar, now: ledger.clock.now(), changedAt });
  const pins = gathered.accounts.filter((account) => account.status !== 'closed');
  const policies = pins.flatMap(
    ({ policy_id: policyId, policy_version: version }) => ledger.policies.get({ policyId, version }) ?? [],
  );
  return plannedOf({ standing: of.standing, decision: of.last?.decision, snapshot, policies, now: of.now });
}
