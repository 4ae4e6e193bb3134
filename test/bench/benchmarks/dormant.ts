import pg from 'pg';
import { measurement, type Benchmark, type Measurement } from '../harness/benchmark.js';
import { openInstallation, type Installation } from '../harness/installation.js';
import { until } from '../harness/load.js';
import { servers } from '../harness/servers.js';
import { startTemporalOnPostgres, useTemporalAt } from '../harness/temporal-on-postgres.js';

const few = 2_000;
const many = 10_000;

export const dormant: Benchmark = {
  name: 'dormant',
  title: `PostgreSQL bytes of a case that waits: at ${many} cases ÷ at ${few}`,
  needs: ['servers'],
  timeoutMs: 3_600_000,
  run: async (say) => {
    const temporal = await startTemporalOnPostgres(say);
    useTemporalAt(temporal.address);
    const installation = await openInstallation();
    try {
      const databases = { Arrears: namesOf(installation), Temporal: temporal.databases };
      for (const service of ['cases', 'contacts', 'notifications'] as const) await installation.start(service, []);
      await installation.agree();
      const empty = await sizes(databases);
      await fill(installation, 0, few);
      const atFew = await sizes(databases);
      say(`${few} cases at rest`);
      await fill(installation, few, many);
      const atMany = await sizes(databases);
      say(`${many} cases at rest`);
      return (['Arrears', 'Temporal'] as const).map((whose) => grown(whose, empty[whose], atFew[whose], atMany[whose]));
    } finally {
      await installation.close();
      await temporal.stop();
    }
  },
};

type Tables = Map<string, number>;

function grown(whose: string, empty: Tables, atFew: Tables, atMany: Tables): Measurement {
  const each = (tables: Tables, cases: number) => (total(tables) - total(empty)) / cases;
  const largest = [...atMany]
    .map(([table, bytes]) => ({ table, each: Math.round((bytes - (empty.get(table) ?? 0)) / many) }))
    .sort((a, b) => b.each - a.each)
    .slice(0, 8)
    .map(({ table, each: bytes }) => `${table} ${bytes}`);
  return measurement(`dormant, ${whose}`, {
    ours: each(atMany, many),
    baseline: each(atFew, few),
    unit: 'bytes/case',
    goal: { atMost: 1.15 },
    note: `by table: ${largest.join(', ')}`,
  });
}

const total = (tables: Tables) => [...tables.values()].reduce((sum, bytes) => sum + bytes, 0);

/** Hands over up to `cases` and waits until each was decided once and everybody has read about it. */
async function fill({ handOver, ledger, arrears }: Installation, from: number, cases: number): Promise<void> {
  await handOver(from, cases - from);
  const decided = async () => {
    const [row] = await ledger.query<{ decided: string; waiting: boolean }>(`
      SELECT (SELECT count(*) FROM decisions) AS decided,
             EXISTS (SELECT 1 FROM outbox WHERE published_at IS NULL) AS waiting`);
    return Number(row?.decided) >= cases && row?.waiting === false;
  };
  await until(`${cases} cases to be decided`, decided, 2_400_000);
  const { contacts, notifications } = arrears.databases.services;
  for (const url of [contacts, notifications]) {
    const quiet = () => query<{ n: string }>(url, `SELECT count(*) AS n FROM inbox WHERE state = 'pending'`);
    await until('the other services to have read it', async () => (await quiet())[0]?.n === '0', 600_000);
  }
}

function namesOf({ arrears }: Installation): string[] {
  const { services, keysOwner } = arrears.databases;
  return [...Object.values(services), keysOwner].map((url) => new URL(url).pathname.slice(1));
}

type Databases = Record<'Arrears' | 'Temporal', string[]>;

async function sizes(databases: Databases): Promise<Record<keyof Databases, Tables>> {
  return { Arrears: await tablesOf(databases.Arrears), Temporal: await tablesOf(databases.Temporal) };
}

/** Bytes of each table with its indexes, days of a partitioned one together, after what is dead has been cleared away. */
async function tablesOf(names: string[]): Promise<Tables> {
  const tables: Tables = new Map();
  for (const name of names) {
    const url = new URL(servers().postgres);
    url.pathname = `/${name}`;
    await query(url.href, 'VACUUM');
    const found = await query<{ table: string; bytes: string }>(url.href, tablesSql);
    const short = name.slice(name.indexOf('_') + 1);
    for (const { table, bytes } of found) tables.set(`${short}.${table}`, Number(bytes));
  }
  return tables;
}

const tablesSql = `
  SELECT regexp_replace(relname, '_([0-9]{8}|rest)$', '') AS "table", sum(pg_total_relation_size(oid)) AS bytes
    FROM pg_class
   WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
   GROUP BY 1`;

async function query<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}
