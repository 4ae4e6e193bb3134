import { topicName, topics, topicSettings, type Topic } from '@arrears/contracts';
import { Kafka, logLevel, type Admin, type ConfigResourceTypes, type ConfigSource } from 'kafkajs';

/** The protocol's numbers for a topic, and for a setting of its own; kafkajs's names can't be imported by an ES module. */
const topicResource: ConfigResourceTypes = 2;
const setOnTopic: ConfigSource = 1;

/**
 * Creates the topics of the table that are missing, under a prefix, and gives those that exist the table's settings.
 * Their partitions, and settings that the table does not name, are left alone.
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
    if (kept.length > 0) await giveSettings(admin, prefix, kept);
    return missing.map(({ name }) => topicName(prefix, name));
  });
}

/**
 * The client knows the older of the two requests only, which puts back to the broker's default whatever it does not name: so
 * what a topic has of its own is read first and named again.
 */
async function giveSettings(admin: Admin, prefix: string, kept: readonly (typeof topics)[number][]): Promise<void> {
  const places = kept.map(({ name }) => ({ type: topicResource, name: topicName(prefix, name) }));
  const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: places });
  const changed = kept.flatMap((topic) => {
    const name = topicName(prefix, topic.name);
    const known = resources.find(({ resourceName }) => resourceName === name)?.configEntries ?? [];
    const own = new Map<string, string>();
    for (const { configName, configValue, configSource } of known)
      if (configSource === setOnTopic) own.set(configName, configValue);
    const wanted = settingsOf(topic);
    if (wanted.every((one) => own.get(one.name) === one.value)) return [];
    for (const one of wanted) own.set(one.name, one.value);
    return [{ type: topicResource, name, configEntries: [...own].map(([entry, value]) => ({ name: entry, value })) }];
  });
  if (changed.length > 0) await admin.alterConfigs({ validateOnly: false, resources: changed });
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
