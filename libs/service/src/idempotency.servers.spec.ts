import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openDatabase, runMigrations, type Database } from '@arrears/persistence';
import { createTestDatabase } from '@arrears/persistence/testing';
import { forgetIdempotencyKeys, idempotent, type Command } from './idempotency.js';
import { serviceMigrations } from './migrations.js';

let test: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
beforeAll(async () => {
  test = await createTestDatabase('idempotency');
  await runMigrations({ url: test.url, folders: [serviceMigrations] });
  db = await openDatabase({ url: test.url, name: 'idempotency test' });
  await db.query('CREATE TABLE done (command text NOT NULL)');
});
afterAll(async () => {
  await db.close();
  await test.drop();
});
beforeEach(() => db.query('TRUNCATE done, idempotency_keys'));

const command = (change: Partial<Command> = {}): Command => ({
  key: 'key-00000001',
  actor: 'person-1',
  route: 'POST /holds',
  input: { caseId: 'c-1', kind: 'dispute' },
  ...change,
});
const run = (of: Command, answer: unknown = { holdId: 'h-1' }) =>
  idempotent(db, of, async (tx) => {
    await tx.query('INSERT INTO done (command) VALUES ($1)', [of.key]);
    return { status: 201, body: answer };
  });
const count = async () => Number((await db.query<{ n: string }>('SELECT count(*) AS n FROM done'))[0]?.n);

describe('a command with a key', () => {
  it('is carried out once; its repetition gets the first answer', async () => {
    expect(await run(command())).toEqual({ status: 201, body: { holdId: 'h-1' }, replayed: false });
    const again = command({ input: { kind: 'dispute', caseId: 'c-1' } });
    expect(await run(again, { holdId: 'h-2' })).toEqual({ status: 201, body: { holdId: 'h-1' }, replayed: true });
    expect(await count()).toBe(1);
  });

  it('is carried out once also when ten come at the same moment', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => run(command())));
    expect(answers.filter((answer) => !answer.replayed)).toHaveLength(1);
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
    expect(await count()).toBe(1);
  });

  it.each<[string, Partial<Command>]>([
    ['with another input', { input: { caseId: 'c-2', kind: 'dispute' } }],
    ['on another route', { route: 'POST /lifts' }],
  ])('is a conflict %s', async (_, change) => {
    await run(command());
    await expect(run(command(change))).rejects.toMatchObject({ code: 'idempotency-key-reused' });
    expect(await count()).toBe(1);
  });

  it("is not another person's command with the same key", async () => {
    await run(command());
    expect(await run(command({ actor: 'person-2' }))).toMatchObject({ replayed: false });
    expect(await count()).toBe(2);
  });

  it('that failed may be tried again', async () => {
    const failing = idempotent(db, command(), async () => {
      throw new Error('the case is locked');
    });
    await expect(failing).rejects.toThrow('locked');
    expect(await run(command())).toMatchObject({ replayed: false });
  });

  it('is forgotten after its time', async () => {
    await run(command());
    await db.query(`UPDATE idempotency_keys SET created_at = now() - interval '8 days'`);
    await run(command({ key: 'key-00000002' }));
    expect(await forgetIdempotencyKeys(db, new Date(Date.now() - 7 * 86_400_000))).toBe(1);
    expect(await run(command())).toMatchObject({ replayed: false });
  });
});
