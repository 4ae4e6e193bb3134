import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { Actor } from '@arrears/auth';
import { inboxOptions } from '@arrears/messaging';
import { createHealth, createMetrics, silentLogger } from '@arrears/observability';
import { keysMigrations, openPersonKeys, runMigrations, type PersonKeys } from '@arrears/persistence';
import { createTestDatabase } from '@arrears/persistence/testing';
import { buildApp, type BuiltApp } from '@arrears/service';
import request from 'supertest';
import { caseHandlers, consumerGroup, subscriptions } from '../intake/handlers.js';
import { casesModule } from '../module.js';
import { clearLedger, openBench, type Bench } from '../testing.js';
import { runNext, type ImportDeps } from './run-import.js';

const verifier = {
  verify: (): Promise<Actor> =>
    Promise.resolve({ sub: 'sub-bank', roles: ['bankSystem'], scope: { agreements: ['AGR-1'] } }),
};
const header =
  'loanId,sequence,customerNo,product,currency,dueDate,asOf,balances.principal,balances.interest,balances.fees,minimumDue,debtor.name,contactPoints.0.kind,contactPoints.0.value,contactPoints.0.source';
const row = (n: number, change: { amount?: string; product?: string } = {}) =>
  `L-${n},1,C-${n},${change.product ?? 'consumer-loan'},CNY,2026-11-08,2026-11-09,${change.amount ?? '100000'},0,0,5000,合成样本${n},mobile,+86138${String(n).padStart(8, '0')},file`;

interface ImportBody {
  importId: string;
  status: string;
  rows: number;
  accepted: number;
  refused: number;
  refusal: { code: string } | null;
  problems: { row: number; column: string; code: string }[];
  nextCursor: string | null;
}

describe('the file door', () => {
  let bench: Bench;
  let built: BuiltApp;
  let personKeys: PersonKeys;
  let deps: ImportDeps;
  let keysDatabase: Awaited<ReturnType<typeof createTestDatabase>>;
  beforeAll(async () => {
    bench = await openBench('cases_import');
    keysDatabase = await createTestDatabase('cases_import_keys');
    await runMigrations({ url: keysDatabase.url, folders: [keysMigrations] });
    personKeys = openPersonKeys({
      url: keysDatabase.url,
      ring: { active: 'k1', keys: new Map([['k1', randomBytes(32)]]) },
    });
    const { database, ledger } = bench;
    const module = casesModule({ database, ledger, personKeys });
    const metrics = createMetrics();
    built = await buildApp({
      name: 'cases',
      version: '1',
      module,
      api: true,
      verifier,
      log: silentLogger,
      metrics,
      health: createHealth(),
    });
    const inbox = inboxOptions({ group: consumerGroup, subscriptions, handlers: caseHandlers(ledger), personKeys });
    deps = { database, ledger, days: personKeys.day, inbox, log: silentLogger };
  }, 60_000);
  beforeEach(async () => {
    await clearLedger(bench);
    await bench.database.execute('TRUNCATE imports, import_problems, raw_deliveries CASCADE');
  });
  afterAll(async () => {
    await built.app.close();
    await personKeys.close();
    await keysDatabase.drop();
    await bench.close();
  }, 60_000);

  const send = async (body: Buffer | string, type = 'text/csv', query = '?agreementId=AGR-1') => {
    const headers = {
      authorization: 'Bearer x',
      'idempotency-key': `key-${randomBytes(4).toString('hex')}`,
      'content-type': type,
    };
    return (await request(built.http).post(`/imports${query}`).set(headers).send(body)) as {
      status: number;
      body: ImportBody;
    };
  };
  const see = async (id: string, query = ''): Promise<ImportBody> =>
    (await request(built.http).get(`/imports/${id}${query}`).set({ authorization: 'Bearer x' })).body as ImportBody;
  const pending = async () =>
    (await bench.database.query<{ n: number }>(`SELECT count(*)::int AS n FROM inbox WHERE state = 'pending'`))[0]?.n;

  it('takes 9,963 of 10,000 rows and names the 37 bad ones with column, reason and remedy', async () => {
    const lines = Array.from({ length: 10_000 }, (_, at) =>
      row(at + 1, at % 270 === 0 && at > 0 ? (at % 540 === 0 ? { amount: '-5' } : { product: 'yacht' }) : {}),
    );
    const { status, body } = await send(`${header}\n${lines.join('\n')}\n`);
    expect([status, body.status]).toEqual([202, 'waiting']);
    while (await runNext(deps));
    const done = await see(body.importId);
    expect(done).toMatchObject({ status: 'done', rows: 10_000, accepted: 9_963, refused: 37 });
    expect(done.problems).toHaveLength(37);
    expect(done.problems[0]).toMatchObject({ row: 272, column: 'product', code: 'product-not-in-agreement' });
    expect(done.problems[1]).toMatchObject({ row: 542, column: 'balances.principal', code: 'shape' });
    expect(await pending()).toBe(9_963);
    const page = await see(body.importId, '?limit=30');
    expect((await see(body.importId, `?limit=30&cursor=${page.nextCursor}`)).problems).toHaveLength(7);
  }, 120_000);

  it('is safe to send twice: the same import, no second effect', async () => {
    const file = `${header}\n${row(1)}\n${row(2)}\n`;
    const first = await send(file);
    await runNext(deps);
    const second = await send(file);
    expect(second.body.importId).toBe(first.body.importId);
    expect(await runNext(deps)).toBe(false);
    expect(await pending()).toBe(2);
  });

  it('goes on behind the last batch after a kill', async () => {
    const lines = Array.from({ length: 500 }, (_, at) => row(at + 1));
    const { body } = await send(`${header}\n${lines.join('\n')}\n`);
    let batches = 0;
    const dying = {
      ...deps,
      database: {
        ...bench.database,
        transaction: (work: never) => {
          batches += 1;
          if (batches === 2) throw new Error('killed');
          return bench.database.transaction(work);
        },
      } as never,
    };
    await expect(runNext(dying)).rejects.toThrow('killed');
    expect(await see(body.importId)).toMatchObject({ status: 'running', accepted: 200 });
    await runNext(deps);
    expect(await see(body.importId)).toMatchObject({ status: 'done', accepted: 500 });
    expect(await pending()).toBe(500);
  });

  it('refuses a workbook that was cut off, as a whole and clearly', async () => {
    const { body } = await send(
      Buffer.from('PK\u0003\u0004 and no more'),
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    );
    await runNext(deps);
    expect(await see(body.importId)).toMatchObject({
      status: 'refused',
      refusal: { code: 'not-a-spreadsheet' },
      accepted: 0,
    });
  });

  it('refuses what is no table, and an agreement out of scope', async () => {
    expect((await send('%PDF', 'application/pdf')).status).toBe(415);
    expect((await send(`${header}\n`, 'text/csv', '?agreementId=AGR-2')).status).toBe(403);
  });

  it('keeps the delivery as it came, readable only with the key of its day', async () => {
    const { body } = await send(`${header}\n${row(1)}\n`);
    const [kept] = await bench.database.query<{ body: Buffer; key_day: string }>(
      'SELECT body, key_day FROM raw_deliveries WHERE delivery_id = $1',
      [body.importId],
    );
    expect(kept?.body.includes('合成样本')).toBe(false);
    const opened = await personKeys.day.decrypt(kept?.key_day ?? '', 'delivery', kept?.body ?? Buffer.alloc(0));
    expect(opened?.toString('utf8')).toContain('合成样本1');
  });
});
