import { topics } from '@arrears/contracts';
import type { Logger } from '@arrears/observability';
import type { Database, DayKeys } from '@arrears/persistence';
import type { ConsumerOptions } from './consumer.js';
import type { InboxMetrics } from './metrics.js';
import { makePartitions, oldPartitions } from './outbox-upkeep.js';

/** Makes the days to come; drops days past retention, except those in which something still waits for a person. */
export async function tendInbox(
  database: Database,
  retentionDays: number,
  days: DayKeys | undefined,
  log: Logger,
): Promise<void> {
  await makePartitions(database, 'inbox', log);
  let kept = false;
  for (const partition of await oldPartitions(database, 'inbox', retentionDays)) {
    const dropped = await database.transaction(async (tx) => {
      const open = await tx.query(`SELECT 1 FROM ${partition} WHERE state IN ('pending', 'parked') LIMIT 1`);
      if (open.length > 0) return false;
      await tx.execute(`SET LOCAL lock_timeout = '2s'`);
      await tx.execute(`DROP TABLE ${partition}`);
      return true;
    });
    if (dropped) log.info('outbox-partition-dropped', { outcome: partition });
    else kept = true;
  }
  for (let gone = 1; gone > 0;)
    gone = await database.execute(
      `DELETE FROM inbox_ids
        WHERE ctid = ANY (ARRAY(SELECT ctid FROM inbox_ids
                                 WHERE day < (now() AT TIME ZONE 'UTC')::date - $1::int LIMIT 10000))`,
      [retentionDays],
    );
  // A day's key must outlive what a person has yet to replay.
  if (!kept) await days?.destroy(new Date(Date.now() - retentionDays * 86_400_000).toISOString().slice(0, 10));
}

interface Measured {
  topic: (typeof topics)[number]['name'];
  pending: string;
  oldest: number | null;
}

/** Sets the gauges of what waits here and in Kafka. */
export async function measureInbox(options: ConsumerOptions, metrics: InboxMetrics): Promise<void> {
  const { database, kafka, group, subscriptions } = options;
  const wanted = subscriptions.map(({ topic }) => topic);
  const pending = await database.query<Measured>(
    `SELECT topic, count(*) AS pending,
            extract(epoch FROM now() - min(received_at) FILTER (WHERE NOT EXISTS (
              SELECT 1 FROM inbox_keys AS held
               WHERE held.consumer = inbox.consumer AND held.topic = inbox.topic AND held.key = inbox.key
                 AND held.retry_at = 'infinity')))::float8 AS oldest
       FROM inbox WHERE consumer = $1 AND state = 'pending' GROUP BY topic`,
    [group],
  );
  const parked = await database.query<{ topic: Measured['topic']; keys: string; oldest: number }>(
    `SELECT topic, count(DISTINCT key) AS keys, extract(epoch FROM now() - min(received_at))::float8 AS oldest
       FROM inbox WHERE consumer = $1 AND state = 'parked' AND blocks_key GROUP BY topic`,
    [group],
  );
  for (const topic of wanted) {
    const waits = pending.find((row) => row.topic === topic);
    const held = parked.find((row) => row.topic === topic);
    metrics.pending.set({ topic }, Number(waits?.pending ?? 0));
    metrics.oldest.set({ topic }, Math.max(0, waits?.oldest ?? 0));
    metrics.parkedKeys.set({ topic }, Number(held?.keys ?? 0));
    metrics.parkedOldest.set({ topic }, Math.max(0, held?.oldest ?? 0));
  }
  for (const { topic, partition, records } of await kafka.lag(group, wanted))
    metrics.lag.set({ topic, partition: String(partition) }, records);
}
