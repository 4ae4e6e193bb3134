import { randomUUID } from 'node:crypto';
import { measurement, type Benchmark } from '../harness/benchmark.js';
import { openInstallation, type Installation } from '../harness/installation.js';
import { inFlight, rate, until } from '../harness/load.js';
import { plainClient } from '../harness/plain-temporal.js';
import { median, sideBySide, spread } from '../harness/rounds.js';

const rounds = 7;
const withWorker = 3;
const count = 300;

export const intake: Benchmark = {
  name: 'intake',
  title: 'from a record on Kafka to a case whose workflow Temporal has accepted ÷ bare starts of an empty workflow',
  needs: ['servers'],
  timeoutMs: 1_800_000,
  run: async () => {
    const installation = await openInstallation();
    const { client, close } = await plainClient(installation.arrears.temporal);
    try {
      const bare = await installation.start('cases', ['api', 'consumer', 'relay']);
      await installation.agree();
      let next = 0;
      const takeIn = async () => {
        const from = next;
        next += count;
        return takenIn(installation, from);
      };
      const start = () => client.workflow.start('empty', { workflowId: randomUUID(), taskQueue: 'nobody' });
      const measured = await sideBySide(rounds, { ours: takeIn, baseline: () => rate(count, start) });
      await bare.stop();
      // Cases so far stay on the queue that nobody polls; new ones go to another.
      await installation.start('cases', ['consumer', 'relay', 'worker'], { TEMPORAL_QUEUE_SUFFIX: '-at-work' });
      const deciding: number[] = [];
      for (let round = 0; round < withWorker; round++) deciding.push(await takeIn());
      const unit = 'cases/s';
      const note = `${rounds} rounds of ${count} loans, a case each; starts ${inFlight} in flight; ${spread(measured)}`;
      return [
        measurement('intake', { ...measured, unit, goal: { atLeast: 0.5 }, note }),
        measurement('intake, deciding', {
          ours: median(deciding),
          baseline: measured.baseline,
          unit,
          note: 'beside it: while the worker takes the first decision of each case',
        }),
      ];
    } finally {
      await close();
      await installation.close();
    }
  },
};

async function takenIn({ ledger, handOver }: Installation, from: number): Promise<number> {
  const begun = performance.now();
  await handOver(from, count);
  await until('all cases to be started', async () => (await started(ledger)) >= from + count, 300_000);
  return count / ((performance.now() - begun) / 1000);
}

/** Cases that are there and wait for nothing; 0 while some do. Cheap, since it is asked often. */
async function started(ledger: Installation['ledger']): Promise<number> {
  const [row] = await ledger.query<{ cases: string; waiting: boolean }>(`
    SELECT (SELECT count(*) FROM cases) AS cases,
           EXISTS (SELECT 1 FROM outbox WHERE destination = 'temporal' AND published_at IS NULL) AS waiting`);
  return row?.waiting === false ? Number(row.cases) : 0;
}
