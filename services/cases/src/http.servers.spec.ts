import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { listRoutes, type BuiltApp } from '@arrears/service';
import request from 'supertest';
import { agreementStore } from './agreements/agreement.store.js';
import { decisionStore } from './decisions/decision.store.js';
import { as, command, openHttp } from './testing-http.js';
import {
  casesOf,
  clearLedger,
  day1,
  eventNames,
  openBench,
  openCase,
  sampleAgreement,
  wakesOf,
  type Bench,
} from './testing.js';

interface CaseBody {
  caseId: string;
  accounts: { loanId: string; bucket: string; daysPastDue: number }[];
}
const itemsOf = (answer: { body: unknown }) => (answer.body as { items: CaseBody[] }).items;

describe('the HTTP edge of cases', () => {
  let bench: Bench;
  let built: BuiltApp;
  beforeAll(async () => {
    bench = await openBench('cases_http');
    built = await openHttp(bench);
  }, 60_000);
  beforeEach(() => clearLedger(bench));
  afterAll(async () => {
    await built.app.close();
    await bench.close();
  }, 60_000);
  const http = () => request(built.http);

  it('has no route that nobody thought about', () => {
    const routes = listRoutes(built.app);
    expect(routes.length).toBeGreaterThan(20);
    expect(routes.filter((route) => route.access?.kind !== 'action')).toEqual([]);
  });

  it('describes itself', async () => {
    const answer = await http().get('/openapi.json').expect(200);
    expect(Object.keys((answer.body as { paths: object }).paths)).toEqual(
      expect.arrayContaining([
        '/agreements',
        '/imports',
        '/imports/{id}',
        '/cases',
        '/cases/{id}/timeline',
        '/cases/{id}/next',
        '/events/parked',
        '/reviews',
        '/policies',
        '/commands/{key}',
      ]),
    );
  });

  describe('agreements', () => {
    const body = {
      agreementId: 'AGR-7',
      client: 'Sample',
      creditorName: '样本',
      products: ['credit-card'],
      currency: 'TWD',
      timeZone: 'Asia/Taipei',
      calendar: 'TW',
      ledger: 'bank',
      from: '2020-01-01',
    };

    it('are created once, and again with the same content', async () => {
      await http().post('/agreements').set(command('admin')).send(body).expect(201);
      await http().post('/agreements').set(command('admin')).send(body).expect(200);
      await http()
        .post('/agreements')
        .set(command('admin'))
        .send({ ...body, client: 'Other' })
        .expect(409);
      await http().get('/agreements/AGR-7').set(as('collector.AGR-7')).expect(200);
      await http().get('/agreements/AGR-7').set(as('collector.AGR-1')).expect(404);
      expect(itemsOf(await http().get('/agreements').set(as('collector.AGR-7')))).toMatchObject([
        { agreementId: 'AGR-7' },
      ]);
    });

    it('name where debtors may complain, and take it up later when they had none', async () => {
      const terms = { ...body, agreementId: 'AGR-9' };
      const send = (input: object) => http().post('/agreements').set(command('admin')).send(input);
      await send(terms).expect(201);
      await send({ ...terms, complaintChannel: '400-800-0000', client: 'Other' }).expect(409);
      await send({ ...terms, complaintChannel: '400-800-0000' }).expect(200);
      const read = await http().get('/agreements/AGR-9').set(as('admin')).expect(200);
      expect(read.body).toMatchObject({ complaintChannel: '400-800-0000' });
      await send({ ...terms, complaintChannel: '400-800-0001' }).expect(409);
    });

    it.each([
      ['a complaint channel of two lines', { complaintChannel: '400-800\n0000' }, 'complaintChannel'],
      ['a currency that is none', { currency: 'ZZZ' }, 'currency'],
      ['a calendar that is not there', { calendar: 'moon' }, 'calendar'],
      ['a zone that is none', { timeZone: 'Moon/Base' }, 'timeZone'],
      ['a field nobody knows', { colour: 'red' }, ''],
    ])('are refused with %s', async (_name, change, path) => {
      const answer = await http()
        .post('/agreements')
        .set(command('admin'))
        .send({ ...body, agreementId: 'AGR-8', ...change })
        .expect(422);
      expect((answer.body as { errors: { path: string }[] }).errors[0]?.path).toBe(path);
    });
  });

  describe('cases', () => {
    it('are shown in the promised shape, with what the day makes of them', async () => {
      const id = await openCase(bench);
      const answer = await http().get(`/cases/${id}`).set(as('collector')).expect(200).expect('etag', /"\d+"/);
      expect(answer.body).toMatchObject({
        caseId: id,
        agreementId: 'AGR-1',
        customerNo: 'C-1',
        status: 'open',
        stage: 'reminder',
        level: 'normal',
        assignee: null,
        closedAt: null,
        workflowId: `case-${id}`,
        accounts: [
          {
            loanId: 'L-1',
            episode: 1,
            status: 'open',
            daysPastDue: 1,
            treatmentDay: 1,
            bucket: 'M1',
            classification: 'special-mention',
            currency: 'CNY',
            balances: { principal: '1250000', interest: '18350', fees: '6250' },
            policy: { id: 'cn-unsecured-consumer', version: 1 },
          },
        ],
      });
    });

    it('are found by loan, customer, stage, branch and bucket, page by page', async () => {
      for (let n = 1; n <= 5; n += 1) {
        const dueDate = n === 5 ? '2026-09-20' : '2026-11-08';
        const instalments = [{ number: 1, dueDate, principal: '100', interest: '0', fees: '0' }];
        await openCase(bench, {
          loanId: `L-${n}`,
          customerNo: `C-${n}`,
          debtor: { name: '样本' },
          dueDate,
          instalments,
          branch: n % 2 ? 'B1' : 'B2',
        });
      }
      const count = async (query: string) =>
        itemsOf(await http().get(`/cases?${query}`).set(as('auditor')).expect(200)).length;
      expect(
        await Promise.all(
          [
            'loanId=L-3',
            'customerNo=C-2',
            'branch=B1',
            'stage=reminder',
            'bucket=M1',
            'bucket=M2',
            'status=closed',
            'agreementId=AGR-2',
          ].map(count),
        ),
      ).toEqual([1, 1, 3, 5, 4, 1, 0, 0]);
      const seen: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const page: request.Response = await http()
          .get(`/cases?limit=2&sort=-openedAt${cursor && `&cursor=${cursor}`}`)
          .set(as('auditor'))
          .expect(200);
        seen.push(...itemsOf(page).map((one) => one.caseId));
        cursor = (page.body as { nextCursor: string | null }).nextCursor;
      }
      expect(new Set(seen).size).toBe(5);
      await http().get('/cases?bucket=M99').set(as('auditor')).expect(422);
      await http().get('/cases?cursor=nonsense').set(as('auditor')).expect(422);
    });

    it('SCOPE: are not there for whoever may not see their agreement', async () => {
      const id = await openCase(bench);
      for (const path of ['', '/timeline', '/next', '/holds'])
        await http().get(`/cases/${id}${path}`).set(as('collector.AGR-2')).expect(404);
      await http().get(`/cases/${id}/journal`).set(as('supervisor.AGR-2')).expect(404);
      expect(itemsOf(await http().get('/cases').set(as('collector.AGR-2')))).toEqual([]);
      await http().post(`/cases/${id}/holds`).set(command('supervisor.AGR-2')).send({ kind: 'dispute' }).expect(404);
      await http().get(`/cases/${id}`).set(as('sre')).expect(403);
    });

    it('tell what happened and what comes next', async () => {
      const id = await openCase(bench);
      bench.clock.advance(11 * 60_000);
      await bench.decide(id, 1);
      const timeline = await http().get(`/cases/${id}/timeline?limit=2`).set(as('collector')).expect(200);
      expect((timeline.body as { nextCursor: string | null }).nextCursor).not.toBeNull();
      const all = await http().get(`/cases/${id}/timeline`).set(as('collector')).expect(200);
      expect((all.body as { items: { kind: string }[] }).items.map((one) => one.kind).sort()).toEqual([
        'bank-statement',
        'case-opened',
        'decision',
        'step-planned',
      ]);
      const next = await http().get(`/cases/${id}/next`).set(as('collector')).expect(200);
      expect(next.body).toMatchObject({
        underWay: [{ step: 'reminder-1' }],
        upcoming: expect.arrayContaining([expect.objectContaining({ step: 'reminder-2', blockedBy: [] })]),
      });
      const journal = await http().get(`/cases/${id}/journal`).set(as('auditor')).expect(200);
      expect(journal.body).toMatchObject({ items: [{ seq: 1, kind: 'case-opened' }], nextCursor: null });
    });
  });

  describe('commands', () => {
    it('a hold stops contact, is applied by the next decision, and lifts', async () => {
      const id = await openCase(bench);
      const headers = command('supervisor');
      const placed = await http().post(`/cases/${id}/holds`).set(headers).send({ kind: 'dispute' }).expect(202);
      expect(placed.body).toMatchObject({ status: 'accepted', name: 'hold', caseId: id });
      const again = await http()
        .post(`/cases/${id}/holds`)
        .set(headers)
        .send({ kind: 'dispute' })
        .expect(202)
        .expect('idempotency-replayed', 'true');
      expect(again.body).toEqual(placed.body);
      await http().post(`/cases/${id}/holds`).set(headers).send({ kind: 'hardship' }).expect(409);
      expect(await eventNames(bench)).toEqual(['case-opened', 'hold-placed']);
      expect((await wakesOf(bench)).at(-1)).toBe(`update case-${id}`);
      bench.clock.advance(11 * 60_000);
      expect((await bench.decide(id, 1)).perform).toEqual([]);
      const status = await http().get(`/commands/${headers['idempotency-key']}`).set(as('supervisor')).expect(200);
      expect(status.body).toMatchObject({ status: 'applied' });
      const { holdId } = (placed.body as { result: { holdId: string } }).result;
      await http().post(`/cases/${id}/holds/${holdId}/lift`).set(command('supervisor')).expect(202);
      expect((await bench.decide(id, 2)).perform).toHaveLength(1);
      const [row] = await casesOf(bench);
      expect(row?.void_before).toBe(3);
    });

    it('a recall empties the case', async () => {
      const id = await openCase(bench);
      await http().post(`/cases/${id}/recall`).set(command('clientOfficer')).expect(202);
      expect((await bench.decide(id, 1)).closed).toEqual({ reason: 'recalled' });
      await http().post(`/cases/${id}/recall`).set(command('clientOfficer')).expect(409);
    });

    it('are refused without a key, for a stranger in the case, and for what is unknown', async () => {
      const id = await openCase(bench);
      await http().post(`/cases/${id}/wake`).set(as('supervisor')).expect(400);
      await http().post(`/cases/${id}/wake`).set(command('supervisor')).expect(202);
      await http()
        .post(`/cases/${id}/holds`)
        .set(command('supervisor'))
        .send({ kind: 'dispute', accounts: [id] })
        .expect(409);
      await http().post(`/cases/${id}/holds`).set(command('supervisor')).send({ kind: 'boredom' }).expect(422);
      await http().get('/commands/never-given').set(as('supervisor')).expect(404);
    });
  });

  it('shows the worklist and takes the answer of a review', async () => {
    const id = await openCase(bench, {
      contactPoints: [{ kind: 'email', value: 'sample@example.com', source: 'application' }],
    });
    bench.clock.advance(11 * 60_000);
    const [step] = (await bench.decide(id, 1)).perform;
    if (step?.do !== 'open-review') throw new Error('expected a review');
    const { openReview } = await import('./reviews/open-review.js');
    await openReview(bench.database, bench.ledger, step.review);
    const overdue = async (at: string) =>
      (await decisionStore.overdueBySteps(bench.database, at)).filter((one) => one.step === step.review.step);
    expect(await overdue(step.review.deadline)).toEqual([]);
    expect(await overdue('2099-01-01T00:00:00.000Z')).toEqual([{ step: step.review.step, n: 1 }]);
    const list = await http().get('/reviews').set(as('supervisor')).expect(200);
    const review = (list.body as { items: { kind: string; reviewId: string; outcomes: string[] }[] }).items.find(
      (one) => one.kind === 'review',
    );
    await http()
      .post(`/reviews/${review?.reviewId}/answer`)
      .set(command('supervisor'))
      .send({ outcome: 'whatever' })
      .expect(409);
    await http()
      .post(`/reviews/${review?.reviewId}/answer`)
      .set(command('supervisor'))
      .send({ outcome: review?.outcomes[0] })
      .expect(202);
    await http()
      .post(`/reviews/${review?.reviewId}/answer`)
      .set(command('supervisor'))
      .send({ outcome: review?.outcomes[0] })
      .expect(409);
    expect(await bench.database.query('SELECT outcome FROM steps')).toMatchObject([{ outcome: review?.outcomes[0] }]);
  });

  it('shows policies and parked events', async () => {
    const policies = await http().get('/policies').set(as('collector')).expect(200);
    expect((policies.body as { items: { id: string }[] }).items.map((one) => one.id)).toContain(
      'cn-unsecured-consumer',
    );
    await http().get('/events/parked').set(as('sre')).expect(200);
    await http().post('/events/parked/1/replay').set(as('sre')).send({ reason: 'repaired' }).expect(404);
  });

  // The last one: its clock moves on.
  it('finds cases in the bucket that each of them shows, where the day has begun and where it has not', async () => {
    const zones: [string, string, string][] = [
      ['AGR-1', 'Asia/Shanghai', '00:00'],
      ['AGR-LATE', 'Asia/Shanghai', '05:00'],
      ['AGR-WEST', 'America/New_York', '00:00'],
    ];
    for (const [agreementId, timeZone, cutOff] of zones) {
      const agreement = { ...sampleAgreement, agreementId, timeZone, cutOff };
      await bench.database.transaction((tx) => agreementStore.insert(tx, agreement, day1, 'test'));
      const dueDate = '2026-10-10';
      const instalments = [{ number: 1, dueDate, principal: '100', interest: '0', fees: '0' }];
      await openCase(bench, { agreementId, loanId: `L-${agreementId}`, dueDate, instalments });
    }
    const inBucket = async (bucket: string) => {
      const found = itemsOf(await http().get(`/cases?bucket=${bucket}`).set(as('auditor')).expect(200));
      for (const { accounts } of found) expect(accounts.map((account) => account.bucket)).toEqual([bucket]);
      return found.map(({ accounts }) => accounts[0]?.loanId.slice(2)).sort();
    };
    // Half a minute before, and half past midnight in Shanghai; in UTC both are the ninth of November.
    bench.clock.moveTo('2026-11-09T15:59:30.000Z');
    expect([await inBucket('M1'), await inBucket('M2')]).toEqual([['AGR-1', 'AGR-LATE', 'AGR-WEST'], []]);
    bench.clock.moveTo('2026-11-09T16:30:00.000Z');
    expect([await inBucket('M1'), await inBucket('M2')]).toEqual([['AGR-LATE', 'AGR-WEST'], ['AGR-1']]);
    // Past the later cut-off; in New York it is still the ninth, in UTC too.
    bench.clock.moveTo('2026-11-09T21:00:00.000Z');
    expect([await inBucket('M1'), await inBucket('M2')]).toEqual([['AGR-WEST'], ['AGR-1', 'AGR-LATE']]);
  });
});
