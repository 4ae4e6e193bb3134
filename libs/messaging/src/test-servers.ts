import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { topicName, topics, topicSettings, type TopicName } from '@arrears/contracts';
import { openDatabase, runMigrations, type Database, type MigrationFolder } from '@arrears/persistence';
import { createTestDatabase, testServers } from '@arrears/persistence/testing';
import { Kafka, logLevel } from 'kafkajs';
import { fixIdleTimer } from './kafka-idle-timer.js';
import type { KafkaPort } from './kafka-port.js';
import { kafkaPort } from './kafkajs-port.js';
import { messagingMigrations } from './migrations.js';

export interface TestBroker {
  prefix: string;
  brokers: string[];
  kafka: KafkaPort;
  /** Everything that lies on a topic, in order by partition. */
  readAll(topic: TopicName): Promise<{ partition: number; key: string; id: string; type: string; value: string }[]>;
  close(): Promise<void>;
}

/** Topics under a prefix of the test's own, removed again by `close`. */
export async function createTestBroker(
  names: readonly TopicName[] = topics.map(({ name }) => name),
): Promise<TestBroker> {
  fixIdleTimer();
  const brokers = [testServers().kafka];
  const prefix = `t${randomBytes(5).toString('hex')}.`;
  const client = new Kafka({ clientId: 'arrears-tests', brokers, logLevel: logLevel.NOTHING });
  const admin = client.admin();
  await admin.connect();
  const created = names.map((name) => topicName(prefix, name));
  await admin.createTopics({
    waitForLeaders: true,
    topics: topics
      .filter(({ name }) => names.includes(name))
      .map((topic) => ({
        topic: topicName(prefix, topic.name),
        numPartitions: topic.partitions,
        replicationFactor: 1,
        configEntries: Object.entries(topicSettings(topic)).map(([name, value]) => ({ name, value })),
      })),
  });
  const kafka = kafkaPort({ brokers, clientId: 'arrears-tests', topicPrefix: prefix });
  return {
    prefix,
    brokers,
    kafka,
    readAll: (topic) => readAll(client, topicName(prefix, topic)),
    async close() {
      await kafka.close();
      await admin.deleteTopics({ topics: created }).catch(() => undefined);
      await admin.disconnect();
    },
  };
}

/** A database with the tables of outbox and inbox, and whatever else the folders make. */
export async function createMessagingDatabase(
  label: string,
  folders: readonly MigrationFolder[] = [],
): Promise<{ url: string; database: Database; close: () => Promise<void> }> {
  const { url, drop } = await createTestDatabase(label);
  await runMigrations({ url, folders: [messagingMigrations, ...folders] });
  const database = await openDatabase({ url, name: `test ${label}`, poolSize: 16 });
  return {
    url,
    database,
    async close() {
      await database.close();
      await drop();
    },
  };
}

/** Waits for something to become true, at most `timeoutMs` (default 20 s). */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs = 20_000,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`);
    await sleep(25);
  }
}

async function readAll(client: Kafka, topic: string) {
  const admin = client.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const left = new Map(ends.filter(({ high }) => high !== '0').map(({ partition, high }) => [partition, BigInt(high)]));
  const found: { partition: number; key: string; id: string; type: string; value: string }[] = [];
  if (left.size === 0) return found;
  const consumer = client.consumer({ groupId: `read-${randomBytes(6).toString('hex')}` });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    // The first group on a broker that has just started meets "coordinator is loading": kafkajs begins again by itself.
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) reject(payload.error);
    });
    void consumer.run({
      autoCommit: false,
      eachMessage: ({ partition, message }) => {
        const header = (name: string) => message.headers?.[name]?.toString() ?? '';
        found.push({
          partition,
          key: message.key?.toString() ?? '',
          id: header('ce_id'),
          type: header('ce_type'),
          value: message.value?.toString() ?? '',
        });
        if (BigInt(message.offset) + 1n >= (left.get(partition) ?? 0n)) left.delete(partition);
        if (left.size === 0) resolve();
        return Promise.resolve();
      },
    });
  });
  await consumer.disconnect();
  return found;
}
