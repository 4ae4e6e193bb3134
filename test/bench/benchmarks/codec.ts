import { randomUUID } from 'node:crypto';
import { bundleCollectionCase } from '@arrears/collection-case/testing';
import { measurement, type Benchmark } from '../harness/benchmark.js';
import { caseStack, caseStackWithoutCodec } from '../harness/case-workers.js';
import { caseLifecycles } from '../harness/live-through.js';
import { inFlight } from '../harness/load.js';
import { openQuickCases } from '../harness/quick-cases.js';
import { sideBySide, spread } from '../harness/rounds.js';
import { servers } from '../harness/servers.js';

const rounds = 7;
const cases = 160;

export const codec: Benchmark = {
  name: 'codec',
  title: 'case lifecycles with payloads encrypted ÷ in clear',
  needs: ['servers'],
  timeoutMs: 600_000,
  run: async () => {
    const { temporal } = servers();
    const workflowBundle = await bundleCollectionCase();
    const quick = openQuickCases();
    const request = () => ({ temporal, suffix: `-${randomUUID()}`, workflowBundle, activities: quick.activities });
    const on = await caseStack(request());
    const off = await caseStackWithoutCodec(request());
    try {
      const measured = await sideBySide(rounds, {
        ours: () => caseLifecycles(on, quick, cases),
        baseline: () => caseLifecycles(off, quick, cases),
      });
      const note = `${rounds} rounds of ${cases} cases, ${inFlight} in flight; ${spread(measured)}`;
      return [measurement('codec', { ...measured, unit: 'lifecycles/s', goal: { atLeast: 0.85 }, note })];
    } finally {
      await on.stop();
      await off.stop();
    }
  },
};
