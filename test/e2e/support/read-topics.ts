import { randomUUID } from 'node:crypto';
import { topics, type TopicName } from '@arrears/contracts';
import type { KafkaPort } from '@arrears/messaging';
import { until } from '../../support/index.js';

export interface TopicRecord {
  topic: TopicName;
  key: string;
  headers: Readonly<Record<string, string>>;
  value: string;
}

/** Everything that lies on every topic of the installation when it is called, read by a group of its own. */
export async function readTopics(door: KafkaPort): Promise<TopicRecord[]> {
  const records: TopicRecord[] = [];
  const group = `reader-${randomUUID()}`;
  const names = topics.map(({ name }) => name);
  const before = await door.lag(group, names);
  const wanted = before.reduce((sum, { records: count }) => sum + count, 0);
  const reading = await door.subscribe({
    group,
    topics: names,
    onBatch: (batch) => {
      for (const { topic, key, headers, value } of batch)
        records.push({ topic, key: key?.toString() ?? '', headers, value: value?.toString() ?? '' });
      return Promise.resolve();
    },
  });
  try {
    await until(() => records.length >= wanted, 60_000, `${wanted} records to be read`);
    return records;
  } finally {
    await reading.stop();
  }
}
