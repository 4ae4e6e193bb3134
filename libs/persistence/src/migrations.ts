import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import path from 'node:path';
import { DatabaseError } from './database-error.js';
import type { Tx } from './database.js';
import { openDedicated, type Dedicated } from './dedicated.js';

/** A folder of `NNNN-title.sql`; its name prefixes their ids, so that libraries and services do not collide. */
export interface MigrationFolder {
  name: string;
  path: string;
}

interface Migration {
  id: string;
  sql: string;
  sha256: string;
}

/** First line of a file that PostgreSQL forbids inside a transaction (CREATE INDEX CONCURRENTLY). */
const outsideTransaction = /^-- outside transaction\b/;
/** One runner at a time for a database; the number is arbitrary and only has to be ours. */
const lockKey = 7_301_004;
const lockTimeout = '5s';
const lockAttempts = 24;

/**
 * Runs what is not yet applied, folder by folder, each file in one transaction, and records it in `schema_info`.
 * An applied file that was changed since, or a gap (a new file before an applied one), is refused with its name before
 * anything runs. `lock_timeout` keeps a migration from queueing behind a long transaction while all else queues behind it.
 */
export async function runMigrations(options: {
  url: string;
  folders: readonly MigrationFolder[];
}): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(options.folders);
  const session = await openDedicated({ url: options.url, name: 'arrears migrate' });
  try {
    await takeLock(session);
    await session.query(`
      CREATE TABLE IF NOT EXISTS schema_info (
        name       text PRIMARY KEY,
        sha256     text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now()
      )`);
    const pending = notApplied(migrations, await readApplied(session));
    for (const migration of pending) await apply(session, migration);
    return { applied: pending.map(({ id }) => id) };
  } finally {
    await session.close();
  }
}

/** Whether the database has everything that this build needs; pods stay not ready until then. */
export async function schemaReached(
  db: Tx,
  folders: readonly MigrationFolder[],
): Promise<{ reached: boolean; missing: string[] }> {
  const wanted = await readMigrations(folders);
  const applied = await readApplied(db).catch((error: unknown) => {
    if (error instanceof DatabaseError && error.sqlstate === '42P01') return new Map<string, string>();
    throw error;
  });
  const missing = wanted.filter(({ id }) => !applied.has(id)).map(({ id }) => id);
  return { reached: missing.length === 0, missing };
}

async function readMigrations(folders: readonly MigrationFolder[]): Promise<Migration[]> {
  const all: Migration[] = [];
  for (const folder of folders) {
    const files = (await readdir(folder.path)).filter((file) => file.endsWith('.sql')).sort();
    for (const file of files) {
      if (!/^\d{4}-[a-z0-9-]+\.sql$/.test(file))
        throw new Error(`migration ${folder.name}/${file}: name it NNNN-title.sql`);
      const sql = await readFile(path.join(folder.path, file), 'utf8');
      const sha256 = createHash('sha256').update(sql).digest('hex');
      all.push({ id: `${folder.name}/${file}`, sql, sha256 });
    }
  }
  return all;
}

async function readApplied(db: Pick<Tx, 'query'>): Promise<Map<string, string>> {
  const rows = await db.query<{ name: string; sha256: string }>('SELECT name, sha256 FROM schema_info');
  return new Map(rows.map(({ name, sha256 }) => [name, sha256]));
}

function notApplied(migrations: readonly Migration[], applied: ReadonlyMap<string, string>): Migration[] {
  for (const { id, sha256 } of migrations)
    if (applied.has(id) && applied.get(id) !== sha256)
      throw new Error(`migration ${id} was changed after it had been applied; write a new one instead`);
  const pending = migrations.filter(({ id }) => !applied.has(id));
  for (const { id } of pending) {
    const folder = id.slice(0, id.lastIndexOf('/') + 1);
    const later = [...applied.keys()].find((name) => name.startsWith(folder) && name > id);
    if (later !== undefined) throw new Error(`migration ${id} is new but comes before ${later}, which is applied`);
  }
  return pending;
}

async function takeLock(session: Dedicated): Promise<void> {
  for (let attempt = 1; attempt <= 240; attempt++) {
    const [row] = await session.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [lockKey]);
    if (row?.taken === true) return;
    await sleep(500);
  }
  throw new Error('another migration has been running for two minutes');
}

async function apply(session: Dedicated, migration: Migration): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await applyOnce(session, migration);
    } catch (error) {
      const blocked = error instanceof DatabaseError && error.sqlstate === '55P03';
      if (!blocked || attempt >= lockAttempts)
        throw new Error(`migration ${migration.id} failed: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        });
      await sleep(250 * Math.min(attempt, 8));
    }
  }
}

async function applyOnce(session: Dedicated, { id, sql, sha256 }: Migration): Promise<void> {
  const record = () => session.query('INSERT INTO schema_info (name, sha256) VALUES ($1, $2)', [id, sha256]);
  await session.query(`SET lock_timeout = '${lockTimeout}'`);
  if (outsideTransaction.test(sql)) {
    await session.query(sql);
    await record();
    return;
  }
  await session.query('BEGIN');
  try {
    await session.query(sql);
    await record();
    await session.query('COMMIT');
  } catch (error) {
    await session.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
