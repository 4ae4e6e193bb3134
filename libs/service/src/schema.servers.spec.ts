import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { messagingMigrations } from '@arrears/messaging';
import { createHealth, silentLogger } from '@arrears/observability';
import { openDatabase, runMigrations, type Database } from '@arrears/persistence';
import { createTestDatabase } from '@arrears/persistence/testing';
import { untilSchema } from './schema.js';

const folders = [messagingMigrations];

describe('a process that comes before its migrations', () => {
  let test: Awaited<ReturnType<typeof createTestDatabase>>;
  let db: Database;
  beforeAll(async () => {
    test = await createTestDatabase('schema');
    db = await openDatabase({ url: test.url, name: 'schema test' });
  });
  afterAll(async () => {
    await db.close();
    await test.drop();
  });

  it('gives up when it is stopped', async () => {
    let stop: () => unknown = () => undefined;
    const waiting = untilSchema(
      { health: createHealth(), log: silentLogger, onStop: (_name, how) => (stop = how) },
      db,
      folders,
    );
    stop();
    await expect(waiting).rejects.toThrow('stopped');
  });

  it('waits, not ready, and goes on once they have run; from then on the database may be away', async () => {
    const health = createHealth();
    const waiting = untilSchema({ health, log: silentLogger, onStop: () => undefined }, db, folders);
    expect((await health.ready()).failing).toEqual(['schema']);
    await runMigrations({ url: test.url, folders });
    await waiting;
    expect((await health.ready()).failing).toEqual([]);
    await db.close();
    expect((await health.ready()).failing).toEqual([]);
    db = await openDatabase({ url: test.url, name: 'schema test' });
  });
});
