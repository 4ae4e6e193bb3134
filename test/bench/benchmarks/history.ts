import { bundleCollectionCase, curedOnDay3, play, standardScript, testRing } from '@arrears/collection-case/testing';
import { openTimeSkipping } from '@arrears/temporal/testing';
import { measurement, type Benchmark } from '../harness/benchmark.js';
import { naiveLiteEvents } from '../harness/naive-lite-events.js';

/** Counted, not timed: the server that skips time gives the same events each run, so once is enough. */
export const history: Benchmark = {
  name: 'history',
  title: 'history events of a case over 120 days ÷ the same life written naively',
  needs: ['time-skipping'],
  timeoutMs: 180_000,
  run: async () => {
    const env = await openTimeSkipping(testRing);
    try {
      const workflowBundle = await bundleCollectionCase();
      const ours = (await play(env, standardScript, { caseId: 'bench-standard', workflowBundle })).events;
      const cured = (await play(env, curedOnDay3, { caseId: 'bench-cured', workflowBundle })).events;
      const baseline = await naiveLiteEvents(env);
      const unit = 'events';
      const note = 'standard script: 12 steps, 3 payments, 4 commands, 6 stages';
      return [
        measurement('history', { ours, baseline, unit, goal: { atMost: 0.25 }, note }),
        measurement('history, 120 days', { ours, unit, goal: { atMost: 220 } }),
        measurement('history, cured on day 3', { ours: cured, unit, goal: { atMost: 45 } }),
      ];
    } finally {
      await env.teardown();
    }
  },
};
