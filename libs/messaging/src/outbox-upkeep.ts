import type { Logger } from '@arrears/observability';
import type { Database } from '@arrears/persistence';
import type { RelayMetrics } from './metrics.js';

const columns = 'destination, topic, key, type, workflow_id, ce_id, headers, payload';

/** Gives scheduled rows that are due their place in the outbox, in the order of their due times. */
export async function moveDue(database: Database): Promise<void> {
  await database.query(`
    WITH due AS (
      DELETE FROM outbox_scheduled
       WHERE id IN (SELECT id FROM outbox_scheduled WHERE not_before <= now() ORDER BY not_before, id LIMIT 500)
      RETURNING id, not_before, ${columns}
    ), moved AS (
      INSERT INTO outbox (${columns})
      SELECT ${columns} FROM due ORDER BY not_before, id
      RETURNING 1
    )
    SELECT pg_notify('outbox', '') FROM moved LIMIT 1`);
}

const daysAhead = 7;

/** Makes the partitions of the days to come; drops days past retention in which everything was published. */
export async function tendOutbox(
  database: Database,
  retentionDays: number,
  metrics: RelayMetrics,
  log: Logger,
): Promise<void> {
  const ahead = await makePartitions(database, 'outbox', log);
  metrics.partitionsAhead.set({ table: 'outbox' }, ahead);
  for (const partition of await oldPartitions(database, 'outbox', retentionDays)) {
    const dropped = await database.transaction(async (tx) => {
      const open = await tx.query(`SELECT 1 FROM ${partition} WHERE published_at IS NULL LIMIT 1`);
      if (open.length > 0) return false;
      await tx.execute(`SET LOCAL lock_timeout = '2s'`);
      await tx.execute(`DROP TABLE ${partition}`);
      return true;
    });
    if (dropped) log.info('outbox-partition-dropped', { outcome: partition });
  }
}

/** Each day in a statement of its own: a day whose rows already lie in the rest partition can't get one any more. */
export async function makePartitions(database: Database, table: 'outbox' | 'inbox', log: Logger): Promise<number> {
  let furthest = 0;
  for (let ahead = 0; ahead <= daysAhead; ahead++) {
    try {
      const [row] = await database.query<{ made: boolean }>(
        `SELECT make_day_partition($1, (now() AT TIME ZONE 'UTC')::date + $2::int) AS made`,
        [table, ahead],
      );
      furthest = ahead;
      if (row?.made === true) log.info('outbox-partition-created', { outcome: table, count: ahead });
    } catch (error) {
      log.warn('database-error', { outcome: table, count: ahead }, error);
    }
  }
  return furthest;
}

/** Names of the day partitions that ended more than `retentionDays` ago; they come from the catalogue. */
export async function oldPartitions(database: Database, table: string, retentionDays: number): Promise<string[]> {
  const rows = await database.query<{ name: string }>(
    `SELECT child.relname AS name
       FROM pg_inherits
       JOIN pg_class AS child ON child.oid = inhrelid
      WHERE inhparent = $1::regclass
        AND child.relname ~ ('^' || $1 || '_[0-9]{8}$')
        AND to_date(right(child.relname, 8), 'YYYYMMDD') < (now() AT TIME ZONE 'UTC')::date - $2::int
      ORDER BY child.relname`,
    [table, retentionDays],
  );
  return rows.map(({ name }) => name);
}

/** Sets the gauges of what waits and of what holds the horizon back. */
export async function measureOutbox(database: Database, metrics: RelayMetrics): Promise<void> {
  const rows = await database.query<{ destination: 'kafka' | 'temporal'; waiting: string; oldest: number }>(`
    SELECT destination, count(*) AS waiting, extract(epoch FROM now() - min(created_at))::float8 AS oldest
      FROM outbox
     WHERE published_at IS NULL
     GROUP BY destination`);
  for (const destination of ['kafka', 'temporal'] as const) {
    const found = rows.find((row) => row.destination === destination);
    metrics.unpublished.set({ destination }, Number(found?.waiting ?? 0));
    metrics.oldest.set({ destination }, Math.max(0, found?.oldest ?? 0));
  }
  const [horizon] = await database.query<{ seconds: number }>(`
    SELECT coalesce(max(extract(epoch FROM now() - xact_start)), 0)::float8 AS seconds
      FROM pg_stat_activity
     WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid() AND datname = current_database()`);
  metrics.horizon.set({}, horizon?.seconds ?? 0);
}
