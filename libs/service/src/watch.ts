import type { Health, Metrics } from '@arrears/observability';
import type { Database } from '@arrears/persistence';

/** Dependencies whose outage alerts look at, with the name of their gauge. */
const gauges = { postgres: 'pg_up', temporal: 'temporal_up' } as const;
type Watched = keyof typeof gauges;
const everyMs = 10_000;

/** Asks PostgreSQL and Temporal now and then, as `/health/dependencies` does, and sets their gauges. @returns stops it */
export function watchDependencies(health: Health, metrics: Metrics): () => Promise<void> {
  const handles = new Map<string, (up: boolean) => void>();
  const look = async () => {
    const { checks } = await health.dependencies(Object.keys(gauges));
    for (const { name, status } of checks) {
      const handle = handles.get(name) ?? gaugeOf(name as Watched);
      handles.set(name, handle);
      handle(status === 'ok');
    }
  };
  const gaugeOf = (name: Watched) => {
    const gauge = metrics.gauge({ name: gauges[name], help: `1 while ${name} answers this process` });
    return (up: boolean) => gauge.set({}, up ? 1 : 0);
  };
  let looking = look();
  const timer = setInterval(() => {
    looking = look();
  }, everyMs);
  return async () => {
    clearInterval(timer);
    await looking;
  };
}

/** Seconds that work waited for a connection of the pool: for `openDatabase({ onWait })`. */
export function poolWait(metrics: Metrics): (seconds: number) => void {
  const wait = metrics.histogram({
    name: 'db_pool_wait_seconds',
    help: 'Waiting for a connection of the pool',
    buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 1, 5],
  });
  return (seconds) => wait.observe({}, seconds);
}

/** Sets the gauges of a service's database whenever metrics are read: connections of the pool, and what it takes on disk. */
export function measurePool(metrics: Metrics, db: Pick<Database, 'pool' | 'query'>): void {
  metrics.gauge({
    name: 'db_pool_connections',
    help: 'Connections of the pool, and work that waits for one',
    labels: { state: ['busy', 'idle', 'waiting'] },
    collect: (gauge) => {
      const { total, idle, waiting } = db.pool();
      gauge.set({ state: 'busy' }, total - idle);
      gauge.set({ state: 'idle' }, idle);
      gauge.set({ state: 'waiting' }, waiting);
    },
  });
  metrics.gauge({
    name: 'db_size_bytes',
    help: 'Bytes on disk by table, with its indexes and partitions; tables below a hundredth of the whole are "small"',
    labels: { table: { upTo: mostTables } },
    collect: async (gauge) => {
      const sizes = await db.query<{ table: string; bytes: number }>(sizesSql);
      gauge.reset();
      for (const { table, bytes } of sizes) gauge.set({ table }, bytes);
    },
  });
}

const mostTables = 60;
/** Sizes of files, as the server knows them: no table is read. A partition that is dropped meanwhile has none. */
const sizesSql = `
  WITH sizes AS (
    SELECT coalesce(parent.relname, c.relname) AS name, sum(pg_total_relation_size(c.oid)) AS bytes
      FROM pg_class c
      LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
      LEFT JOIN pg_class parent ON parent.oid = i.inhparent
     WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
     GROUP BY 1
  )
  SELECT CASE WHEN bytes * 100 < (SELECT sum(bytes) FROM sizes) THEN 'small' ELSE name END AS "table",
         sum(bytes)::float8 AS bytes
    FROM sizes
   WHERE bytes IS NOT NULL
   GROUP BY 1`;
