import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { Actor } from '@arrears/auth';
import { inboxOptions } from '@arrears/messaging';
import { createHealth, createMetrics, silentLogger } from '@arrears/observability';
import { keysMigrations, openPersonKeys, runMigrations, type Database, type PersonKeys } from '@arrears/persistence';
import { createTestDatabase } from '@arrears/persistence/testing';
import { buildApp, type BuiltApp } from '@arrears/service';
import request from 'supertest';
import { caseHandlers, consumerGroup, subscriptions } from '../intake/handlers.js';
import { casesModule } from '../module.js';
import { agreementStore } from '../agreements/agreement.store.js';
import { clearLedger, openBench, sampleAgreement, type Bench } from '../testing.js';
import { runNext, type ImportDeps } from './run-import.js';
import { workbook } from './workbook.fixture.js';

const verifier = {
  verify: (): Promise<Actor> =>
    Promise.resolve({ sub: 'sub-bank', roles: ['bankSystem'], scope: { agreements: ['AGR-1'] } }),
};
const header =
  'agreementId,loanId,sequence,customerNo,product,currency,dueDate,asOf,balances.principal,balances.interest,balances.fees,minimumDue,debtor.name,contactPoints.0.kind,contactPoints.0.value,contactPoints.0.source';
const ring = { active: 'k1', keys: new Map([['k1', randomBytes(32)]]) };
const columns = header.split(',');
/** A good row, some of its cells changed. */
const row = (n: number, change: Record<string, string> = {}) => {
  const good: Record<string, string> = {
    loanId: `L-${n}`,
    sequence: '1',
    customerNo: `C-${n}`,
    product: 'consumer-loan',
    currency: 'CNY',
    dueDate: '2026-11-08',
    asOf: '2026-11-09',
    'balances.principal': '100000',
    'balances.interest': '0',
    'balances.fees': '0',
    minimumDue: '5000',
    'debtor.name': `合成样本${n}`,
    'contactPoints.0.kind': 'mobile',
    'contactPoints.0.value': `+86138${String(n).padStart(8, '0')}`,
    'contactPoints.0.source': 'file',
  };
  return columns.map((column) => change[column] ?? good[column] ?? '').join(',');
};

interface ImportBody {
  importId: string;
  status: string;
  rows: number;
  accepted: number;
  refused: number;
  refusal: { code: string } | null;
  problems: { row: number; column: string; code: string; message: string; fix: string }[];
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
    personKeys = openPersonKeys({ url: keysDatabase.url, ring });
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
    await bench.database.execute(`DELETE FROM agreements WHERE agreement_id <> 'AGR-1'`);
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
  /** A process that dies when it is about to take the n-th batch. */
  const dyingAtBatch = (n: number): ImportDeps => {
    let batches = 0;
    const transaction: Database['transaction'] = (work, options) => {
      batches += 1;
      if (batches === n) throw new Error('killed');
      return bench.database.transaction(work, options);
    };
    return { ...deps, database: { ...bench.database, transaction } };
  };
  const pending = async () =>
    (await bench.database.query<{ n: number }>(`SELECT count(*)::int AS n FROM inbox WHERE state = 'pending'`))[0]?.n;

  /** What may be wrong with a row, and what the report says of it. */
  const faults: { change: Record<string, string>; column: string; code: string }[] = [
    { change: { product: 'yacht' }, column: 'product', code: 'product-not-in-agreement' },
    { change: { 'balances.principal': '-5' }, column: 'balances.principal', code: 'shape' },
    { change: { currency: 'XXQ' }, column: 'currency', code: 'currency-unknown' },
    { change: { currency: 'TWD' }, column: 'currency', code: 'currency-differs' },
    { change: { dueDate: '2026-11-10' }, column: 'dueDate', code: 'due-date-in-future' },
    { change: { dueDate: '2026-02-30' }, column: 'dueDate', code: 'shape' },
    { change: { agreementId: 'AGR-LATER' }, column: 'agreementId', code: 'agreement-unknown' },
    { change: { customerNo: '' }, column: 'customerNo', code: 'missing' },
  ];
  const faultOf = (n: number) => (n % 270 === 0 ? faults[(n / 270 - 1) % faults.length] : undefined);
  const bigFile = () => {
    const lines = Array.from({ length: 10_000 }, (_, at) => row(at + 1, faultOf(at + 1)?.change));
    return `${header}\n${lines.join('\n')}\n`;
  };
  const runAll = async () => {
    while (await runNext(deps));
  };

  it('takes 9,963 of 10,000 rows and names the 37 bad ones with column, reason and remedy', async () => {
    const file = bigFile();
    const { status, body } = await send(file);
    expect([status, body.status]).toEqual([202, 'waiting']);
    await runAll();
    const done = await see(body.importId);
    expect(done).toMatchObject({ status: 'done', rows: 10_000, accepted: 9_963, refused: 37 });
    const wanted = Array.from({ length: 37 }, (_, at) => {
      const fault = faultOf((at + 1) * 270);
      // The header is the first row of the file.
      return { row: (at + 1) * 270 + 1, column: fault?.column, code: fault?.code };
    });
    expect(done.problems.map(({ row: at, column, code }) => ({ row: at, column, code }))).toEqual(wanted);
    for (const problem of done.problems) expect([problem.message, problem.fix]).not.toContain('');
    expect(await pending()).toBe(9_963);
    const page = await see(body.importId, '?limit=30');
    expect((await see(body.importId, `?limit=30&cursor=${page.nextCursor}`)).problems).toHaveLength(7);

    // The same file again, nothing put right: the same answer, nothing doubled.
    expect((await send(file)).body).toMatchObject({ importId: body.importId, status: 'waiting', accepted: 9_963 });
    await runAll();
    expect(await see(body.importId)).toEqual({ ...done, finishedAt: expect.any(String) });
    expect(await pending()).toBe(9_963);

    // Two causes lie outside the file: an agreement that is there now, a due date that has passed since.
    await bench.database.transaction((tx) =>
      agreementStore.insert(tx, { ...sampleAgreement, agreementId: 'AGR-LATER' }, bench.clock.nowIso(), 'test'),
    );
    bench.clock.moveTo('2026-11-11T02:00:00.000Z');
    await send(file);
    await runAll();
    const left = await see(body.importId);
    const mended = wanted.filter(({ code }) => code === 'agreement-unknown' || code === 'due-date-in-future').length;
    expect(mended).toBe(9);
    expect(left).toMatchObject({ status: 'done', accepted: 9_963 + mended, refused: 37 - mended });
    expect(left.problems.map(({ code }) => code)).not.toContain('agreement-unknown');
    expect(left.problems).toHaveLength(37 - mended);
    expect(await pending()).toBe(9_963 + mended);
  }, 180_000);

  it('tries refused rows again also when a process dies meanwhile, each once', async () => {
    const lines = Array.from({ length: 500 }, (_, at) =>
      row(at + 1, at % 100 === 50 ? { agreementId: 'AGR-SOON' } : {}),
    );
    const file = `${header}\n${lines.join('\n')}\n`;
    const { body } = await send(file);
    await runAll();
    expect(await see(body.importId)).toMatchObject({ accepted: 495, refused: 5 });
    await bench.database.transaction((tx) =>
      agreementStore.insert(tx, { ...sampleAgreement, agreementId: 'AGR-SOON' }, bench.clock.nowIso(), 'test'),
    );
    await send(file);
    await expect(runNext(dyingAtBatch(2))).rejects.toThrow('killed');
    expect(await see(body.importId)).toMatchObject({ status: 'running', accepted: 497, refused: 3 });
    await runAll();
    expect(await see(body.importId)).toMatchObject({ status: 'done', accepted: 500, refused: 0, problems: [] });
    expect(await pending()).toBe(500);
  });

  it('takes a file again whose kept bytes can not be read any more', async () => {
    const file = `${header}\n${row(1)}\n`;
    const { body } = await send(file);
    await bench.database.execute(`UPDATE raw_deliveries SET key_day = '2020-01-01'`);
    const others = openPersonKeys({ url: keysDatabase.url, ring });
    await others.day.encrypt('2020-01-01', 'delivery', Buffer.from('the key of that day'));
    await others.day.destroy('2020-01-02');
    await others.close();
    await runAll();
    expect(await see(body.importId)).toMatchObject({ status: 'refused', refusal: { code: 'key-destroyed' } });
    expect((await send(file)).body).toMatchObject({ importId: body.importId, status: 'waiting', refusal: null });
    await runAll();
    expect(await see(body.importId)).toMatchObject({ status: 'done', accepted: 1 });
  });

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
    await expect(runNext(dyingAtBatch(2))).rejects.toThrow('killed');
    expect(await see(body.importId)).toMatchObject({ status: 'running', accepted: 200 });
    await runNext(deps);
    expect(await see(body.importId)).toMatchObject({ status: 'done', accepted: 500 });
    expect(await pending()).toBe(500);
  });

  const excel = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  /** Two good rows; sequence and dates as a spreadsheet program keeps them. */
  const book = () => {
    const cells = (n: number) =>
      row(n)
        .split(',')
        .map((text, at) => {
          if (columns[at] === 'sequence') return Number(text);
          return /^(dueDate|asOf)$/.test(columns[at] ?? '') ? new Date(`${text}T00:00:00Z`) : text;
        });
    return workbook([columns, cells(1), cells(2)]);
  };

  it('takes a workbook as it takes a CSV file', async () => {
    const { body } = await send(book(), excel);
    await runNext(deps);
    expect(await see(body.importId)).toMatchObject({ status: 'done', rows: 2, accepted: 2, problems: [] });
    expect(await pending()).toBe(2);
  });

  it('refuses a workbook that was cut off, as a whole and clearly', async () => {
    const whole = book();
    for (const length of [whole.length >> 1, whole.length - 22, whole.length - 1]) {
      const { body } = await send(whole.subarray(0, length), excel);
      await runNext(deps);
      expect(await see(body.importId)).toMatchObject({
        status: 'refused',
        refusal: { code: 'not-a-spreadsheet' },
        accepted: 0,
      });
    }
    expect(await pending()).toBe(0);
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
