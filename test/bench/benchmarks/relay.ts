import { randomUUID } from 'node:crypto';
import { topicName } from '@arrears/contracts';
import { appendOutbox, kafkaPort, messagingMigrations, startRelay, type KafkaPort } from '@arrears/messaging';
import { createMetrics, silentLogger } from '@arrears/observability';
import { openDatabase, runMigrations, type Database } from '@arrears/persistence';
import { Kafka, logLevel, type Producer } from 'kafkajs';
import { measurement, type Benchmark } from '../harness/benchmark.js';
import { stageChanged } from '../harness/case-event.js';
import { sideBySide, spread } from '../harness/rounds.js';
import { servers } from '../harness/servers.js';
import { createDatabase, createTestTopics, topicPrefix } from '../harness/support.js';

const rounds = 9;
const events = 10_000;
/** As many as the relay sends in one request. */
const batch = 500;
const topic = 'collections.cases.v1';

export const relay: Benchmark = {
  name: 'relay',
  title: 'events a second from the outbox to Kafka ÷ kafkajs producing the same batches',
  needs: ['servers'],
  timeoutMs: 600_000,
  run: async () => {
    const brokers = [servers().kafka];
    const prefix = topicPrefix();
    const port = kafkaPort({ brokers, clientId: 'bench', topicPrefix: prefix });
    const { drop: dropTopics } = await createTestTopics(prefix);
    const store = await createDatabase('relay');
    await runMigrations({ url: store.url, folders: [messagingMigrations] });
    const database = await openDatabase({ url: store.url, name: 'bench relay' });
    const kafka = new Kafka({ clientId: 'bench-plain', brokers, logLevel: logLevel.NOTHING });
    const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    try {
      const measured = await sideBySide(rounds, {
        ours: () => relayed(database, port),
        baseline: () => produced(producer, topicName(prefix, topic)),
      });
      const note = `${rounds} rounds of ${events} events of 0.9 KB, ${batch} a request; ${spread(measured)}`;
      return [measurement('relay', { ...measured, unit: 'events/s', goal: { atLeast: 0.7 }, note })];
    } finally {
      await producer.disconnect();
      await port.close();
      await database.close();
      await store.drop();
      await dropTopics();
    }
  },
};

/** From the start of a relay that finds a full outbox to its end, when the last row has been marked. */
async function relayed(database: Database, port: KafkaPort): Promise<number> {
  for (let filled = 0; filled < events; filled += batch) {
    await database.transaction((tx) => appendOutbox(tx, sampleBatch()));
  }
  let sent = 0;
  let allSent: () => void = () => undefined;
  const done = new Promise<void>((resolve) => (allSent = resolve));
  const counting: KafkaPort = {
    ...port,
    produce: async (records) => {
      await port.produce(records);
      sent += records.length;
      if (sent >= events) allSent();
    },
  };
  const begun = performance.now();
  const running = startRelay({ database, kafka: counting, log: silentLogger, metrics: createMetrics() });
  await done;
  await running.stop();
  const seconds = (performance.now() - begun) / 1000;
  const [left] = await database.query<{ n: string }>('SELECT count(*) AS n FROM outbox WHERE published_at IS NULL');
  if (left?.n !== '0') throw new Error(`${left?.n ?? '?'} rows were not marked`);
  return events / seconds;
}

async function produced(producer: Producer, name: string): Promise<number> {
  const batches = Array.from({ length: events / batch }, () =>
    sampleBatch().map((record) => {
      if (record.destination !== 'kafka') throw new Error('a record for Kafka is wanted');
      const { key, headers, data, id, type, time } = record;
      // What the relay's headers hold, by name and size.
      const ce = { ce_specversion: '1.0', ce_id: id, ce_type: type, ce_time: time, ce_source: 'arrears/cases' };
      const more = { 'content-type': 'application/json', ce_subject: key, ce_partitionkey: key };
      return { key, value: JSON.stringify(data), headers: { ...ce, ...more, ...headers } };
    }),
  );
  const begun = performance.now();
  for (const messages of batches) {
    await producer.sendBatch({ acks: -1, topicMessages: [{ topic: name, messages }] });
  }
  return events / ((performance.now() - begun) / 1000);
}

const sampleBatch = () => Array.from({ length: batch }, () => stageChanged(randomUUID(), 2));
