import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import {
  buildIdOf,
  bundleWorkflows,
  createClient,
  createWorker,
  replay,
  temporalDestination,
  UpdateRejected,
  type CodecKeyRing,
  type RunningWorker,
  type TemporalClient,
} from './index.js';
import { devServer } from './testing/index.js';

const secret = 'synthetic +886900000001';
const ring: CodecKeyRing = { active: 'k1', keys: new Map([['k1', new Uint8Array(32).fill(1)]]) };
const rotated: CodecKeyRing = { active: 'k2', keys: new Map([...ring.keys, ['k2', new Uint8Array(32).fill(2)]]) };
const taskQueue = `echo-${randomUUID()}`;
const activities = {
  say: async (text: string) => `heard ${text}`,
  fail: async (text: string) => {
    throw ApplicationFailure.nonRetryable(`could not say ${text}`);
  },
};

describe('client, worker and destination on a real server', () => {
  let temporal: TemporalClient;
  let worker: RunningWorker;
  let workflowBundle: { code: string };
  const start = (id: string) => ({
    workflowType: 'echo',
    taskQueue,
    args: [secret],
    searchAttributes: { Branch: id.slice(0, 8) },
  });

  beforeAll(async () => {
    workflowBundle = await bundleWorkflows({
      workflowsPath: fileURLToPath(new URL('./testing/workflows/echo.ts', import.meta.url)),
    });
    temporal = await createClient(devServer(), ring);
    worker = await createWorker({ temporal: devServer(), ring, taskQueue, activities, workflowBundle });
  }, 60_000);
  afterAll(async () => {
    await worker.stop();
    await temporal.close();
  });

  it('leaves no clear text in a history: arguments, results, markers, updates, failures', async () => {
    const id = randomUUID();
    const destination = temporalDestination(temporal.client);
    await destination.start(id, start(id));
    await destination.update(id, { update: 'add', updateId: 'u1', args: [secret] });
    await destination.signal(id, { signal: 'facts', upTo: 1 });
    const handle = temporal.client.workflow.getHandle(id);
    expect(await handle.result()).toEqual([`heard ${secret}`, `heard ${secret}`, secret]);
    const history = await handle.fetchHistory();
    expect(history.events?.some((event) => event.activityTaskFailedEventAttributes)).toBe(true);
    const seen = textsOf(history);
    expect(seen).toContain('binary/encrypted');
    expect(seen).not.toContain('886900000001');
    expect(seen).not.toContain('could not say');
  }, 30_000);

  it('answers a start, a signal, an update and a cancel by where the workflow stands', async () => {
    const id = randomUUID();
    const destination = temporalDestination(temporal.client);
    const never = randomUUID();
    expect(await destination.signal(never, { signal: 'facts', upTo: 1 })).toBe('not-found');
    expect(await destination.update(never, { update: 'add', updateId: 'u', args: ['x'] })).toBe('not-found');
    expect(await destination.cancel(never)).toBe('not-found');

    expect(await Promise.all([1, 2, 3].map(() => destination.start(id, start(id))))).toEqual(['done', 'done', 'done']);
    expect(await destination.update(id, { update: 'add', updateId: 'u1', args: ['one'] })).toBe('done');
    expect(await destination.update(id, { update: 'add', updateId: 'u1', args: ['one'] })).toBe('done');
    await expect(destination.update(id, { update: 'add', updateId: 'u2', args: [''] })).rejects.toThrow(UpdateRejected);
    expect(await destination.signal(id, { signal: 'facts', upTo: 1 })).toBe('done');
    expect(await temporal.client.workflow.getHandle(id).result()).toHaveLength(3);

    expect(await destination.start(id, start(id))).toBe('already-completed');
    expect(await destination.signal(id, { signal: 'facts', upTo: 2 })).toBe('already-completed');
    expect(await destination.update(id, { update: 'add', updateId: 'u3', args: ['late'] })).toBe('already-completed');
    expect(await destination.update(id, { update: 'add', updateId: 'u1', args: ['one'] })).toBe('done');
    // The server takes a cancel of a closed workflow for granted.
    expect(await destination.cancel(id)).toBe('done');
  }, 30_000);

  it('gives up at its deadline when nobody works, and the same update is answered later', async () => {
    const id = randomUUID();
    const idle = `idle-${id}`;
    const destination = temporalDestination(temporal.client, { deadlineMs: 1_000 });
    await destination.start(id, { ...start(id), taskQueue: idle });
    const command = { update: 'add', updateId: 'u1', args: ['x'] };
    await expect(destination.update(id, command)).rejects.toThrow();
    const late = await createWorker({ temporal: devServer(), ring, taskQueue: idle, activities, workflowBundle });
    try {
      expect(await temporalDestination(temporal.client).update(id, command)).toBe('done');
    } finally {
      await late.stop();
    }
  }, 30_000);

  it('a rotated ring goes on with what an older key began; a ring without the key is told so', async () => {
    const id = randomUUID();
    await temporalDestination(temporal.client).start(id, start(id));
    const handle = temporal.client.workflow.getHandle(id);
    await temporalDestination(temporal.client).update(id, { update: 'add', updateId: 'u1', args: ['old'] });
    const fresh = await createClient(devServer(), rotated);
    const stranger = await createClient(devServer(), {
      active: 'k3',
      keys: new Map([['k3', new Uint8Array(32).fill(3)]]),
    });
    try {
      await temporalDestination(temporal.client).signal(id, { signal: 'facts', upTo: 1 });
      await handle.result();
      expect(await fresh.client.workflow.getHandle(id).result()).toContain('old');
      await expect(stranger.client.workflow.getHandle(id).result()).rejects.toThrow('key "k1" is not in the ring');
      const history = await handle.fetchHistory();
      await replay({ workflowId: id, history }, { ring: rotated, workflowBundle });
    } finally {
      await fresh.close();
      await stranger.close();
    }
  }, 30_000);

  it('names its code by a hash that does not depend on the machine, and stops once however often it is told', async () => {
    const own = await createWorker({ temporal: devServer(), ring, taskQueue: `own-${randomUUID()}`, workflowBundle });
    expect(own.buildId).toBe(buildIdOf(workflowBundle.code));
    expect(own.buildId).toMatch(/^[0-9a-f]{12}$/);
    expect(own.state()).toBe('RUNNING');
    await Promise.all([own.stop(), own.stop()]);
    expect(own.state()).toBe('STOPPED');
    await own.done;
  }, 30_000);

  it('says so when the server is not there', async () => {
    const nowhere = { address: '127.0.0.1:1', namespace: 'default' };
    await expect(createWorker({ temporal: nowhere, ring, taskQueue: 'x', activities })).rejects.toThrow();
    await expect(createClient(nowhere, ring, { connectTimeoutMs: 300 })).rejects.toThrow();
  }, 30_000);
});

/** Everything in a history that can be read without a key. */
function textsOf(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([name, part]) => `${name} ${textsOf(part)}`)
    .join('\n');
}
