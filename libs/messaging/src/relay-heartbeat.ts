import { randomUUID } from 'node:crypto';
import type { TopicName } from '@arrears/contracts';
import { cloudEventHeaders } from './cloud-events.js';
import type { KafkaPort } from './kafka-port.js';

export interface HeartbeatLane {
  /** A read that began at `at` saw `xmax` as the first transaction id not yet given out. */
  seen(at: number, xmax: bigint): void;
  /** Every row of a transaction below `xid` has been acknowledged; sends the heartbeat that this allows. */
  sentBelow(xid: bigint): Promise<void>;
}

/**
 * A heartbeat promises a partition's reader that everything committed before `at` lies in front of it. What was
 * committed before `at` has a transaction id below the `xmax` of a snapshot taken after `at`, so the promise may be made
 * once all rows below that are sent. A long write transaction holds it back, and rightly so: nobody knows yet
 * what it will say.
 */
export function heartbeatLane(kafka: KafkaPort, topic: TopicName, everyMs: number): HeartbeatLane {
  let lastAt = 0;
  let due: { at: number; xmax: bigint } | undefined;
  let partitions: number[] = [];
  return {
    seen(at, xmax) {
      if (due === undefined && at - lastAt >= everyMs) due = { at, xmax };
    },
    async sentBelow(xid) {
      if (due === undefined || xid < due.xmax) return;
      const { at } = due;
      if (partitions.length === 0) partitions = await kafka.partitions(topic);
      if (partitions.length === 0) throw new Error(`topic ${topic} has no partitions yet`);
      await kafka.produce(partitions.map((partition) => heartbeat(topic, partition, new Date(at).toISOString())));
      lastAt = at;
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
