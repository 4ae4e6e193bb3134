import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createMetrics, silentLogger } from '@arrears/observability';
import { openDatabase } from '@arrears/persistence';
import type { KafkaPort, OutgoingRecord } from './kafka-port.js';
import { loanUpdated } from './events.fixture.js';
import { appendOutbox } from './outbox.js';
import { startRelay, type Relay, type RelayOptions } from './relay.js';
import { createMessagingDatabase, createTestBroker, until, type TestBroker } from './testing.js';

let broker: TestBroker;
let store: Awaited<ReturnType<typeof createMessagingDatabase>>;
const relays: Relay[] = [];
const start = (change: Partial<RelayOptions> = {}) => {
  const relay = startRelay({
    database: store.database,
    kafka: broker.kafka,
    log: silentLogger,
    metrics: createMetrics(),
    ...change,
  });
  relays.push(relay);
  return relay;
};
const append = (...records: Parameters<typeof appendOutbox>[1][number][]) =>
  store.database.transaction((tx) => appendOutbox(tx, records));
const unpublished = async () =>
  (await store.database.query<{ n: number }>('SELECT count(*)::int AS n FROM outbox WHERE published_at IS NULL'))[0]?.n;
/** A Kafka that keeps what it was sent, and may fail after having taken it. */
function fakeKafka(): KafkaPort & { sent: OutgoingRecord[]; failAfterTaking: number } {
  const fake = {
    sent: [] as OutgoingRecord[],
    failAfterTaking: 0,
    async produce(records: readonly OutgoingRecord[]) {
      fake.sent.push(...records);
      if (fake.failAfterTaking-- > 0) throw new Error('the acknowledgement was lost');
    },
    partitions: async () => [0, 1],
    subscribe: () => Promise.reject(new Error('not used')),
    lag: async () => [],
    ping: async () => undefined,
    close: async () => undefined,
  };
  return fake;
}
const sequences = (records: readonly { value: string }[]) =>
  records.map(({ value }) => (JSON.parse(value) as { sequence: number }).sequence);

beforeAll(async () => {
  broker = await createTestBroker(['bank.loans.v1', 'collections.cases.v1']);
}, 60_000);
afterAll(() => broker.close(), 60_000);
beforeAll(async () => {
  store = await createMessagingDatabase('relay');
}, 60_000);
afterAll(() => store.close(), 60_000);
afterEach(async () => {
  await Promise.all(relays.splice(0).map((relay) => relay.stop()));
  await store.database.execute('TRUNCATE outbox, outbox_scheduled');
}, 60_000);

describe('order by visibility', () => {
  it('neither loses nor overtakes a transaction that wrote first and committed last', async () => {
    start();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let wrote: () => void = () => undefined;
    const written = new Promise<void>((resolve) => (wrote = resolve));
    const long = store.database.transaction(async (tx) => {
      await appendOutbox(tx, [loanUpdated('L-order', 1)]);
      wrote();
      await held;
      await appendOutbox(tx, [loanUpdated('L-order', 3)]);
    });
    await written;
    await append(loanUpdated('L-order', 2));
    await sleep(1_000);
    expect(await broker.readAll('bank.loans.v1')).toEqual([]);
    release();
    await long;
    await append(loanUpdated('L-order', 4));
    await until(async () => (await unpublished()) === 0, 'all published');
    expect(sequences(await broker.readAll('bank.loans.v1'))).toEqual([1, 2, 3, 4]);
  }, 60_000);

  it('is not held up by a transaction of another database of the same server', async () => {
    const kafka = fakeKafka();
    const elsewhere = await createMessagingDatabase('elsewhere');
    start({ kafka });
    await elsewhere.database.transaction(async (tx) => {
      await tx.query('SELECT pg_current_xact_id()');
      await append(loanUpdated('L', 1));
      await until(() => kafka.sent.length === 1, 'sent meanwhile', 5_000);
    });
    await elsewhere.close();
  }, 30_000);

  it('is the order of the lock under which rows are written, not of transaction ids drawn before waiting for it', async () => {
    const kafka = fakeKafka();
    await store.database.execute('CREATE TABLE counter (key text PRIMARY KEY, n int)');
    const keys = ['a', 'b', 'c'];
    for (const key of keys) await store.database.execute('INSERT INTO counter VALUES ($1, 0)', [key]);
    start({ kafka });
    const writer = async (key: string) => {
      for (let i = 0; i < 40; i++)
        await store.database.transaction(async (tx) => {
          const [row] = await tx.query<{ n: number }>('UPDATE counter SET n = n + 1 WHERE key = $1 RETURNING n', [key]);
          await appendOutbox(tx, [loanUpdated(key, row?.n ?? 0)]);
          if (i % 5 === 0) await sleep(Math.random() * 20);
        });
    };
    await Promise.all([...keys, ...keys, ...keys].map(writer));
    await until(async () => (await unpublished()) === 0, 'all published');
    for (const key of keys)
      expect(sequences(kafka.sent.filter((record) => record.key === key))).toEqual(
        Array.from({ length: 120 }, (_, index) => index + 1),
      );
  }, 60_000);
});

describe('a row that was sent but not marked', () => {
  it('goes again under the same id, nothing is left out, and the order of first arrivals holds', async () => {
    const kafka = fakeKafka();
    kafka.failAfterTaking = 1;
    await append(...[1, 2, 3].map((n) => loanUpdated('L', n, `id-${n}`)));
    start({ kafka });
    await until(async () => (await unpublished()) === 0, 'published at the second try');
    const ids = kafka.sent.map(({ headers }) => headers['ce_id']);
    expect(ids).toEqual(['id-1', 'id-2', 'id-3', 'id-1', 'id-2', 'id-3']);
  }, 30_000);
});

describe('a large outbox', () => {
  it('leaves in requests that a topic takes, in order', async () => {
    const kafka = fakeKafka();
    const sizes: number[] = [];
    const produce = kafka.produce;
    kafka.produce = async (records) => {
      sizes.push(records.reduce((sum, { value }) => sum + value.length, 0));
      await produce(records);
    };
    const instalments = Array.from({ length: 400 }, (_, index) => ({
      number: index + 1,
      dueDate: '2026-11-08',
      principal: '100000',
      interest: '18350',
      fees: '6250',
    }));
    const big = (n: number) => {
      const record = loanUpdated('L-big', n);
      return { ...record, data: { ...(record.data as object), instalments } };
    };
    for (let n = 0; n < 6; n++)
      await append(
        ...Array.from({ length: 120 }, (_, i) => (i % 3 === 0 ? big(n * 120 + i) : loanUpdated('L-big', n * 120 + i))),
      );
    start({ kafka });
    await until(async () => (await unpublished()) === 0, 'all published', 40_000);
    expect(sequences(kafka.sent)).toEqual(Array.from({ length: 720 }, (_, index) => index));
    expect(Math.max(...sizes)).toBeLessThan(1024 * 1024);
  }, 60_000);
});

describe('two relays of one database', () => {
  it('have one active; the other takes over within five seconds when its session dies', async () => {
    const other = await openDatabase({ url: store.url, name: 'other' });
    const kafka = fakeKafka();
    const first = start({ kafka });
    await until(() => first.active(), 'the first is active');
    const second = start({ kafka, database: other });
    await sleep(1_500);
    expect(second.active()).toBe(false);
    const stopped = first.stop();
    await until(() => second.active(), 'the second took over', 5_000);
    await stopped;
    await store.database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'arrears relay' AND datname = current_database()`,
    );
    await until(() => !second.active(), 'the killed session ends its role', 5_000);
    await until(() => second.active(), 'it comes back by itself', 5_000);
    await append(loanUpdated('L', 7));
    await until(() => kafka.sent.length === 1, 'and publishes');
    await second.stop();
    await other.close();
  }, 60_000);
});

describe('a row with a time before which it must not leave', () => {
  it('waits for it and then takes its place in the order', async () => {
    const kafka = fakeKafka();
    start({ kafka });
    const notBefore = new Date(Date.now() + 1_500).toISOString();
    await append({ ...loanUpdated('L', 2), notBefore }, loanUpdated('L', 1));
    await until(() => kafka.sent.length === 1, 'the first left');
    await until(() => kafka.sent.length === 2, 'the second left');
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(notBefore));
    expect(sequences(kafka.sent)).toEqual([1, 2]);
  }, 30_000);
});

describe('heartbeats', () => {
  const beats = (kafka: { sent: OutgoingRecord[] }) =>
    kafka.sent.filter(({ topic }) => topic === 'collections.cases.v1');

  it('go to every partition, each behind what was committed before it', async () => {
    const kafka = fakeKafka();
    start({ kafka, heartbeat: { topic: 'collections.cases.v1', everyMs: 300 } });
    await until(() => beats(kafka).length >= 4, 'two rounds of heartbeats');
    expect(new Set(beats(kafka).map(({ partition }) => partition))).toEqual(new Set([0, 1]));
    const { at } = JSON.parse(beats(kafka).at(-1)?.value ?? '{}') as { at: string };
    expect(Math.abs(Date.now() - Date.parse(at))).toBeLessThan(5_000);
  }, 30_000);

  it('stop while a committed row may not leave yet, and go on behind it', async () => {
    const kafka = fakeKafka();
    start({ kafka, heartbeat: { topic: 'collections.cases.v1', everyMs: 100 } });
    await until(() => beats(kafka).length > 0, 'a heartbeat');
    await store.database.transaction(async (tx) => {
      await tx.query('SELECT pg_current_xact_id()');
      await append(loanUpdated('L', 1));
      const committedAt = Date.now();
      await sleep(1_200);
      expect(kafka.sent.some(({ topic }) => topic === 'bank.loans.v1')).toBe(false);
      const named = beats(kafka).map(({ value }) => Date.parse((JSON.parse(value) as { at: string }).at));
      expect(Math.max(...named)).toBeLessThanOrEqual(committedAt);
    });
    const row = () => kafka.sent.findIndex(({ topic }) => topic === 'bank.loans.v1');
    await until(() => row() > 0 && kafka.sent.length > row() + 1, 'the row, and a heartbeat behind it');
    const next = JSON.parse(kafka.sent[row() + 1]?.value ?? '{}') as { at?: string };
    expect(next.at).toBeDefined();
  }, 30_000);
});

describe('what is measured', () => {
  it('tells how much waits and who is active', async () => {
    const metrics = createMetrics();
    await append(loanUpdated('L', 1));
    const relay = start({ kafka: fakeKafka(), metrics });
    await until(async () => (await metrics.value('outbox_published_total', { destination: 'kafka' })) === 1, 'counted');
    expect(await metrics.value('relay_active')).toBe(1);
    await until(
      async () => (await metrics.value('outbox_unpublished_rows', { destination: 'kafka' })) === 0,
      'measured',
    );
    await until(async () => (await metrics.value('db_partitions_ahead_days', { table: 'outbox' })) === 7, 'upkeep ran');
    await relay.stop();
    expect(await metrics.value('relay_active')).toBe(0);
  }, 30_000);
});

describe('days past retention', () => {
  it('are dropped when everything in them was published, and kept while something was not', async () => {
    for (const day of ['2026-01-01', '2026-01-02'])
      await store.database.query(`SELECT make_day_partition('outbox', $1)`, [day]);
    await store.database.execute(
      `INSERT INTO outbox (day, destination, topic, key, type, ce_id, headers, payload, published_at, xid)
       VALUES ('2026-01-01', 'kafka', 'bank.loans.v1', 'k', 't', 'i1', '{}', '{}', now(), '1'),
              ('2026-01-02', 'kafka', 'bank.loans.v1', 'k', 't', 'i2', '{}', '{}', NULL, '18446744073709551615')`,
    );
    start({ kafka: fakeKafka() });
    const there = async (name: string) =>
      (await store.database.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [name]))[0]?.there;
    await until(async () => (await there('outbox_20260101')) === false, 'the published day is gone');
    expect(await there('outbox_20260102')).toBe(true);
  }, 30_000);
});
