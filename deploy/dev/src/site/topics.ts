import { topicName, topics } from '@arrears/contracts';
import { Kafka, logLevel, type Admin } from 'kafkajs';

const dayMs = 86_400_000;

/** Creates the topics of the table that are missing, under a prefix. Partitions of existing ones are left alone. */
export async function createTopics(brokers: string, prefix: string): Promise<string[]> {
  return withAdmin(brokers, async (admin) => {
    const existing = new Set(await admin.listTopics());
    const missing = topics.filter(({ name }) => !existing.has(topicName(prefix, name)));
    if (missing.length > 0) {
      await admin.createTopics({
        waitForLeaders: true,
        topics: missing.map(({ name, partitions, retentionDays }) => ({
          topic: topicName(prefix, name),
          numPartitions: partitions,
          replicationFactor: 1,
          configEntries: [{ name: 'retention.ms', value: String(retentionDays * dayMs) }],
        })),
      });
    }
    return missing.map(({ name }) => topicName(prefix, name));
  });
}

/** Deletes the topics and consumer groups of a test's prefix. */
export async function deleteTopics(brokers: string, prefix: string): Promise<void> {
  if (prefix === '') throw new Error('only topics with a prefix are deleted');
  await withAdmin(brokers, async (admin) => {
    const mine = (await admin.listTopics()).filter((topic) => topic.startsWith(prefix));
    if (mine.length > 0) await admin.deleteTopics({ topics: mine });
  });
}

async function withAdmin<T>(brokers: string, work: (admin: Admin) => Promise<T>): Promise<T> {
  const kafka = new Kafka({
    clientId: 'arrears-site',
    brokers: brokers.split(','),
    logLevel: logLevel.NOTHING,
    retry: { retries: 12 },
  });
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}
