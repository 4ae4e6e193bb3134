import { setTimeout as delay } from 'node:timers/promises';
import { bundleCollectionCase, startCaseWorkers } from '@arrears/collection-case/testing';
import { installRuntime, queueName } from '@arrears/temporal';
import type { MemoryReading, MemoryRequest } from '../benchmarks/memory.js';
import { collectGarbage } from './collect-garbage.js';
import { until } from './load.js';
import { bundlePlain, startPlainWorker } from './plain-temporal.js';
import { openQuickCases } from './quick-cases.js';
import { servers } from './servers.js';

/** A process with one worker and its cache: says what it weighs when so many workflows are in it. */
const room = 1_000;

process.on('message', (message: MemoryRequest | { readAt: number }) => {
  void ('kind' in message ? begin(message) : read(message.readAt));
});

/** How many workflows have come to rest: decided, sent and waiting, or asleep. */
let atRest: () => number = () => 0;

async function begin({ kind, suffix }: MemoryRequest): Promise<void> {
  installRuntime({ level: 'ERROR' });
  const { temporal } = servers();
  if (kind === 'case') {
    const quick = openQuickCases();
    const workflowBundle = await bundleCollectionCase();
    const limits = { maxCachedWorkflows: room };
    await startCaseWorkers({ temporal, suffix, workflowBundle, activities: quick.activities, limits });
    atRest = quick.count;
  } else {
    const workflowBundle = await bundlePlain();
    const choice = { workflowBundle, maxCachedWorkflows: room };
    const { worker } = await startPlainWorker(temporal, queueName('cases', suffix), choice);
    atRest = () => worker.getStatus().numCachedWorkflows;
  }
  process.send?.({ ready: true });
}

async function read(count: number): Promise<void> {
  await until(`${count} workflows at rest`, () => atRest() >= count);
  // The last tasks are still on their way back to the server.
  await delay(2_000);
  for (let pass = 0; pass < 3; pass++) {
    await collectGarbage();
    await delay(100);
  }
  process.send?.({ at: count, rssBytes: process.memoryUsage().rss } satisfies MemoryReading);
}
