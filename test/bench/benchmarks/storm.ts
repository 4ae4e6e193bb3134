import { randomUUID } from 'node:crypto';
import { collectionCase, type CaseId } from '@arrears/contracts';
import { caseWorkflowId } from '@arrears/contracts/activities';
import type { CaseView } from '@arrears/collection-case';
import { createClient } from '@arrears/temporal';
import { loadKeyRing } from '@arrears/persistence';
import { measurement, type Benchmark } from '../harness/benchmark.js';
import { openInstallation, owedEach, paymentAmount, type Installation } from '../harness/installation.js';
import { forEachInFlight, inFlight, until } from '../harness/load.js';
import { bundlePlain, plainClient, startPlainWorker } from '../harness/plain-temporal.js';

const cases = 1_000;
const each = 10;

export const storm: Benchmark = {
  name: 'storm',
  title: 'payments that come all at once, booked and decided upon ÷ as many signals to workflows that only count them',
  needs: ['servers'],
  timeoutMs: 2_400_000,
  run: async (say) => {
    const installation = await openInstallation();
    try {
      await installation.start('cases', ['api', 'consumer', 'relay', 'worker']);
      await installation.agree();
      await installation.handOver(0, cases);
      await settled(installation, { payments: 0 });
      const ours = await stormOfPayments(installation);
      say(`${cases * each} payments: ${ours.toFixed(1)} s`);
      await noneLost(installation);
      const baseline = await stormOfSignals(installation);
      const note = `${cases * each} payments on ${cases} cases, worker running, signals ${inFlight} in flight; none lost`;
      return [measurement('storm', { ours, baseline, unit: 's', goal: { atMost: 2 }, note })];
    } finally {
      await installation.close();
    }
  },
};

/** Seconds from the first record to the last decision that a payment led to. */
async function stormOfPayments(installation: Installation): Promise<number> {
  const begun = performance.now();
  await installation.repay(cases, each);
  return ((await settled(installation, { payments: cases * each })) - begun) / 1000;
}

interface Standing {
  cases: string;
  payments: string;
  waiting: string;
  decisions: string;
}

/** Waits until every payment is booked, every signal accepted, and nothing has been decided any more for 3 s. Gives when that was. */
async function settled({ ledger }: Installation, { payments }: { payments: number }): Promise<number> {
  let decisions = '';
  let lastChange = performance.now();
  await until(
    'the storm to be over',
    async () => {
      const [now] = await ledger.query<Standing>(`
        SELECT (SELECT count(*) FROM cases)                                   AS cases,
               (SELECT count(*) FROM loan_facts WHERE kind = 'payment')       AS payments,
               (SELECT count(*) FROM outbox WHERE published_at IS NULL)       AS waiting,
               (SELECT coalesce(sum(decision_no), 0) FROM decisions)          AS decisions`);
      if (!now) return false;
      const done = Number(now.cases) === cases && Number(now.payments) === payments && now.waiting === '0';
      if (!done || now.decisions !== decisions) lastChange = performance.now();
      decisions = now.decisions;
      return done && performance.now() - lastChange > 3_000;
    },
    1_500_000,
  );
  return lastChange;
}

/** Every payment is booked once and every workflow has seen the last change of its case. Throws otherwise. */
async function noneLost({ ledger, arrears }: Installation): Promise<void> {
  const [booked] = await ledger.query<{ payments: string; owed: string; open: string }>(`
    SELECT (SELECT count(DISTINCT (loan_id, fact_id)) FROM loan_facts WHERE kind = 'payment') AS payments,
           (SELECT sum(principal + interest + fees) FROM accounts)                            AS owed,
           (SELECT count(*) FROM inbox WHERE state IN ('pending', 'parked'))                  AS open`);
  const owed = cases * (owedEach - each * paymentAmount);
  if (Number(booked?.payments) !== cases * each || Number(booked?.owed) !== owed || booked?.open !== '0')
    throw new Error(`payments were lost or booked twice: ${JSON.stringify(booked)}, owed should be ${owed}`);
  const rows = await ledger.query<{ case_id: CaseId; case_seq: number }>('SELECT case_id, case_seq FROM cases');
  const { client, close } = await createClient(arrears.temporal, loadKeyRing(arrears.site.secrets.codecKeys));
  const behind: string[] = [];
  await forEachInFlight(rows.length, async (index) => {
    const row = rows[index];
    if (!row) return;
    const view = await client.workflow
      .getHandle(caseWorkflowId(row.case_id))
      .query<CaseView>(collectionCase.stateQuery);
    if (view.upTo < row.case_seq) behind.push(row.case_id);
  });
  await close();
  if (behind.length > 0) throw new Error(`${behind.length} workflows have not seen all payments`);
}

/** Seconds from the first signal to the last workflow that has counted all of its. */
async function stormOfSignals({ arrears }: Installation): Promise<number> {
  const { temporal } = arrears;
  const taskQueue = `plain-${randomUUID()}`;
  const plain = await startPlainWorker(temporal, taskQueue, { workflowBundle: await bundlePlain() });
  const { client, close } = await plainClient(temporal);
  const ids = Array.from({ length: cases }, () => randomUUID());
  const handle = (index: number) => client.workflow.getHandle(ids[index % cases] as string);
  try {
    await forEachInFlight(cases, (index) =>
      client.workflow.start('takesSignals', { workflowId: ids[index] as string, taskQueue, args: [each] }),
    );
    await until('every workflow to wait', () => plain.worker.getStatus().numInFlightWorkflowActivations === 0);
    const begun = performance.now();
    await forEachInFlight(cases * each, (index) => handle(index).signal('nudge'));
    await forEachInFlight(cases, (index) => handle(index).result());
    return (performance.now() - begun) / 1000;
  } finally {
    await plain.stop();
    await close();
  }
}
