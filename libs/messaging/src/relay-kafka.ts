import type { TopicName } from '@arrears/contracts';
import type { Database } from '@arrears/persistence';
import type { KafkaPort, OutgoingRecord } from './kafka-port.js';
import type { RelayMetrics } from './metrics.js';
import type { HeartbeatLane } from './relay-heartbeat.js';

interface OutboxRow {
  id: string;
  xid: string;
  day: string;
  created: number;
  topic: TopicName;
  key: string;
  headers: Record<string, string>;
  payload: string;
}

/** Rows below the horizon, and where it stood: a row that is not in here and not published lies above `xmin`. */
interface Read {
  rows: OutboxRow[];
  /** Real time before the statement, and the first transaction id that was not yet given out then. */
  at: number;
  xmin: bigint;
  xmax: bigint;
}

const rowsARead = 500;
/** A record batch of one partition must stay under the topic's limit (1 MiB by default), headers and framing included. */
const bytesARequest = 800 * 1024;

/**
 * Sends every row that waits, in order, until none is left. While one batch is on its way the next is read and the last
 * one is marked; the position that this needs lives no longer than the call, so after any failure the marks alone
 * tell what is left. A row that was sent and not marked goes again with the same id, which the inbox knows.
 */
export async function drainToKafka(
  deps: { database: Database; kafka: KafkaPort; metrics: RelayMetrics; heartbeat?: HeartbeatLane | undefined },
  active: () => boolean,
): Promise<number> {
  const { database, kafka, metrics, heartbeat } = deps;
  let marking: Promise<void> = Promise.resolve();
  let sent = 0;
  let next: Promise<Read> = read(database, undefined);
  try {
    for (;;) {
      const { rows, at, xmin, xmax } = await next;
      const last = rows.at(-1);
      heartbeat?.seen(at, xmax);
      const full = rows.length === rowsARead;
      if (last !== undefined && full && active()) next = caught(read(database, last));
      for (const batch of requests(rows)) {
        if (!active()) return sent;
        await kafka.produce(batch.map(toRecord));
        await marking;
        marking = caught(mark(database, batch));
        observe(metrics, batch);
        sent += batch.length;
      }
      // Rows of the last transaction may go on in the next read; everything before it has been sent.
      await heartbeat?.sentBelow(full && last !== undefined ? BigInt(last.xid) : xmin);
      if (!full || !active()) return sent;
    }
  } finally {
    await marking;
  }
}

async function read(database: Database, after: OutboxRow | undefined): Promise<Read> {
  const at = Date.now();
  const rows = await database.query<{ id: string | null; xmin: string; xmax: string } & Partial<OutboxRow>>(readSql, [
    after?.xid ?? '0',
    after?.id ?? '0',
    rowsARead,
  ]);
  const [first] = rows;
  return {
    rows: rows.filter((row): row is OutboxRow & { xmin: string; xmax: string } => row.id !== null),
    at,
    xmin: BigInt(first?.xmin ?? 0),
    xmax: BigInt(first?.xmax ?? 0),
  };
}

const readSql = `
  WITH horizon AS (
    SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xmin, pg_snapshot_xmax(pg_current_snapshot()) AS xmax
  )
  SELECT horizon.xmin::text, horizon.xmax::text, waiting.*
    FROM horizon
    LEFT JOIN LATERAL (
      SELECT id, xid::text, day, (extract(epoch FROM created_at) * 1000)::float8 AS created, topic, key, headers, payload
        FROM outbox
       WHERE published_at IS NULL
         AND destination = 'kafka'
         AND outbox.xid < horizon.xmin
         AND (outbox.xid, id) > ($1::xid8, $2::bigint)
       ORDER BY outbox.xid, id
       LIMIT $3
    ) AS waiting ON true`;

/** Losing a mark to a crash costs a second sending and nothing else, so the mark need not wait for the disk. */
async function mark(database: Database, rows: readonly OutboxRow[]): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.execute('SET LOCAL synchronous_commit = off');
    await markPublished(tx, rows);
  });
}

export async function markPublished(
  tx: Pick<Database, 'execute'>,
  rows: readonly { id: string; day: string }[],
  refused = false,
): Promise<void> {
  const days = rows.map(({ day }) => day).sort();
  await tx.execute(
    `UPDATE outbox SET published_at = now(), refused = $4 WHERE day BETWEEN $2 AND $3 AND id = ANY ($1::bigint[])`,
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
