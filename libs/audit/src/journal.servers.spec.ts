import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase, runMigrations, type Database } from '@arrears/persistence';
import { createTestDatabase } from '@arrears/persistence/testing';
import { z } from 'zod';
import { appendJournal, auditMigrations, journalHead, readJournal, verifyCaseJournal } from './journal.store.js';
import { journalOf } from './kinds.js';

let test: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
beforeAll(async () => {
  test = await createTestDatabase('audit');
  await runMigrations({ url: test.url, folders: [auditMigrations] });
  db = await openDatabase({ url: test.url, name: 'audit test' });
});
afterAll(async () => {
  await db.close();
  await test.drop();
});

const at = '2026-11-09T01:02:03.004Z';
const entry = (caseId: string, n: number) => ({
  caseId,
  kind: 'balance-changed',
  at,
  actor: 'service:cases',
  data: { accountId: 'A-1', principal: '1250000', n, share: 0.1, nested: { z: [1, 'two', null], a: true } },
});
async function caseWith(count: number): Promise<string> {
  const caseId = randomUUID();
  for (let n = 1; n <= count; n++) await db.transaction((tx) => appendJournal(tx, entry(caseId, n)));
  return caseId;
}
/** As somebody who owns the database would: past the trigger. */
const tamper = (sql: string, params: unknown[]) =>
  db.transaction(async (tx) => {
    await tx.query('SET LOCAL session_replication_role = replica');
    await tx.query(sql, params);
  });

describe('appending', () => {
  it('chains entries and moves the head with them', async () => {
    const caseId = await caseWith(3);
    const { entries } = await readJournal(db, caseId);
    expect(entries.map((one) => one.seq)).toEqual([1, 2, 3]);
    expect(entries[1]?.prevHash).toBe(entries[0]?.hash);
    expect(entries[0]).toMatchObject({ ...entry(caseId, 1) });
    expect(await journalHead(db, caseId)).toEqual({ seq: 3, hash: entries[2]?.hash });
    expect(await verifyCaseJournal(db, caseId)).toMatchObject({ ok: true, entries: 3 });
  });

  it('keeps one chain when many write at once, the first entry included', async () => {
    const caseId = randomUUID();
    await Promise.all(
      Array.from({ length: 30 }, (_, n) => db.transaction((tx) => appendJournal(tx, entry(caseId, n)))),
    );
    expect(await verifyCaseJournal(db, caseId)).toMatchObject({ ok: true, entries: 30 });
  });

  it('leaves no gap when the transaction is rolled back', async () => {
    const caseId = await caseWith(1);
    const failed = db.transaction(async (tx) => {
      await appendJournal(tx, entry(caseId, 2));
      throw new Error('the write beside it failed');
    });
    await expect(failed).rejects.toThrow('beside it');
    await db.transaction((tx) => appendJournal(tx, entry(caseId, 3)));
    expect(await verifyCaseJournal(db, caseId)).toMatchObject({ ok: true, entries: 2 });
  });

  it('is read page by page', async () => {
    const caseId = await caseWith(5);
    const first = await readJournal(db, caseId, { limit: 2 });
    expect([first.entries.length, first.next]).toEqual([2, 2]);
    const rest = await readJournal(db, caseId, { after: 2, limit: 3 });
    expect([rest.entries.map((one) => one.seq), rest.next]).toEqual([[3, 4, 5], null]);
  });

  it('refuses an instant that would not come back as it went in', async () => {
    const wrong = { ...entry(randomUUID(), 1), at: '2026-11-09T09:02:03+08:00' };
    await expect(db.transaction((tx) => appendJournal(tx, wrong))).rejects.toThrow('instant');
  });

  it('takes only the fields that a kind describes', async () => {
    const journal = journalOf({ 'hold-placed': z.strictObject({ holdId: z.string(), kind: z.string() }) });
    const caseId = randomUUID();
    const record = { caseId, kind: 'hold-placed' as const, at, actor: 'person-1' };
    await db.transaction((tx) => journal.append(tx, { ...record, data: { holdId: 'H-1', kind: 'dispute' } }));
    const withName = { holdId: 'H-2', kind: 'dispute', debtor: '合成样本' };
    const refused = db.transaction((tx) => journal.append(tx, { ...record, data: withName }));
    await expect(refused).rejects.toThrow('journal entry hold-placed: unrecognized_keys');
    expect(await verifyCaseJournal(db, caseId)).toMatchObject({ entries: 1 });
  });
});

describe('TAMPER', () => {
  it('is refused by the database to whoever goes through the front door', async () => {
    const caseId = await caseWith(1);
    await expect(db.query('UPDATE journal SET kind = $2 WHERE case_id = $1', [caseId, 'x'])).rejects.toThrow('23001');
    await expect(db.query('DELETE FROM journal WHERE case_id = $1', [caseId])).rejects.toThrow('23001');
  });

  it.each([
    ['data', `data = jsonb_set(data, '{principal}', '"1250001"')`],
    ['kind', `kind = 'balance-changes'`],
    ['actor', `actor = 'service:casez'`],
    ['time', `at = at + interval '1 millisecond'`],
    ['hash', 'hash = set_byte(hash, 7, get_byte(hash, 7) # 1)'],
    ['link', 'prev_hash = set_byte(prev_hash, 31, get_byte(prev_hash, 31) # 1)'],
  ])('names the entry in which one byte of the %s was changed', async (_, change) => {
    const caseId = await caseWith(4);
    await tamper(`UPDATE journal SET ${change} WHERE case_id = $1 AND seq = 3`, [caseId]);
    expect(await verifyCaseJournal(db, caseId)).toEqual({ ok: false, brokenAt: 3, problem: 'altered' });
  });

  it.each([1, 2, 4])('names entry %d when it was deleted', async (seq) => {
    const caseId = await caseWith(4);
    await tamper('DELETE FROM journal WHERE case_id = $1 AND seq = $2', [caseId, seq]);
    expect(await verifyCaseJournal(db, caseId)).toEqual({ ok: false, brokenAt: seq, problem: 'missing' });
  });

  it('names the first of two that were swapped', async () => {
    const caseId = await caseWith(4);
    await tamper(
      'UPDATE journal SET seq = CASE seq WHEN 2 THEN 103 ELSE 102 END WHERE case_id = $1 AND seq IN (2, 3)',
      [caseId],
    );
    await tamper('UPDATE journal SET seq = seq - 100 WHERE case_id = $1 AND seq > 100', [caseId]);
    expect(await verifyCaseJournal(db, caseId)).toEqual({ ok: false, brokenAt: 2, problem: 'reordered' });
  });
});
