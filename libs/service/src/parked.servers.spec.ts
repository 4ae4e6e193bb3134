import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { actorOf } from '@arrears/auth';
import { messagingMigrations, putIntoInbox } from '@arrears/messaging';
import { createHealth, createMetrics, silentLogger } from '@arrears/observability';
import { openDatabase, runMigrations, type Database } from '@arrears/persistence';
import { createTestDatabase } from '@arrears/persistence/testing';
import { Module } from '@nestjs/common';
import request from 'supertest';
import { buildApp, type BuiltApp } from './build-app.js';
import { parkedEvents } from './parked.http.js';

@Module({})
class SampleModule {}

interface Parked {
  inboxId: string;
  reason: string;
  blocksKey: boolean;
}

describe('the parked events of a service', () => {
  let test: Awaited<ReturnType<typeof createTestDatabase>>;
  let db: Database;
  let built: BuiltApp;
  beforeAll(async () => {
    test = await createTestDatabase('parked');
    await runMigrations({ url: test.url, folders: [messagingMigrations] });
    db = await openDatabase({ url: test.url, name: 'parked test' });
    built = await buildApp({
      name: 'sample',
      version: '1',
      module: { module: SampleModule, imports: [parkedEvents(db)] },
      api: true,
      verifier: {
        verify: async (role) => actorOf({ sub: `sub-${role}`, roles: [role], scopes: ['all'] }),
      },
      log: silentLogger,
      metrics: createMetrics(),
      health: createHealth(),
    });
  });
  afterAll(async () => {
    await built.app.close();
    await db.close();
    await test.drop();
  });
  beforeEach(() => db.query('TRUNCATE inbox, inbox_ids, inbox_keys, inbox_replays'));

  const as = (role: string) => ({ authorization: `Bearer ${role}` });
  const list = async (query = '') =>
    (await request(built.http).get(`/events/parked${query}`).set(as('sre')).expect(200)).body as {
      items: Parked[];
      nextCursor: string | null;
    };
  const decide = (id: string, what: string, role = 'supervisor') =>
    request(built.http).post(`/events/parked/${id}/${what}`).set(as(role)).send({ reason: 'the schema was mended' });
  /** Each is not JSON and so parked at the door. */
  const park = (...keys: string[]) =>
    db.transaction((tx) =>
      putIntoInbox(
        tx,
        { consumer: 'sample', encrypted: new Set(), handled: () => true },
        keys.map((key, at) => ({
          topic: 'bank.loans.v1',
          key,
          value: Buffer.from('{'),
          headers: { ce_id: `id-${key}`, ce_source: 'bank', ce_type: 'arrears.bank.loan-overdue.v1' },
          partition: 0,
          offset: String(at),
        })),
      ),
    );

  it('are listed page by page, with reason and key', async () => {
    await park('L-1', 'L-2', 'L-3');
    const first = await list('?limit=2');
    expect(first.items).toMatchObject([
      { key: 'L-1', reason: 'not-json', blocksKey: true },
      { key: 'L-2', topic: 'bank.loans.v1' },
    ]);
    const second = await list(`?limit=2&cursor=${first.nextCursor}`);
    expect(second).toMatchObject({ items: [{ key: 'L-3' }], nextCursor: null });
  });

  it('are handled again when somebody says so, with his name and reason', async () => {
    await park('L-1');
    const [parked] = (await list()).items;
    await decide(parked?.inboxId ?? '', 'replay').expect(200, { replayed: 1 });
    expect((await list()).items).toEqual([]);
    expect(await db.query('SELECT state FROM inbox')).toEqual([{ state: 'pending' }]);
    expect(await db.query('SELECT action, actor, why FROM inbox_replays')).toEqual([
      { action: 'replay', actor: 'sub-supervisor', why: 'the schema was mended' },
    ]);
  });

  it('let their key go on when they are set aside', async () => {
    await park('L-1');
    const [parked] = (await list()).items;
    await decide(parked?.inboxId ?? '', 'set-aside').expect(200, { setAside: 1 });
    expect((await list()).items).toMatchObject([{ blocksKey: false }]);
    expect(await db.query('SELECT 1 FROM inbox_keys')).toEqual([]);
  });

  it('are decided on by leaders and operators only, and only where there are any', async () => {
    await park('L-1');
    const [parked] = (await list()).items;
    await decide(parked?.inboxId ?? '', 'replay', 'collector').expect(403);
    await request(built.http).get('/events/parked').set(as('collector')).expect(403);
    await decide('4711', 'replay').expect(404);
    await decide('one', 'replay').expect(404);
  });
});
