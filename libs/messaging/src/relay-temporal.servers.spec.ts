import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createMetrics, silentLogger } from '@arrears/observability';
import { withCause, type Cause } from './cause.js';
import type { KafkaPort } from './kafka-port.js';
import { appendOutbox, type TemporalAction } from './outbox.js';
import { startRelay, type Relay } from './relay.js';
import type { TemporalAnswer, TemporalDestination } from './relay-temporal.js';
import { createMessagingDatabase, until } from './testing.js';

let store: Awaited<ReturnType<typeof createMessagingDatabase>>;
let relay: Relay | undefined;
const kafka: KafkaPort = {
  produce: async () => undefined,
  partitions: async () => [],
  subscribe: () => Promise.reject(new Error('not used')),
  lag: async () => [],
  ping: async () => undefined,
  close: async () => undefined,
};
const start: TemporalAction = { do: 'start', workflowType: 'w', taskQueue: 'q', args: [] };
const signal = (upTo: number): TemporalAction => ({ do: 'signal', signal: 'facts', upTo });
let ordinal = 0;
const append = (...rows: [workflowId: string, action: TemporalAction][]) =>
  store.database.transaction((tx) =>
    appendOutbox(
      tx,
      rows.map(([workflowId, action]) => ({ destination: 'temporal', workflowId, action, id: `t-${++ordinal}` })),
    ),
  );
const left = async () =>
  (await store.database.query<{ n: number }>('SELECT count(*)::int AS n FROM outbox WHERE published_at IS NULL'))[0]?.n;

/** A Temporal that writes down what it was asked, and answers as told. */
function fakeTemporal(answer: (workflowId: string, what: string) => Promise<TemporalAnswer> | TemporalAnswer) {
  const asked: string[] = [];
  let flying = 0;
  const fake = { asked, mostInFlight: 0 };
  const ask = async (workflowId: string, what: string): Promise<TemporalAnswer> => {
    fake.mostInFlight = Math.max(fake.mostInFlight, ++flying);
    try {
      asked.push(`${workflowId} ${what}`);
      return await answer(workflowId, what);
    } finally {
      flying--;
    }
  };
  const destination: TemporalDestination = {
    start: (id) => ask(id, 'start'),
    signal: (id, { upTo }) => ask(id, `facts ${upTo}`),
    update: (id, { updateId }) => ask(id, `update ${updateId}`),
    cancel: (id) => ask(id, 'cancel'),
  };
  return Object.assign(fake, { destination });
}
const run = (temporal: TemporalDestination, onClosed?: (workflowId: string) => Promise<void>) => {
  const { database } = store;
  const more = onClosed === undefined ? {} : { onClosed };
  relay = startRelay({ database, kafka, temporal, log: silentLogger, metrics: createMetrics(), ...more });
};

beforeAll(async () => {
  store = await createMessagingDatabase('relay_temporal');
}, 60_000);
afterAll(() => store.close(), 60_000);
afterEach(async () => {
  await relay?.stop();
  await store.database.execute('TRUNCATE outbox');
}, 60_000);

describe('intentions for Temporal', () => {
  it('arrive in order for each workflow, several workflows at a time, at most 32', async () => {
    const fake = fakeTemporal(() => sleep(20, 'done' as const));
    const ids = Array.from({ length: 60 }, (_, index) => `case-${index}`);
    for (const id of ids) await append([id, start], [id, signal(2)], [id, { do: 'cancel' }]);
    run(fake.destination);
    await until(async () => (await left()) === 0, 'all done');
    for (const id of ids)
      expect(fake.asked.filter((line) => line.startsWith(`${id} `))).toEqual([
        `${id} start`,
        `${id} facts 2`,
        `${id} cancel`,
      ]);
    expect(fake.mostInFlight).toBeGreaterThan(8);
    expect(fake.mostInFlight).toBeLessThanOrEqual(32);
  }, 30_000);

  it('carry the moment of their cause to whoever times the way; signals and other starts carry none', async () => {
    const fake = fakeTemporal((_, what) =>
      what === 'start' && fake.asked.length === 1 ? 'already-completed' : 'done',
    );
    const seen: [number, Cause][] = [];
    const cause = { source: 'bank', recordedAt: Date.now() - 90_000 };
    await withCause(cause, () => append(['case-0', start]));
    const { database } = store;
    const onStarted = (seconds: number, of: Cause) => void seen.push([seconds, of]);
    relay = startRelay({
      ...{ database, kafka, temporal: fake.destination, log: silentLogger, metrics: createMetrics() },
      onStarted,
    });
    await until(async () => (await left()) === 0, 'the first is answered');
    expect(seen).toEqual([]);
    await withCause(cause, () => append(['case-1', start], ['case-1', signal(3)]));
    await append(['case-2', start]);
    await until(async () => (await left()) === 0, 'all done');
    expect(seen).toEqual([[expect.any(Number), cause]]);
    expect(seen[0]?.[0]).toBeGreaterThanOrEqual(90);
    expect(seen[0]?.[0]).toBeLessThan(120);
  }, 30_000);

  it('say once what several waiting signals would say', async () => {
    const fake = fakeTemporal(() => 'done');
    await append(['case-1', start], ['case-1', signal(3)], ['case-1', signal(7)], ['case-1', signal(5)]);
    run(fake.destination);
    await until(async () => (await left()) === 0, 'all done');
    expect(fake.asked).toEqual(['case-1 start', 'case-1 facts 7']);
  }, 30_000);

  it('of a failing workflow wait and are tried again, while all others go on', async () => {
    let failures = 3;
    const fake = fakeTemporal((id) => {
      if (id === 'case-bad' && failures-- > 0) throw new Error('unavailable');
      return 'done';
    });
    await append(['case-bad', start], ['case-bad', signal(2)], ['case-1', start]);
    run(fake.destination);
    await until(async () => (await left()) === 2, 'the other went on');
    await append(['case-2', start]);
    await until(() => fake.asked.includes('case-2 start'), 'new ones go on', 2_000);
    await until(async () => (await left()) === 0, 'the failing one succeeded');
    expect(fake.asked.filter((line) => line.startsWith('case-bad'))).toEqual([
      ...Array.from({ length: 4 }, () => 'case-bad start'),
      'case-bad facts 2',
    ]);
  }, 30_000);

  it('for a workflow that was not started yet wait for it', async () => {
    const started = new Set<string>();
    const fake = fakeTemporal((id, what) => {
      if (what === 'start') started.add(id);
      return started.has(id) ? 'done' : 'not-found';
    });
    await append(['case-1', signal(1)]);
    run(fake.destination);
    await until(() => fake.asked.length >= 2, 'tried again');
    started.add('case-1');
    await until(async () => (await left()) === 0, 'delivered');
  }, 30_000);

  it('that meet a closed workflow are handed to the service, once', async () => {
    const closed: string[] = [];
    run(fakeTemporal(() => 'already-completed').destination, async (id) => void closed.push(id));
    await append(['case-1', signal(4)]);
    await until(async () => (await left()) === 0, 'settled');
    expect(closed).toEqual(['case-1']);
  }, 30_000);

  it('that can never succeed are kept as refused and hold nobody up', async () => {
    const fake = fakeTemporal((_id, what) => {
      if (what.startsWith('update')) throw Object.assign(new Error('no'), { name: 'UpdateRejected' });
      return 'done';
    });
    await append(['case-1', { do: 'update', updateId: 'u', update: 'x', args: [] }], ['case-1', signal(1)]);
    run(fake.destination);
    await until(async () => (await left()) === 0, 'both settled');
    expect(await store.database.query('SELECT count(*)::int AS n FROM outbox WHERE refused')).toEqual([{ n: 1 }]);
    expect(fake.asked).toEqual(['case-1 update u', 'case-1 facts 1']);
  }, 30_000);
});
