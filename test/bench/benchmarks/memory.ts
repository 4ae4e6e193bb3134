import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { caseWorkflowId, collectionCase } from '@arrears/contracts/activities';
import { createClient, queueName } from '@arrears/temporal';
import { testRing } from '@arrears/collection-case/testing';
import { measurement, type Benchmark } from '../harness/benchmark.js';
import { forEachInFlight } from '../harness/load.js';
import { plainClient } from '../harness/plain-temporal.js';
import { sideBySide, spread } from '../harness/rounds.js';
import { servers } from '../harness/servers.js';

const rounds = 3;
const cached = 500;
/** Before the first reading: what the first workflows bring along once (contexts, buffers) is no cost of a case. */
const warmUp = 50;

export interface MemoryRequest {
  kind: 'case' | 'sleeper';
  suffix: string;
}
/** `at`: so many workflows are cached and idle. */
export interface MemoryReading {
  at: number;
  rssBytes: number;
}

export const memory: Benchmark = {
  name: 'memory',
  title: 'memory of a cached case ÷ a cached workflow that sleeps',
  needs: ['servers'],
  timeoutMs: 600_000,
  run: async () => {
    const measured = await sideBySide(
      rounds,
      { ours: () => bytesEach('case'), baseline: () => bytesEach('sleeper') },
      { warmUp: false }, // Each reading is taken in a fresh process anyway.
    );
    const note = `${cached} cached, a process each, memory collected; ${rounds} rounds; ${spread(measured)}`;
    const [ours, baseline] = [measured.ours / 1024, measured.baseline / 1024];
    return [measurement('memory', { ours, baseline, unit: 'KiB/workflow', goal: { atMost: 1.3 }, note })];
  },
};

async function bytesEach(kind: MemoryRequest['kind']): Promise<number> {
  const suffix = `-${randomUUID()}`;
  const child = fork(fileURLToPath(new URL('../harness/cached-workflows.js', import.meta.url)), [], {
    execArgv: ['--expose-gc'],
  });
  try {
    const ready = answer<{ ready: true }>(child);
    child.send({ kind, suffix } satisfies MemoryRequest);
    await ready;
    const before = await fillTo(child, kind, suffix, warmUp);
    const after = await fillTo(child, kind, suffix, warmUp + cached);
    return (after - before) / cached;
  } finally {
    child.kill('SIGKILL');
  }
}

/** The clients are in this process: the other one holds a worker and nothing else. */
async function fillTo(child: ReturnType<typeof fork>, kind: string, suffix: string, target: number): Promise<number> {
  const { temporal } = servers();
  const count = target === warmUp ? warmUp : cached;
  const { client, close } = kind === 'case' ? await createClient(temporal, testRing) : await plainClient(temporal);
  await forEachInFlight(count, async () => {
    const caseId = randomUUID();
    const [type, args] = kind === 'case' ? [collectionCase.workflowType, [{ caseId }]] : ['sleeper', []];
    await client.workflow.start(type, {
      workflowId: caseWorkflowId(caseId),
      taskQueue: queueName('cases', suffix),
      args,
    });
  });
  await close();
  const reading = answer<MemoryReading>(child);
  child.send({ readAt: target });
  return (await reading).rssBytes;
}

function answer<T>(child: ReturnType<typeof fork>): Promise<T> {
  return new Promise((done, failed) => {
    child.once('message', (message) => done(message as T));
    child.once('exit', (code) => failed(new Error(`the process with the cached workflows ended with ${code}`)));
  });
}
