import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { BuiltApp } from '@arrears/service';
import request from 'supertest';
import { as, command, openHttp } from '../testing-http.js';
import { clearLedger, openBench, openCase, type Bench } from '../testing.js';
import type { ListRow } from './list.js';
import { listStore } from './list.store.js';

interface Frozen {
  listId: string;
  total: number;
  truncated: boolean;
}
interface Rows {
  total: number;
  gone: number;
  items: ListRow[];
}

describe('a list of cases', () => {
  let bench: Bench;
  let built: BuiltApp;
  beforeAll(async () => {
    bench = await openBench('cases_lists');
    built = await openHttp(bench);
  }, 60_000);
  beforeEach(() => clearLedger(bench));
  afterAll(async () => {
    await built.app.close();
    await bench.close();
  }, 60_000);

  const freeze = async (token: string, question: object = {}): Promise<Frozen> =>
    (
      await request(built.http)
        .post('/lists')
        .set(as(token))
        .send({ screen: 'cases', ...question })
        .expect(201)
    ).body as Frozen;
  const rows = async (token: string, listId: string, query = ''): Promise<Rows> =>
    (await request(built.http).get(`/lists/${listId}/rows${query}`).set(as(token)).expect(200)).body as Rows;
  /** A case of a debtor of its own, whose first unpaid due date lies so far back. */
  const open = (n: number, dueDate: string): Promise<string> => {
    const debtor = { name: '合成样本', idType: 'resident-id' as const, idNumber: `11010119880501${1000 + n}` };
    const instalment = { number: 1, dueDate, principal: '100000', interest: '18350', fees: '6250' };
    const more = { timeZone: 'Asia/Shanghai', language: 'zh-CN' };
    return openCase(bench, {
      ...{ loanId: `L-${n}`, customerNo: `K-${n}`, dueDate, instalments: [instalment] },
      debtor: { ...debtor, ...more },
    });
  };
  const cases = async (...dueDates: string[]): Promise<string[]> => {
    const ids: string[] = [];
    for (const [n, dueDate] of dueDates.entries()) ids.push(await open(n, dueDate));
    return ids;
  };
  const three = ['2026-11-05', '2026-10-01', '2026-11-08'];

  it('stands with the most days past due first, each line with its leading account', async () => {
    const [second, first, third] = await cases(...three);
    const { listId, total, truncated } = await freeze('supervisor');
    expect([total, truncated]).toEqual([3, false]);
    const { items, gone } = await rows('supervisor', listId);
    expect([items.map(({ caseId }) => caseId), gone]).toEqual([[first, second, third], 0]);
    expect(items.map(({ index, dpd, bucket }) => [index, dpd, bucket])).toEqual([
      [0, 39, 'M2'],
      [1, 4, 'M1'],
      [2, 1, 'M1'],
    ]);
    expect(items[0]).toMatchObject({ currency: expect.any(String) as unknown, accounts: 1, holds: [], status: 'open' });
  });

  it('stays as it was when more cases come, and shows each as it is now', async () => {
    const [one] = await cases('2026-10-01');
    const { listId } = await freeze('supervisor');
    await open(9, '2026-09-01');
    await request(built.http)
      .post(`/cases/${one}/holds`)
      .set(command('supervisor'))
      .send({ kind: 'dispute' })
      .expect(202);
    const { total, items } = await rows('supervisor', listId);
    expect([total, items.map(({ caseId, holds }) => [caseId, holds])]).toEqual([1, [[one, ['dispute']]]]);
  });

  it('is read in slices by place', async () => {
    await cases(...three);
    const { listId } = await freeze('supervisor', { sort: 'dpd' });
    const { items } = await rows('supervisor', listId, '?from=1&count=1');
    expect(items.map(({ index, dpd }) => [index, dpd])).toEqual([[1, 4]]);
    expect((await rows('supervisor', listId, '?from=7')).items).toEqual([]);
  });

  it('holds what its filters find', async () => {
    await cases(...three);
    expect((await freeze('supervisor', { filters: { bucket: 'M2' } })).total).toBe(1);
    expect((await freeze('supervisor', { filters: { status: 'closed' } })).total).toBe(0);
    expect((await freeze('supervisor', { filters: { loanId: 'L-1' } })).total).toBe(1);
    const answer = await request(built.http)
      .post('/lists')
      .set(as('supervisor'))
      .send({ screen: 'cases', filters: { name: 'x' } });
    expect(answer.status).toBe(422);
  });

  it('holds nothing out of scope, and shows nothing that has left it', async () => {
    await cases('2026-10-01');
    expect((await freeze('supervisor.AGR-ELSEWHERE')).total).toBe(0);
    const { listId } = await freeze('supervisor');
    expect(await rows('supervisor.AGR-ELSEWHERE.supervisor', listId)).toEqual({ total: 1, items: [], gone: 1 });
  });

  it("is nobody else's, and is gone half an hour after its last use", async () => {
    await cases('2026-10-01');
    const { listId } = await freeze('supervisor');
    await request(built.http).get(`/lists/${listId}/rows`).set(as('auditor')).expect(404);
    await bench.database.execute(`UPDATE lists SET used_at = now() - interval '29 minutes'`);
    await rows('supervisor', listId);
    // Read, it lives on.
    await bench.database.execute(`UPDATE lists SET used_at = used_at - interval '29 minutes'`);
    await rows('supervisor', listId);
    await bench.database.execute(`UPDATE lists SET used_at = used_at - interval '31 minutes'`);
    await request(built.http).get(`/lists/${listId}/rows`).set(as('supervisor')).expect(404);
  });

  it('is cut where it would be too long, and says how many there are', async () => {
    await cases(...three);
    const actor = { sub: 'someone', roles: ['supervisor'] as const, scope: { agreements: 'all' as const } };
    const of = { listId: '01900000-0000-7000-8000-000000000001', actor, screen: 'cases', filters: {}, most: 2 };
    const frozen = await listStore.freeze(bench.database, { ...of, asOf: '2026-11-09T02:00:00.000Z' }, {}, '-dpd');
    expect(frozen).toEqual({ total: 3, truncated: true });
    expect((await listStore.slice(bench.database, of.listId, 'someone', 0, 10))?.caseIds).toHaveLength(2);
  });
});
