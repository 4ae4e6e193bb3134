import { setTimeout as sleep } from 'node:timers/promises';
import { createMetrics, silentLogger } from '@arrears/observability';
import { openDatabase, type Database } from '@arrears/persistence';
import { startConsumer } from '../consumer.js';
import { eventId } from '@arrears/contracts';
import { kafkaPort } from '../kafkajs-port.js';
import { appendOutbox } from '../outbox.js';
import { startRelay } from '../relay.js';

/** What a child of the chaos run is told, as JSON in its only argument. */
export interface ChildOrder {
  role: 'producer' | 'relay' | 'consumer';
  url: string;
  brokers: string[];
  prefix: string;
  events: number;
  keys: number;
}

const order = JSON.parse(process.argv[2] ?? '{}') as ChildOrder;
const database = await openDatabase({ url: order.url, name: `chaos ${order.role}`, poolSize: 10 });
const kafka = kafkaPort({ brokers: order.brokers, clientId: `chaos-${order.role}`, topicPrefix: order.prefix });
const common = { database, kafka, log: silentLogger, metrics: createMetrics() };

if (order.role === 'producer') await produce(database);
if (order.role === 'relay') {
  const relay = startRelay(common);
  process.once('SIGTERM', () => void relay.stop().then(end));
}
if (order.role === 'consumer') {
  const consumer = await startConsumer({
    ...common,
    group: `${order.prefix}chaos`,
    subscriptions: [{ topic: 'bank.loans.v1' }],
    sessionTimeoutMs: 6_000,
    handlers: {
      'arrears.bank.loan-updated.v1': async (tx, { id, key, data }) => {
        await tx.execute('INSERT INTO chaos_handled (id, key, sequence) VALUES ($1, $2, $3)', [id, key, data.sequence]);
      },
    },
  });
  process.once('SIGTERM', () => void consumer.stop().then(end));
}

/**
 * Each event is counted in the transaction that appends it, so a killed producer goes on where its last commit left off.
 * Some transactions stay open a while after they have written: others must not be sent past them.
 */
async function produce(db: Database): Promise<void> {
  const perTransaction = Math.max(5, Math.min(100, Math.round(order.events / 500)));
  const one = async (lane: number) => {
    for (let turn = 0; ; turn++) {
      const done = await db.transaction(async (tx) => {
        const key = `L-${(lane * 7919 + turn * 31 + Math.floor(Math.random() * order.keys)) % order.keys}`;
        const rows = await tx.query<{ produced: number; wanted: number }>(
          'SELECT produced, wanted FROM chaos_keys WHERE key = $1 FOR UPDATE',
          [key],
        );
        const [row] = rows;
        if (row === undefined || row.produced >= row.wanted)
          return (await tx.query('SELECT 1 FROM chaos_keys WHERE produced < wanted LIMIT 1')).length === 0;
        const upTo = Math.min(row.wanted, row.produced + perTransaction);
        const sequences = Array.from({ length: upTo - row.produced }, (_, index) => row.produced + index + 1);
        await tx.execute('UPDATE chaos_keys SET produced = $2 WHERE key = $1', [key, upTo]);
        await appendOutbox(
          tx,
          sequences.map((sequence) => event(key, sequence)),
        );
        if (turn % 10 === 0) await sleep(Math.random() * 60);
        return false;
      });
      if (done) return;
      await sleep(15);
    }
  };
  await Promise.all([one(0), one(1), one(2)]);
  await end();
}

function event(loanId: string, sequence: number) {
  const of = { service: 'chaos', aggregate: loanId, version: sequence, ordinal: 0, dataHash: '' };
  const type = 'arrears.bank.loan-updated.v1' as const;
  return {
    destination: 'kafka' as const,
    topic: 'bank.loans.v1' as const,
    key: loanId,
    type,
    id: eventId({ ...of, type }),
    time: new Date().toISOString(),
    data: { agreementId: 'AGR-1', loanId, sequence, asOf: '2026-11-09' },
  };
}

async function end(): Promise<void> {
  await kafka.close();
  await database.close();
  process.exit(0);
}
