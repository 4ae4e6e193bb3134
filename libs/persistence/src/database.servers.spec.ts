import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase, type Database } from './database.js';
import { DatabaseError } from './database-error.js';
import { createTestDatabase } from './testing.js';
import { updateVersioned, VersionMismatch } from './versioned.js';
import { runMigrations, schemaReached } from './migrations.js';

let url: string;
let drop: () => Promise<void>;
let db: Database;

beforeAll(async () => {
  ({ url, drop } = await createTestDatabase('persistence'));
  db = await openDatabase({ url, name: 'persistence test', poolSize: 4, statementTimeoutMs: 2_000 });
  await db.execute(
    `CREATE TABLE purse (id text PRIMARY KEY, version int NOT NULL DEFAULT 1, amount bigint NOT NULL, due date, note jsonb)`,
  );
  await db.execute(`INSERT INTO purse (id, amount, due, note) VALUES ('a', 9007199254740993, '2026-02-14', '{"x":1}')`);
});
afterAll(async () => {
  await db.close();
  await drop();
});

describe('a database', () => {
  it('keeps big numbers as strings and calendar dates as written', async () => {
    const rows = await db.query('SELECT amount, due, note FROM purse WHERE id = $1', ['a']);
    expect(rows).toEqual([{ amount: '9007199254740993', due: '2026-02-14', note: { x: 1 } }]);
  });

  it('gives plain rows for UPDATE … RETURNING and a count for a statement', async () => {
    expect(await db.query(`UPDATE purse SET amount = amount WHERE id = 'a' RETURNING id`)).toEqual([{ id: 'a' }]);
    expect(await db.execute(`UPDATE purse SET amount = amount`)).toBe(1);
  });

  it('commits what a transaction did, and nothing of one that throws', async () => {
    await db.transaction((tx) => tx.execute(`INSERT INTO purse (id, amount) VALUES ('b', 1)`));
    const failing = db.transaction(async (tx) => {
      await tx.execute(`INSERT INTO purse (id, amount) VALUES ('c', 1)`);
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await db.query(`SELECT id FROM purse ORDER BY id`)).toEqual([{ id: 'a' }, { id: 'b' }]);
  });

  it('names the constraint that refused, never the value', async () => {
    const failing = db.execute(`INSERT INTO purse (id, amount) VALUES ($1, 1)`, ['a']);
    const error = await failing.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ sqlstate: '23505', constraint: 'purse_pkey', table: 'purse' });
    const cast = await db.query(`SELECT $1::text::int`, ['13800001111']).catch((thrown: unknown) => thrown);
    expect(cast).toBeInstanceOf(DatabaseError);
    expect(JSON.stringify(cast) + String(cast)).not.toContain('13800001111');
  });

  it('runs a named statement inside a transaction and outside, and tells its errors like any other', async () => {
    const sql = 'SELECT $1::text AS word, pg_backend_pid() AS pid';
    const named = { prepare: 'word' };
    expect(await db.query(sql, ['one'], named)).toMatchObject([{ word: 'one' }]);
    await db.transaction(async (tx) => {
      const [first] = await tx.query<{ pid: number }>(sql, ['two'], named);
      expect(await tx.query(sql, ['three'], named)).toEqual([{ word: 'three', pid: first?.pid }]);
    });
    const failing = db.query('SELECT $1::text::int', ['13800001111'], { prepare: 'cast' });
    const error = await failing.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ sqlstate: '22003' });
    expect(JSON.stringify(error) + String(error)).not.toContain('13800001111');
  });

  it('runs a transaction again after a serialization failure', async () => {
    await db.execute(`INSERT INTO purse (id, amount) VALUES ('race', 0)`);
    const addOne = () =>
      db.transaction(
        async (tx) => {
          const [row] = await tx.query<{ amount: string }>(`SELECT amount FROM purse WHERE id = 'race'`);
          await tx.execute(`UPDATE purse SET amount = $1 WHERE id = 'race'`, [BigInt(row?.amount ?? 0) + 1n]);
        },
        { isolation: 'serializable' },
      );
    await Promise.all([addOne(), addOne(), addOne()]);
    expect(await db.query(`SELECT amount FROM purse WHERE id = 'race'`)).toEqual([{ amount: '3' }]);
  });

  it('cuts off a statement that takes too long', async () => {
    await expect(db.query('SELECT pg_sleep(20)')).rejects.toMatchObject({ sqlstate: '57014' });
  }, 10_000);

  it('hears notifications, and again after its connection was killed', async () => {
    let heard = 0;
    const stop = await db.listen('purse_changed', () => heard++);
    await db.query(`SELECT pg_notify('purse_changed', '')`);
    await until(() => heard === 2);
    await db.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1`, [
      'persistence test listen',
    ]);
    await until(() => heard === 3);
    await db.query(`SELECT pg_notify('purse_changed', '')`);
    await until(() => heard === 4);
    await stop();
  });

  it('tells the holder of a dedicated session that it ended', async () => {
    const session = await db.dedicated();
    const [row] = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await db.query('SELECT pg_terminate_backend($1)', [row?.pid]);
    await session.ended;
    await expect(session.query('SELECT 1')).rejects.toThrow();
  });
});

describe('a version-checked update', () => {
  it('raises the version, and refuses a second one that read the same', async () => {
    await db.execute(`INSERT INTO purse (id, amount) VALUES ('v', 1)`);
    const read = { id: 'v', version: 1 };
    expect(await db.transaction((tx) => updateVersioned(tx, 'purse', read, { amount: 2n }))).toBe(2);
    await expect(db.transaction((tx) => updateVersioned(tx, 'purse', read, { amount: 3n }))).rejects.toThrow(
      VersionMismatch,
    );
    expect(await db.query(`SELECT amount, version FROM purse WHERE id = 'v'`)).toEqual([{ amount: '2', version: 2 }]);
  });

  it('takes only plain column names', async () => {
    await expect(updateVersioned(db, 'purse', { id: 'v', version: 2 }, { 'amount = 0; --': 1 })).rejects.toThrow(
      'not a plain SQL name',
    );
  });
});

describe('migrations', () => {
  let folder: string;
  const folders = () => [{ name: 'things', path: folder }];
  const write = (file: string, sql: string) => writeFile(path.join(folder, file), sql);
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'migrations-'));
    await write('0001-things.sql', 'CREATE TABLE thing (id int PRIMARY KEY);');
    await write('0002-more.sql', 'ALTER TABLE thing ADD COLUMN size int;\nCREATE INDEX ON thing (size);');
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('run once each, also when two start together', async () => {
    expect((await schemaReached(db, folders())).missing).toEqual(['things/0001-things.sql', 'things/0002-more.sql']);
    const both = await Promise.all([
      runMigrations({ url, folders: folders() }),
      runMigrations({ url, folders: folders() }),
    ]);
    expect(both.flatMap(({ applied }) => applied)).toEqual(['things/0001-things.sql', 'things/0002-more.sql']);
    expect(await schemaReached(db, folders())).toEqual({ reached: true, missing: [] });
  });

  it('leave nothing of a file that fails', async () => {
    await write('0003-broken.sql', 'CREATE TABLE half (id int); SELECT 1/0;');
    await expect(runMigrations({ url, folders: folders() })).rejects.toThrow('things/0003-broken.sql failed');
    expect(await db.query(`SELECT to_regclass('half') AS half`)).toEqual([{ half: null }]);
    await rm(path.join(folder, '0003-broken.sql'));
  });

  it('wait for a table that somebody holds, without giving up', async () => {
    await write('0003-blocked.sql', 'ALTER TABLE thing ADD COLUMN colour text;');
    let running: Promise<{ applied: string[] }> | undefined;
    const slow = await openDatabase({ url, name: 'holder', statementTimeoutMs: 15_000 });
    await slow.transaction(async (tx) => {
      await tx.query('SELECT * FROM thing');
      running = runMigrations({ url, folders: folders() });
      await tx.query('SELECT pg_sleep(6)');
    });
    await slow.close();
    expect(await running).toEqual({ applied: ['things/0003-blocked.sql'] });
  }, 30_000);

  it('refuse an applied file that was changed, and name it', async () => {
    await write('0002-more.sql', 'ALTER TABLE thing ADD COLUMN size bigint;');
    await expect(runMigrations({ url, folders: folders() })).rejects.toThrow('things/0002-more.sql was changed');
  });
});

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 20) {
    if (waited > 5_000) throw new Error('waited five seconds in vain');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
