import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createMetrics, silentLogger } from '@arrears/observability';
import type { Database } from '@arrears/persistence';
import { startConsumer, type Consumer } from './consumer.js';
import { loanUpdated } from './events.fixture.js';
import { appendOutbox } from './outbox.js';
import { startRelay, type Relay } from './relay.js';
import { createMessagingDatabase, createTestBroker, until, type TestBroker } from './testing.js';

let broker: TestBroker;
let store: Awaited<ReturnType<typeof createMessagingDatabase>>;
let database: Database;
let relay: Relay;
let consumer: Consumer;
const seen: string[] = [];

beforeAll(async () => {
  broker = await createTestBroker(['bank.loans.v1']);
  store = await createMessagingDatabase('flow');
  database = store.database;
  await database.execute('CREATE TABLE told (loan_id text, sequence int)');
  relay = startRelay({ database, kafka: broker.kafka, log: silentLogger, metrics: createMetrics() });
  consumer = await startConsumer({
    database,
    kafka: broker.kafka,
    group: `${broker.prefix}flow`,
    subscriptions: [{ topic: 'bank.loans.v1' }],
    handlers: {
      'arrears.bank.loan-updated.v1': async (tx, { data, key, headers }) => {
        seen.push(headers['ce_source'] ?? '');
        await tx.execute('INSERT INTO told VALUES ($1, $2)', [key, data.sequence]);
      },
    },
    log: silentLogger,
    metrics: createMetrics(),
  });
}, 60_000);
afterAll(async () => {
  await consumer.stop();
  await relay.stop();
  await broker.close();
  await store.close();
}, 60_000);

describe('outbox → relay → Kafka → inbox → handler', () => {
  it('carries what a transaction wrote, once and in order, and nothing of one that failed', async () => {
    await database.transaction((tx) =>
      appendOutbox(
        tx,
        [1, 2, 3].map((n) => loanUpdated('L-1', n)),
      ),
    );
    const failing = database.transaction(async (tx) => {
      await appendOutbox(tx, [loanUpdated('L-1', 99)]);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await database.transaction((tx) => appendOutbox(tx, [loanUpdated('L-1', 4)]));
    const count = async () => (await database.query('SELECT 1 FROM told')).length;
    await until(async () => (await count()) >= 4, 'four events handled');
    expect(await database.query('SELECT loan_id, sequence FROM told')).toEqual(
      [1, 2, 3, 4].map((sequence) => ({ loan_id: 'L-1', sequence })),
    );
    expect(new Set(seen)).toEqual(new Set(['arrears/bank']));
    expect(consumer.alive() && relay.active()).toBe(true);
  }, 60_000);
});
