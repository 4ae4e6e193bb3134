import { randomUUID } from 'node:crypto';
import { bundleCollectionCase } from '@arrears/collection-case/testing';
import { measurement, type Benchmark } from '../harness/benchmark.js';
import { caseStack } from '../harness/case-workers.js';
import { caseLifecycles, emptyLifecycles, nudgedLifecycles } from '../harness/live-through.js';
import { inFlight } from '../harness/load.js';
import { bundlePlain, plainClient, startPlainWorker } from '../harness/plain-temporal.js';
import { openQuickCases } from '../harness/quick-cases.js';
import { median, sideBySide, spread } from '../harness/rounds.js';
import { servers } from '../harness/servers.js';

const rounds = 5;
const count = 200;

export const lifecycles: Benchmark = {
  name: 'lifecycles',
  title: 'whole lives of cases a second, activities that return at once ÷ empty workflows that take one signal',
  needs: ['servers'],
  timeoutMs: 600_000,
  run: async () => {
    const { temporal } = servers();
    const quick = openQuickCases();
    const workflowBundle = await bundleCollectionCase();
    const ours = await caseStack({
      temporal,
      suffix: `-${randomUUID()}`,
      workflowBundle,
      activities: quick.activities,
    });
    const taskQueue = `plain-${randomUUID()}`;
    const plain = await startPlainWorker(temporal, taskQueue, { workflowBundle: await bundlePlain() });
    const { client, close } = await plainClient(temporal);
    const bare: number[] = [];
    try {
      const measured = await sideBySide(rounds, {
        ours: () => caseLifecycles(ours, quick, count),
        baseline: async (round) => {
          if (round > 0) bare.push(await emptyLifecycles(client, taskQueue, count));
          return nudgedLifecycles(client, taskQueue, count);
        },
      });
      const unit = 'lifecycles/s';
      const note = `${rounds} rounds of ${count}, ${inFlight} in flight; ${spread(measured)}`;
      return [
        measurement('lifecycles', { ...measured, unit, goal: { atLeast: 0.5 }, note }),
        measurement('lifecycles, no signal', {
          ours: measured.ours,
          baseline: median(bare),
          unit,
          note: 'beside it: the same cases against workflows that only start and return',
        }),
      ];
    } finally {
      await ours.stop();
      await plain.stop();
      await close();
    }
  },
};
