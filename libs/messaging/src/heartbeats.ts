import { feedHeartbeat, type TopicName } from '@arrears/contracts';
import type { Database } from '@arrears/persistence';
import type { IncomingRecord } from './kafka-port.js';

const type = 'arrears.cases.feed-heartbeat.v1';

interface Pending {
  topic: TopicName;
  partition: number;
  offset: bigint;
  at: string;
}

export type OnHeartbeat = (partition: number, at: string) => void;

/**
 * Heartbeats don't enter the inbox: one is applied when no row that lay before it in its partition is pending any more,
 * so that whoever reads `feed_heartbeats` knows that all facts up to then are in the tables.
 */
export function heartbeatKeeper(database: Database, consumer: string, onHeartbeat: OnHeartbeat | undefined) {
  const waiting = new Map<string, Pending[]>();

  const apply = async ({ topic, partition, at }: Pending) => {
    await database.execute(
      `INSERT INTO feed_heartbeats (consumer, topic, partition, at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (consumer, topic, partition) DO UPDATE SET at = greatest(feed_heartbeats.at, excluded.at)`,
      [consumer, topic, partition, at],
    );
    onHeartbeat?.(partition, at);
  };
  return {
    /** Takes the heartbeats out of a batch; gives the rest. */
    take(records: readonly IncomingRecord[]): IncomingRecord[] {
      const rest: IncomingRecord[] = [];
      for (const record of records) {
        if (record.headers['ce_type'] !== type) {
          rest.push(record);
          continue;
        }
        const at = readAt(record);
        if (at === undefined) continue;
        const name = `${record.topic}/${record.partition}`;
        const list = waiting.get(name) ?? [];
        list.push({ topic: record.topic, partition: record.partition, offset: BigInt(record.offset), at });
        // Only the newest that may be applied matters; a long backlog must not collect thousands.
        waiting.set(name, list.slice(-120));
      }
      return rest;
    },
    async applyDue(): Promise<void> {
      for (const [name, list] of waiting) {
        const [first] = list;
        if (first === undefined) continue;
        const [open] = await database.query<{ offset: string }>(
          `SELECT "offset"::text AS offset FROM inbox
            WHERE consumer = $1 AND topic = $2 AND partition = $3 AND state = 'pending'
              -- Rows behind a parked one wait for a person; only their own key is behind, and readers ask for that.
              AND NOT EXISTS (
                SELECT 1 FROM inbox_keys AS held
                 WHERE held.consumer = inbox.consumer AND held.topic = inbox.topic AND held.key = inbox.key
                   AND held.retry_at = 'infinity')
            ORDER BY inbox."offset" LIMIT 1`,
          [consumer, first.topic, first.partition],
        );
        const upTo = open === undefined ? undefined : BigInt(open.offset);
        const applicable = list.filter(({ offset }) => upTo === undefined || offset < upTo);
        const newest = applicable.at(-1);
        if (newest === undefined) continue;
        await apply(newest);
        waiting.set(
          name,
          (waiting.get(name) ?? []).filter(({ offset }) => offset > newest.offset),
        );
      }
    },
    /** Partitions that went to another member are its business. */
    keepOnly(assigned: ReadonlyMap<TopicName, readonly number[]>): void {
      for (const [name, list] of waiting) {
        const [first] = list;
        if (first === undefined || assigned.get(first.topic)?.includes(first.partition) !== true) waiting.delete(name);
      }
    },
  };
}

function readAt(record: IncomingRecord): string | undefined {
  try {
    const read = feedHeartbeat.safeParse(JSON.parse(record.value?.toString('utf8') ?? ''));
    return read.success ? read.data.at : undefined;
  } catch {
    return undefined;
  }
}
