import { topicName, topics, topicSettings, type Topic } from '@arrears/contracts';
import { Kafka, logLevel, type Admin, type ConfigResourceTypes } from 'kafkajs';

/** The protocol's number for a topic; kafkajs's own name for it can't be imported by an ES module. */
const topicResource: ConfigResourceTypes = 2;

/**
 * Creates the topics of the table that are missing, under a prefix, and gives those that exist the table's settings.
 * Partitions of existing ones are left alone.
 */
export async function createTopics(brokers: string, prefix: string): Promise<string[]> {
  return withAdmin(brokers, async (admin) => {
    const existing = new Set(await admin.listTopics());
    const isThere = ({ name }: Topic) => existing.has(`${prefix}${name}`);
    const missing = topics.filter((topic) => !isThere(topic));
    const kept = topics.filter(isThere);
    if (missing.length > 0) {
      await admin.createTopics({
        waitForLeaders: true,
        topics: missing.map((topic) => ({
          topic: topicName(prefix, topic.name),
          numPartitions: topic.partitions,
          replicationFactor: 1,
          configEntries: settingsOf(topic),
        })),
      });
    }
    if (kept.length > 0) {
      await admin.alterConfigs({
        validateOnly: false,
        resources: kept.map((topic) => ({
          type: topicResource,
          name: topicName(prefix, topic.name),
          configEntries: settingsOf(topic),
        })),
      });
    }
    return missing.map(({ name }) => topicName(prefix, name));
  });
}

const settingsOf = (topic: Topic) => Object.entries(topicSettings(topic)).map(([name, value]) => ({ name, value }));

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
