import type { TopicName } from '@arrears/contracts';
import type { Database } from '@arrears/persistence';
import type { KafkaPort, OutgoingRecord } from './kafka-port.js';
import type { RelayMetrics } from './metrics.js';
import type { HeartbeatLane } from './relay-heartbeat.js';

interface OutboxRow {
  id: string;
  day: string;
  created: number;
  topic: TopicName;
  key: string;
  headers: Record<string, string>;
  payload: string;
}

const rowsARead = 500;
/** A record batch of one partition must stay under the topic's limit (1 MiB by default), headers and framing included. */
const bytesARequest = 800 * 1024;

/**
 * Sends every row that waits, in order, until none is left. While one batch is on its way the next is read and the last
 * one is marked. No position is kept: a row that becomes visible late, between others, is found because it has no mark. A row that was
 * sent and not marked goes again with the same id, which the inbox knows.
 */
export async function drainToKafka(
  deps: { database: Database; kafka: KafkaPort; metrics: RelayMetrics; heartbeat?: HeartbeatLane | undefined },
  active: () => boolean,
): Promise<number> {
  const { database, kafka, metrics, heartbeat } = deps;
  let marking: Promise<void> = Promise.resolve();
  let unmarked: OutboxRow[] = [];
  let sent = 0;
  let next = read(database, []);
  try {
    for (;;) {
      const rows = await next;
      const full = rows.length === rowsARead;
      if (full && active()) next = caught(read(database, [...unmarked, ...rows]));
      for (const batch of requests(rows)) {
        if (!active()) return sent;
        await kafka.produce(batch.map(toRecord));
        await marking;
        unmarked = batch;
        marking = caught(markPublished(database, batch));
        observe(metrics, batch);
        sent += batch.length;
      }
      if (heartbeat?.wants() === true) {
        await marking;
        await heartbeat.beat(database);
      }
      if (!full || !active()) return sent;
    }
  } finally {
    await marking;
  }
}

function read(database: Database, inHand: readonly OutboxRow[]): Promise<OutboxRow[]> {
  return database.query<OutboxRow>(readSql, [inHand.map(({ id }) => id), rowsARead]);
}

/**
 * Rows of transactions below the horizon, up to the first visible one above it: that one may have been written before
 * (its xid came late, its id did not), so nothing passes it. Whatever lies before it is below the horizon, so the
 * ids alone bound the read, and an index gives them in order however much waits.
 */
const readSql = `
  WITH horizon AS MATERIALIZED (
    SELECT outbox_horizon() AS xmin
  ), held AS MATERIALIZED (
    SELECT coalesce(min(id), 9223372036854775807) AS id
      FROM (SELECT id FROM outbox WHERE published_at IS NULL AND xid >= (SELECT xmin FROM horizon) OFFSET 0) AS above
  )
  SELECT id, day, (extract(epoch FROM created_at) * 1000)::float8 AS created, topic, key, headers, payload
    FROM outbox
   WHERE published_at IS NULL
     AND destination = 'kafka'
     AND id < (SELECT id FROM held)
     AND id <> ALL ($1::bigint[])
   ORDER BY id
   LIMIT $2`;

/** Losing a mark to a crash costs a second sending and nothing else, so the mark need not wait for the disk. */
export async function markPublished(
  database: Pick<Database, 'execute'>,
  rows: readonly { id: string; day: string }[],
  refused = false,
): Promise<void> {
  const days = rows.map(({ day }) => day).sort();
  await database.execute(
    `WITH quick AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
     UPDATE outbox SET published_at = now(), refused = $4
       FROM quick
      WHERE day BETWEEN $2 AND $3 AND id = ANY ($1::bigint[])`,
    [rows.map(({ id }) => id), days[0], days.at(-1), refused],
  );
}

function* requests(rows: readonly OutboxRow[]): Generator<OutboxRow[]> {
  let batch: OutboxRow[] = [];
  let bytes = 0;
  for (const row of rows) {
    const size = Buffer.byteLength(row.payload) + 600;
    if (batch.length > 0 && bytes + size > bytesARequest) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(row);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

function toRecord({ topic, key, headers, payload }: OutboxRow): OutgoingRecord {
  return { topic, key, headers, value: payload };
}

function observe(metrics: RelayMetrics, rows: readonly OutboxRow[]): void {
  const now = Date.now();
  metrics.published.inc({ destination: 'kafka' }, rows.length);
  for (const { created } of rows) metrics.delay.observe({ destination: 'kafka' }, Math.max(0, now - created) / 1000);
}

/** The failure is met where the promise is awaited; until then it must not count as unhandled. */
function caught<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
