import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createMetrics, silentLogger, type Metrics } from '@arrears/observability';
import { keysMigrations, openPersonKeys, runMigrations, type PersonKeys } from '@arrears/persistence';
import { createTestDatabase } from '@arrears/persistence/testing';
import { cloudEventHeaders } from './cloud-events.js';
import { inboxOptions, startConsumer, type Consumer, type ConsumerOptions } from './consumer.js';
import { loanUpdated } from './events.fixture.js';
import type { IncomingRecord, KafkaPort, SubscribeOptions } from './kafka-port.js';
import { putIntoInbox, type Delivery } from './inbox.js';
import { listParked, Parked, replayParked, setAsideParked } from './parked.js';
import { createMessagingDatabase, until } from './testing.js';

const group = 'inbox-test';
let store: Awaited<ReturnType<typeof createMessagingDatabase>>;
let keys: PersonKeys;
let consumer: Consumer;
let metrics: Metrics;
let dropKeys: () => Promise<void>;
let keysUrl: string;
const ring = { active: 'm', keys: new Map([['m', randomBytes(32)]]) };
/** What handlers do with a sequence number; everything else they write down. */
let behave: (sequence: number) => void | Promise<void>;
let subscribed: SubscribeOptions | undefined;
let offset = 0;
const heard: string[] = [];

/** A Kafka whose records come when the test says so. */
const kafka: KafkaPort = {
  produce: async () => undefined,
  partitions: async () => [0],
  subscribe: async (options) => {
    subscribed = options;
    options.onAssigned?.(new Map([['bank.loans.v1', [0]]]));
    return { alive: () => true, stop: async () => undefined };
  },
  lag: async () => [{ topic: 'bank.loans.v1', partition: 0, records: 3 }],
  ping: async () => undefined,
  close: async () => undefined,
};

type Change = { id?: string; value?: string; key?: string; headers?: Record<string, string> };
const record = (loanId: string, sequence: number, change: Change = {}): IncomingRecord => {
  const event = loanUpdated(loanId, sequence, change.id ?? `${loanId}-${sequence}`);
  return {
    topic: 'bank.loans.v1',
    partition: 0,
    offset: String(offset++),
    key: Buffer.from(change.key ?? loanId),
    value: Buffer.from(change.value ?? JSON.stringify(event.data)),
    headers: { ...cloudEventHeaders(event), ...change.headers },
  };
};
const arrive = async (...records: IncomingRecord[]) => subscribed?.onBatch(records, async () => undefined);
const told = async (loanId: string) =>
  (
    await store.database.query<{ sequence: number }>('SELECT sequence FROM told WHERE loan_id = $1 ORDER BY n', [
      loanId,
    ])
  ).map(({ sequence }) => sequence);
const settled = () =>
  until(
    async () => (await store.database.query(`SELECT 1 FROM inbox WHERE state = 'pending'`)).length === 0,
    'settled',
  );
const parked = async () => (await listParked(store.database)).items;

const options = (): ConsumerOptions => ({
  database: store.database,
  kafka,
  group,
  subscriptions: [{ topic: 'bank.loans.v1', encrypt: true }],
  handlers: {
    'arrears.bank.loan-updated.v1': async (tx, { key, data }) => {
      await tx.execute('INSERT INTO told (loan_id, sequence) VALUES ($1, $2)', [key, data.sequence]);
      await behave(data.sequence);
    },
  },
  onHeartbeat: (partition, at) => void heard.push(`${partition} ${at}`),
  personKeys: keys,
  maxAttempts: 3,
  log: silentLogger,
  metrics,
});

beforeAll(async () => {
  store = await createMessagingDatabase('inbox');
  await store.database.execute('CREATE TABLE told (n bigint GENERATED ALWAYS AS IDENTITY, loan_id text, sequence int)');
  const keysDatabase = await createTestDatabase('inbox_keys');
  dropKeys = keysDatabase.drop;
  await runMigrations({ url: keysDatabase.url, folders: [keysMigrations] });
  keysUrl = keysDatabase.url;
  keys = openPersonKeys({ url: keysUrl, ring });
}, 60_000);
afterAll(async () => {
  await keys.close();
  await store.close();
  await dropKeys();
}, 60_000);
beforeEach(async () => {
  behave = () => undefined;
  metrics = createMetrics();
  heard.length = 0;
  consumer = await startConsumer(options());
});
afterEach(async () => {
  await consumer.stop();
  await store.database.execute('TRUNCATE inbox, inbox_ids, inbox_keys, inbox_replays, feed_heartbeats, told');
}, 30_000);

describe('an event that comes several times', () => {
  it('is handled once, in one batch or in many', async () => {
    const same = record('L', 1);
    await arrive(same, { ...same, offset: '900' });
    await arrive({ ...same, offset: '901' });
    await Promise.all([arrive({ ...same, offset: '902' }, record('L', 2)), arrive({ ...same, offset: '903' })]);
    await settled();
    expect(await told('L')).toEqual([1, 2]);
  });

  it('with another content under the same id is kept beside it as id-reused and holds nobody up', async () => {
    await arrive(record('L', 1, { id: 'same' }));
    await arrive(record('L', 2, { id: 'same' }), record('L', 3));
    await arrive(record('L', 2, { id: 'same' }));
    await settled();
    expect(await told('L')).toEqual([1, 3]);
    expect(await parked()).toMatchObject([{ id: 'same', reason: 'id-reused', blocksKey: false }]);
  });
});

describe('what can not be read (POISON)', () => {
  it('is kept with a clear reason, holds its key, and lets all others go', async () => {
    await arrive(
      record('L-json', 1, { value: '{"loanId":' }),
      record('L-schema', 1, { value: '{"agreementId":"A","loanId":"L-schema","sequence":-3,"asOf":"2026-11-09"}' }),
      record('L-type', 1, { headers: { ce_type: 'arrears.bank.loan-sold.v1' } }),
      record('L-version', 1, { headers: { ce_type: 'arrears.bank.loan-updated.v2' } }),
      record('L-key', 1, { key: 'L-other' }),
      record('L-header', 1, { headers: { ce_id: '' } }),
      record('L-large', 1, { value: `{"padding":"${'x'.repeat(1_100_000)}"}` }),
      record('L-foreign', 1, { headers: { ce_type: 'com.example.noise' } }),
      record('L-json', 2),
      record('L-other', 1),
    );
    await until(async () => (await told('L-other')).length === 1, 'others flow');
    expect((await parked()).map(({ key, reason, blocksKey }) => [key, reason, blocksKey])).toEqual([
      ['L-json', 'not-json', true],
      ['L-schema', 'wrong-schema', true],
      ['L-type', 'unknown-type', true],
      ['L-version', 'unknown-version', true],
      ['L-other', 'wrong-key', false],
      ['L-header', 'missing-header', true],
      ['L-large', 'too-large', true],
    ]);
    const [first, second] = await parked();
    expect(first).toMatchObject({ waitingBehind: 1 });
    expect(second?.detail).toMatch(/^sequence: /);
    expect(await told('L-json')).toEqual([]);
    expect(await metrics.value('inbox_handled_total', { topic: 'bank.loans.v1', outcome: 'parked' })).toBe(7);
  }, 30_000);

  it('goes through in order once it was let go, with an entry of who did it and why', async () => {
    behave = (sequence) => {
      if (sequence === 1) throw new Parked('unknown-agreement', 'no agreement of that number is in force');
    };
    await arrive(record('L', 1), record('L', 2), record('L', 3));
    await until(async () => (await parked()).length === 1, 'parked');
    await arrive(record('L', 4));
    expect(await told('L')).toEqual([]);
    expect(await parked()).toMatchObject([
      { reason: 'unknown-agreement', detail: 'no agreement of that number is in force', waitingBehind: 3 },
    ]);
    behave = () => undefined;
    expect(
      await replayParked(store.database, { consumer: group, reason: 'unknown-agreement' }, 'sre-1', 'agreement made'),
    ).toBe(1);
    await settled();
    expect(await told('L')).toEqual([1, 2, 3, 4]);
    expect(await store.database.query('SELECT actor, why, was, action FROM inbox_replays')).toEqual([
      { actor: 'sre-1', why: 'agreement made', was: 'unknown-agreement', action: 'replay' },
    ]);
  }, 30_000);

  it('parks again when nothing was fixed, and can be set aside for what the sender sends anew', async () => {
    await arrive(record('L', 1, { value: 'no json' }), record('L', 2));
    await until(async () => (await parked()).length === 1, 'parked');
    const [first] = await parked();
    await replayParked(store.database, { inboxId: first?.inboxId ?? '' }, 'sre-1', 'a try');
    await until(async () => (await parked()).length === 1, 'parked again');
    expect(await told('L')).toEqual([]);
    expect(
      await setAsideParked(
        store.database,
        { consumer: group, topic: 'bank.loans.v1', key: 'L' },
        'sre-1',
        'bank resends',
      ),
    ).toBe(1);
    await until(async () => (await told('L')).length === 1, 'the key flows');
    expect(await parked()).toMatchObject([{ reason: 'not-json', blocksKey: false }]);
  }, 30_000);
});

describe('a handler that fails', () => {
  it('leaves nothing behind, is tried again, and keeps the order of its key while others flow', async () => {
    let failures = 2;
    behave = (sequence) => {
      if (sequence === 1 && failures-- > 0) throw new Error('a passing trouble');
    };
    await arrive(record('L', 1), record('L', 2), record('L-fine', 3));
    await until(async () => (await told('L-fine')).length === 1, 'others flow');
    await until(async () => (await told('L')).length === 2, 'done at the third try');
    expect(await told('L')).toEqual([1, 2]);
    expect(await store.database.query('SELECT 1 FROM inbox_keys')).toEqual([]);
  }, 30_000);

  it('parks its key after the last try, naming the kind of error and no value', async () => {
    behave = () => {
      throw new TypeError('cannot read 13800000001');
    };
    await arrive(record('L', 1));
    await until(async () => (await parked()).length === 1, 'parked after three tries');
    expect(await parked()).toMatchObject([{ reason: 'failed', detail: 'failed 3 times: TypeError', attempts: 3 }]);
  }, 30_000);
});

describe('a heartbeat', () => {
  const beat = (at: string): IncomingRecord => ({
    topic: 'bank.loans.v1',
    partition: 0,
    offset: String(offset++),
    key: Buffer.from('feed-0'),
    value: Buffer.from(JSON.stringify({ at, partition: 0 })),
    headers: { ce_id: at, ce_source: 'arrears/cases', ce_type: 'arrears.cases.feed-heartbeat.v1' },
  });
  const applied = () => store.database.query('SELECT partition, at FROM feed_heartbeats');

  it('counts only when all that lay before it is handled or parked', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    behave = (sequence) => (sequence === 1 ? held : undefined);
    await arrive(record('L', 1), beat('2026-11-09T08:00:01.000Z'), record('L-2', 2), beat('2026-11-09T08:00:02.000Z'));
    await until(async () => (await told('L-2')).length === 1, 'the second was handled');
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(await applied()).toEqual([]);
    release();
    await until(async () => (await applied()).length === 1, 'applied');
    expect(await applied()).toEqual([{ partition: 0, at: new Date('2026-11-09T08:00:02.000Z') }]);
    expect(heard).toEqual(['0 2026-11-09T08:00:02.000Z']);
    expect(await store.database.query(`SELECT 1 FROM inbox WHERE type LIKE '%heartbeat%'`)).toEqual([]);
  }, 30_000);
});

describe('two processes', () => {
  it('never handle one key at the same time, and keep its order between them', async () => {
    const running = new Map<string, number>();
    let overlaps = 0;
    const careful: ConsumerOptions['handlers'] = {
      'arrears.bank.loan-updated.v1': async (tx, { key, data }) => {
        const now = (running.get(key) ?? 0) + 1;
        running.set(key, now);
        if (now > 1) overlaps++;
        await tx.execute('INSERT INTO told (loan_id, sequence) VALUES ($1, $2)', [key, data.sequence]);
        await new Promise((resolve) => setTimeout(resolve, 3));
        running.set(key, (running.get(key) ?? 1) - 1);
      },
    };
    await consumer.stop();
    consumer = await startConsumer({ ...options(), handlers: careful });
    const second = await startConsumer({ ...options(), handlers: careful });
    const loans = ['A', 'B', 'C', 'D', 'E'];
    for (let sequence = 1; sequence <= 30; sequence++) await arrive(...loans.map((loan) => record(loan, sequence)));
    await settled();
    await second.stop();
    expect(overlaps).toBe(0);
    for (const loan of loans) expect(await told(loan)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
  }, 60_000);
});

describe('another door', () => {
  it('puts deliveries into the same inbox, is safe to use twice, and tells what became of each', async () => {
    const deliveries: Delivery[] = [1, 2].map((sequence) => {
      const event = loanUpdated('L-file', sequence, `file-${sequence}`);
      return {
        topic: 'bank.loans.v1',
        key: 'L-file',
        value: Buffer.from(JSON.stringify(event.data)),
        headers: cloudEventHeaders(event),
      };
    });
    const bad: Delivery = {
      topic: 'bank.loans.v1',
      key: 'L-bad',
      value: Buffer.from('{}'),
      headers: deliveries[0]?.headers ?? {},
    };
    const put = (list: Delivery[]) =>
      store.database.transaction((tx) => putIntoInbox(tx, inboxOptions(options()), list));
    expect((await put(deliveries)).map(({ outcome }) => outcome)).toEqual(['received', 'received']);
    expect((await put([...deliveries, bad])).map(({ outcome }) => outcome)).toEqual([
      'duplicate',
      'duplicate',
      'parked',
    ]);
    await settled();
    expect(await told('L-file')).toEqual([1, 2]);
  }, 30_000);
});

describe('what is measured', () => {
  it('tells what waits here, what is parked, and what Kafka still has', async () => {
    await arrive(record('L', 1, { value: 'no json' }), record('L', 2), record('L-2', 1));
    await until(
      async () => (await metrics.value('inbox_parked_keys', { topic: 'bank.loans.v1' })) === 1,
      'measured',
      10_000,
    );
    expect(await metrics.value('inbox_pending_rows', { topic: 'bank.loans.v1' })).toBe(1);
    expect(await metrics.value('inbox_oldest_pending_seconds', { topic: 'bank.loans.v1' })).toBe(0);
    expect(await metrics.value('kafka_consumer_lag_records', { topic: 'bank.loans.v1', partition: '0' })).toBe(3);
    expect(await metrics.value('inbox_handled_total', { topic: 'bank.loans.v1', outcome: 'handled' })).toBe(1);
  }, 30_000);
});

describe('payloads of personal topics', () => {
  it('lie encrypted with the key of the day, and are unreadable for ever once it is gone', async () => {
    behave = () => {
      throw new Parked('later', 'to be replayed');
    };
    await arrive(record('L-secret', 1));
    await until(async () => (await parked()).length === 1, 'parked');
    const rows = await store.database.query<{ payload: Buffer; headers: unknown }>(
      'SELECT payload, headers FROM inbox',
    );
    expect(rows[0]?.payload.toString('latin1')).not.toContain('L-secret');
    expect(rows[0]?.payload.toString('latin1')).not.toContain('AGR-1');
    expect(await keys.day.destroy('2999-01-01')).toBe(1);
    // Another process has no copy of the key in memory.
    await consumer.stop();
    const elsewhere = openPersonKeys({ url: keysUrl, ring });
    consumer = await startConsumer({ ...options(), personKeys: elsewhere });
    await replayParked(store.database, { consumer: group, reason: 'later' }, 'sre-1', 'too late');
    await until(async () => (await parked())[0]?.reason === 'unreadable-key', 'parked for good');
    expect(await told('L-secret')).toEqual([]);
    await consumer.stop();
    await elsewhere.close();
    consumer = await startConsumer(options());
  }, 60_000);
});
