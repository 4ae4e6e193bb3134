import { randomUUID } from 'node:crypto';
import type { TopicName } from '@arrears/contracts';
import type { Database } from '@arrears/persistence';
import { cloudEventHeaders } from './cloud-events.js';
import type { KafkaPort } from './kafka-port.js';

export interface HeartbeatLane {
  /** Whether it is time for one. */
  wants(): boolean;
  /** Sends one if everything committed before the moment it will name has been sent and marked. */
  beat(database: Database): Promise<void>;
}

/**
 * A heartbeat promises a partition's reader that everything committed before `at` lies in front of it. Whatever was
 * committed before `at` has a transaction id below the `xmax` of a snapshot taken after `at`; the promise may be
 * made once no row below that waits. The moment is kept until then, so a steady stream of rows can't put it off for ever.
 */
export function heartbeatLane(kafka: KafkaPort, topic: TopicName, everyMs: number): HeartbeatLane {
  let lastAt = 0;
  let due: { at: number; xmax: string } | undefined;
  let partitions: number[] = [];
  return {
    wants: () => Date.now() - lastAt >= everyMs,
    async beat(database) {
      if (due === undefined) {
        const at = Date.now();
        const [now] = await database.query<{ xmax: string }>(
          'SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS xmax',
        );
        due = { at, xmax: now?.xmax ?? '0' };
      }
      const waiting = await database.query(
        `SELECT 1 FROM outbox WHERE published_at IS NULL AND xid < $1::xid8 AND destination = 'kafka' LIMIT 1`,
        [due.xmax],
      );
      if (waiting.length > 0) return;
      if (partitions.length === 0) partitions = await kafka.partitions(topic);
      if (partitions.length === 0) throw new Error(`topic ${topic} has no partitions yet`);
      const at = new Date(due.at).toISOString();
      await kafka.produce(partitions.map((partition) => heartbeat(topic, partition, at)));
      lastAt = due.at;
      due = undefined;
    },
  };
}

const type = 'arrears.cases.feed-heartbeat.v1';

function heartbeat(topic: TopicName, partition: number, at: string) {
  return {
    topic,
    partition,
    key: `feed-${partition}`,
    value: JSON.stringify({ at, partition }),
    headers: cloudEventHeaders({ id: randomUUID(), type, time: at, key: `feed-${partition}` }),
  };
}
