import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import { createMetrics, silentLogger, startTracing, withSpan } from '@arrears/observability';
import { startConsumer, type ConsumerOptions } from './consumer.js';
import { loanUpdated } from './events.fixture.js';
import type { IncomingRecord } from './kafka-port.js';
import { kafkaPort } from './kafkajs-port.js';
import { appendOutbox } from './outbox.js';
import { startRelay } from './relay.js';
import { createMessagingDatabase, createTestBroker, until, type TestBroker } from './testing.js';

let broker: TestBroker;
let store: Awaited<ReturnType<typeof createMessagingDatabase>>;
const outgoing = (key: string, value: string) => ({
  topic: 'bank.loans.v1' as const,
  key,
  value,
  headers: { ce_id: value },
});

beforeAll(async () => {
  broker = await createTestBroker();
  store = await createMessagingDatabase('broker');
}, 60_000);
afterAll(async () => {
  await broker.close();
  await store.close();
}, 60_000);

describe('a Kafka port', () => {
  it('keeps the order of a key, also over many requests, and gives keys, headers and values back', async () => {
    for (let turn = 0; turn < 20; turn++)
      await broker.kafka.produce(
        ['a', 'b'].flatMap((key) => [outgoing(key, `${key}${turn}.0`), outgoing(key, `${key}${turn}.1`)]),
      );
    const all = await broker.readAll('bank.loans.v1');
    for (const key of ['a', 'b'])
      expect(all.filter((record) => record.key === key).map(({ value }) => value)).toEqual(
        Array.from({ length: 40 }, (_, index) => `${key}${Math.floor(index / 2)}.${index % 2}`),
      );
  }, 60_000);

  it('writes to the partition that is named, and knows all of them', async () => {
    const partitions = await broker.kafka.partitions('collections.cases.v1');
    expect(partitions).toEqual([0, 1, 2, 3, 4, 5]);
    await broker.kafka.produce(
      partitions.map((partition) => ({
        ...outgoing('x', String(partition)),
        topic: 'collections.cases.v1',
        partition,
      })),
    );
    const all = await broker.readAll('collections.cases.v1');
    expect(all.map(({ partition, value }) => `${partition}=${value}`).sort()).toEqual(
      partitions.map((p) => `${p}=${p}`),
    );
  }, 60_000);

  it('rejects what the broker refuses, and works again afterwards', async () => {
    await expect(broker.kafka.produce([outgoing('big', 'x'.repeat(5 << 20))])).rejects.toThrow();
    await broker.kafka.produce([outgoing('after', 'fine')]);
    expect((await broker.readAll('bank.loans.v1')).map(({ key }) => key)).toContain('after');
  }, 60_000);

  it('carries records of the bank that are larger than an event may be, beside usual ones', async () => {
    const got = new Map<string, number>();
    const subscription = await broker.kafka.subscribe({
      group: `${broker.prefix}large`,
      topics: ['bank.repayments.v1'],
      onBatch: async (records) => {
        for (const { key, value } of records) got.set(String(key), value?.length ?? 0);
      },
    });
    const on = (key: string, bytes: number) => ({
      ...outgoing(key, 'x'.repeat(bytes)),
      headers: {},
      topic: 'bank.repayments.v1' as const,
      partition: 0,
    });
    await broker.kafka.produce([on('small', 10), on('large', 3 << 20), on('next', 10)]);
    await until(() => got.size === 3, 'all three');
    expect([...got.values()]).toEqual([10, 3 << 20, 10]);
    await subscription.stop();
  }, 60_000);

  it('gives a batch again that was not finished, to this member or the next one', async () => {
    await broker.kafka.produce([
      { ...outgoing('c', 'one'), topic: 'contacts.records.v1' },
      { ...outgoing('c', 'two'), topic: 'contacts.records.v1' },
    ]);
    const group = `${broker.prefix}again`;
    let failing = true;
    const got: string[] = [];
    const onBatch = async (records: readonly IncomingRecord[]) => {
      if (failing) {
        failing = false;
        throw new Error('the database is away');
      }
      got.push(...records.map(({ value }) => value?.toString() ?? ''));
    };
    const first = await broker.kafka.subscribe({ group, topics: ['contacts.records.v1'], onBatch });
    await until(() => got.length >= 2, 'delivered at the second try', 40_000);
    expect(got).toEqual(['one', 'two']);
    expect(first.alive()).toBe(true);
    await first.stop();
    await broker.kafka.produce([{ ...outgoing('c', 'three'), topic: 'contacts.records.v1' }]);
    expect(
      (await broker.kafka.lag(group, ['contacts.records.v1'])).reduce((sum, { records }) => sum + records, 0),
    ).toBe(1);
    const second = await broker.kafka.subscribe({ group, topics: ['contacts.records.v1'], onBatch });
    await until(() => got.length >= 3, 'the next member goes on behind it', 40_000);
    await second.stop();
    expect(got).toEqual(['one', 'two', 'three']);
  }, 120_000);

  it('shares no group with another installation on the same broker', async () => {
    const other = await createTestBroker(['contacts.records.v1']);
    try {
      const got: string[] = [];
      const group = 'same-name';
      const [mine, theirs] = await Promise.all(
        [broker, other].map((one) =>
          one.kafka.subscribe({
            group,
            topics: ['contacts.records.v1'],
            onBatch: async (records) => void got.push(...records.map(({ value }) => value?.toString() ?? '')),
          }),
        ),
      );
      const keys = Array.from({ length: 20 }, (_, n) => `k${n}`);
      for (const one of [broker, other])
        await one.kafka.produce(
          keys.map((key) => ({ ...outgoing(key, `${one.prefix}${key}`), topic: 'contacts.records.v1' })),
        );
      const mustCome = [broker, other].flatMap(({ prefix }) => keys.map((key) => `${prefix}${key}`));
      await until(() => mustCome.every((value) => got.includes(value)), 'each gets all of its own records', 40_000);
      await Promise.all([mine?.stop(), theirs?.stop()]);
    } finally {
      await other.close();
    }
  }, 120_000);

  it('says that it is dead once the client gave up for good', async () => {
    const restarts: boolean[] = [];
    const dead = await broker.kafka.subscribe({
      group: `${broker.prefix}dead`,
      topics: ['contacts.records.v1'],
      // Shorter than the broker allows: an answer that no retry can change.
      sessionTimeoutMs: 100,
      onBatch: async () => undefined,
      onCrash: (_error, restarting) => void restarts.push(restarting),
    });
    await until(() => restarts.length > 0, 'crashed');
    expect(restarts).toEqual([false]);
    expect(dead.alive()).toBe(false);
    await dead.stop();
  }, 60_000);
});

describe('an idle connection', () => {
  it('lets the process sleep', async () => {
    const port = kafkaPort({ brokers: broker.brokers, clientId: 'idle', topicPrefix: broker.prefix });
    await port.produce([outgoing('idle', 'one')]);
    const before = process.cpuUsage();
    const startedAt = performance.now();
    await sleep(1_500);
    const used = process.cpuUsage(before);
    const share = (used.user + used.system) / 1000 / (performance.now() - startedAt);
    await port.close();
    expect(share).toBeLessThan(0.25);
  }, 30_000);
});

describe('one fact from span to span', () => {
  it('carries the trace of its transaction to the handler, as a link', async () => {
    const exporter = new InMemorySpanExporter();
    const tracing = startTracing({ service: 'test', exporter, sampleRatio: 1 });
    const { database } = store;
    const common = { database, kafka: broker.kafka, log: silentLogger, metrics: createMetrics() };
    let seen: string | undefined;
    const options: ConsumerOptions = {
      ...common,
      group: `${broker.prefix}trace`,
      subscriptions: [{ topic: 'bank.loans.v1' }],
      handlers: {
        'arrears.bank.loan-updated.v1': async (_tx, { traceparent }) => {
          seen = traceparent;
        },
      },
    };
    const relay = startRelay(common);
    const consumer = await startConsumer(options);
    await withSpan('a command', { command: true }, () =>
      database.transaction((tx) => appendOutbox(tx, [loanUpdated('L-trace', 1)])),
    );
    await until(() => seen !== undefined, 'handled', 40_000);
    await consumer.stop();
    await relay.stop();
    await tracing.flush();
    const spans = exporter.getFinishedSpans();
    const command = spans.find(({ name }) => name === 'a command')?.spanContext();
    const handled = spans.find(({ name }) => name === 'handle arrears.bank.loan-updated.v1');
    expect(seen).toContain(command?.traceId);
    expect(handled?.links.map(({ context }) => context.traceId)).toEqual([command?.traceId]);
    await tracing.stop();
  }, 90_000);
});
