import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { steppedClock } from '@arrears/clock';
import { readJournal, verifyCaseJournal } from '@arrears/audit';
import { decisionStore } from '../decisions/decision.store.js';
import {
  casesOf,
  clearLedger,
  day1,
  eventNames,
  eventsOf,
  openBench,
  overdueLoan,
  repayment,
  wakesOf,
  type Bench,
  sampleAgreement,
} from '../testing.js';
import { timelineStore } from '../timeline/timeline.store.js';

const overdue = 'arrears.bank.loan-overdue.v1';
const paid = 'arrears.bank.repayment-received.v1';
const bounced = 'arrears.bank.repayment-reversed.v1';
const updated = 'arrears.bank.loan-updated.v1';

interface SeenAccount {
  loan_id: string;
  case_id: string;
  status: string;
  episode: number;
  principal: string;
  interest: string;
  fees: string;
  credit: string;
  earliest_unpaid: string | null;
  close_reason: string | null;
}

describe('intake on a real database', () => {
  let bench: Bench;
  const accounts = () => bench.database.query<SeenAccount>('SELECT * FROM accounts ORDER BY loan_id, episode');
  const first = async () => {
    const [account] = await accounts();
    if (account === undefined) throw new Error('no account');
    return account;
  };
  const reversed = (change: object = {}) =>
    bench.take(bounced, {
      agreementId: 'AGR-1',
      loanId: 'L-1',
      repaymentId: 'R-1',
      sequence: 3,
      reversedAt: bench.clock.nowIso(),
      reason: 'returned',
      ...change,
    });
  beforeAll(async () => {
    bench = await openBench('cases_intake');
  }, 60_000);
  beforeEach(async () => {
    await clearLedger(bench);
    Object.assign(bench.ledger, { clock: Object.assign(bench.clock, steppedClock(day1)) });
  });
  afterAll(() => bench.close(), 60_000);

  it('opens one case with one account, starts its workflow and tells it, in at most 13 statements', async () => {
    await bench.take(overdue, overdueLoan({ loanId: 'L-0', customerNo: 'C-0', debtor: { name: '另一个样本' } }));
    await clearLedger(bench);
    expect(await bench.take(overdue, overdueLoan())).toBeLessThanOrEqual(13);
    const [row] = await casesOf(bench);
    expect(row).toMatchObject({ status: 'open', case_seq: 1, void_before: 0 });
    expect(await eventNames(bench)).toEqual(['case-opened']);
    const { creditorName, complaintChannel } = sampleAgreement;
    expect(await eventsOf(bench)).toMatchObject([{ payload: { case: { creditorName, complaintChannel } } }]);
    expect(await wakesOf(bench)).toEqual([`start case-${row?.case_id}`]);
    expect(await verifyCaseJournal(bench.database, row?.case_id ?? '')).toMatchObject({ ok: true });
  });

  it('takes one row of each kind a case, and less than 6 kB with its journal and outbox', async () => {
    await bench.take(overdue, overdueLoan());
    const tables = [
      'cases',
      'accounts',
      'case_persons',
      'persons',
      'loans',
      'loan_facts',
      'journal',
      'journal_heads',
      'outbox',
    ];
    let bytes = 0;
    for (const table of tables) {
      const [sum] = await bench.database.query<{ n: number; bytes: number }>(
        `SELECT count(*)::int AS n, sum(pg_column_size(t.*))::int AS bytes FROM ${table} t`,
      );
      expect([table, sum?.n]).toEqual([table, table === 'outbox' ? 2 : 1]);
      bytes += sum?.bytes ?? 0;
    }
    expect(bytes).toBeLessThan(6_000);
  });

  it('keeps no name, number or value of a person', async () => {
    await bench.take(overdue, overdueLoan());
    const tables = ['cases', 'accounts', 'persons', 'case_persons', 'loan_facts', 'journal', 'outbox'];
    for (const table of tables) {
      const rows = await bench.database.query<{ text: string }>(`SELECT t::text AS text FROM ${table} t`);
      expect(rows.map((row) => row.text).join('\n')).not.toMatch(/合成样本|13800000001|110101198805010011/);
    }
  });

  it('DUP-EVENT: ten copies in parallel, each with an id of its own, are one case and one account', async () => {
    await Promise.all(Array.from({ length: 10 }, () => bench.take(overdue, overdueLoan())));
    expect(await casesOf(bench)).toHaveLength(1);
    expect(await accounts()).toHaveLength(1);
    expect(await eventNames(bench)).toEqual(['case-opened']);
  });

  it('DAILY-DUP: the same loan every day with new balances updates its account', async () => {
    await bench.take(overdue, overdueLoan());
    await bench.take(
      overdue,
      overdueLoan({
        sequence: 2,
        asOf: '2026-11-10',
        balances: { principal: '1250000', interest: '18400', fees: '6250' },
      }),
    );
    await bench.take(
      overdue,
      overdueLoan({
        sequence: 3,
        asOf: '2026-11-11',
        balances: { principal: '1250000', interest: '18450', fees: '6250' },
      }),
    );
    expect(await casesOf(bench)).toHaveLength(1);
    expect(await first()).toMatchObject({ interest: '18450', episode: 1 });
    expect(await eventNames(bench)).toEqual(['case-opened', 'balance-changed', 'balance-changed']);
    // Interest that grows wakes nobody.
    expect(await wakesOf(bench)).toHaveLength(1);
  });

  it('tells nothing when a daily message says nothing new', async () => {
    await bench.take(overdue, overdueLoan());
    await bench.take(overdue, overdueLoan({ sequence: 2, asOf: '2026-11-10' }));
    expect(await eventNames(bench)).toEqual(['case-opened']);
  });

  it('keeps a lower number as history and lets the later day win on an equal one', async () => {
    await bench.take(overdue, overdueLoan({ sequence: 5 }));
    await bench.take(
      overdue,
      overdueLoan({ sequence: 4, balances: { principal: '9', interest: '18350', fees: '6250' } }),
    );
    expect((await first()).principal).toBe('1250000');
    bench.clock.advance(60_000);
    await bench.take(
      overdue,
      overdueLoan({
        sequence: 5,
        asOf: '2026-11-10',
        balances: { principal: '1240000', interest: '18350', fees: '6250' },
      }),
    );
    expect((await first()).principal).toBe('1240000');
    const facts = await bench.database.query<{ applied: boolean }>('SELECT applied FROM loan_facts ORDER BY fact_no');
    expect(facts.map((fact) => fact.applied)).toEqual([true, false, true]);
  });

  it('OUT-OF-ORDER: a repayment before its loan is kept; if it covers everything no case opens', async () => {
    await bench.take(paid, repayment({ valueDate: '2026-11-09', receivedAt: '2026-11-09T09:00:00+08:00' }));
    await bench.take(overdue, overdueLoan());
    expect(await casesOf(bench)).toEqual([]);
  });

  it('OUT-OF-ORDER: a part payment before its loan opens the case with the right balance', async () => {
    await bench.take(
      paid,
      repayment({ amount: '24600', valueDate: '2026-11-09', receivedAt: '2026-11-09T09:00:00+08:00' }),
    );
    await bench.take(overdue, overdueLoan());
    expect(await first()).toMatchObject({ status: 'open', interest: '0', fees: '0', principal: '1250000' });
  });

  it('MERGE-3: three accounts of one debtor in parallel are one case with three accounts', async () => {
    await Promise.all(['L-1', 'L-2', 'L-3'].map((loanId) => bench.take(overdue, overdueLoan({ loanId }))));
    expect(await casesOf(bench)).toHaveLength(1);
    expect((await accounts()).map((account) => account.loan_id)).toEqual(['L-1', 'L-2', 'L-3']);
    expect((await eventNames(bench)).sort()).toEqual(['account-joined', 'account-joined', 'case-opened']);
    const events = await eventsOf(bench);
    expect(events.map((event) => event.payload.case.caseSeq)).toEqual([1, 2, 3]);
    expect(events.map((event) => event.payload.case.voidBefore)).toEqual([0, 2, 3]);
  });

  it('ERP-41752: of two cases the paid one is cured, the other stays as it was', async () => {
    await bench.take(overdue, overdueLoan());
    await bench.take(overdue, overdueLoan({ loanId: 'L-2', customerNo: 'C-2', debtor: { name: '另一个样本' } }));
    bench.clock.advance(24 * 3_600_000);
    await bench.take(paid, repayment());
    expect((await accounts()).map((account) => account.status)).toEqual(['cured', 'open']);
    expect(new Set((await accounts()).map((account) => account.case_id)).size).toBe(2);
  });

  it('ERP-58220: principal paid and a fee of 10 left stays open', async () => {
    const instalments = [{ number: 1, dueDate: '2026-11-08', principal: '100000', interest: '0', fees: '10' }];
    await bench.take(
      overdue,
      overdueLoan({
        balances: { principal: '100000', interest: '0', fees: '10' },
        instalments,
        product: 'credit-card',
      }),
    );
    bench.clock.advance(24 * 3_600_000);
    await bench.take(paid, repayment({ amount: '100000' }));
    const left = await first();
    expect([left.status, BigInt(left.principal) + BigInt(left.fees)]).toEqual(['open', 10n]);
  });

  it('KB-2297: the anchor follows when the two oldest of three instalments are paid', async () => {
    const instalments = ['2026-09-08', '2026-10-08', '2026-11-08'].map((dueDate, at) => {
      return { number: at + 1, dueDate, principal: '100000', interest: '0', fees: '0' };
    });
    await bench.take(
      overdue,
      overdueLoan({ dueDate: '2026-09-08', instalments, balances: { principal: '300000', interest: '0', fees: '0' } }),
    );
    expect((await first()).earliest_unpaid).toBe('2026-09-08');
    bench.clock.advance(24 * 3_600_000);
    await bench.take(paid, repayment({ amount: '200000' }));
    expect(await first()).toMatchObject({ status: 'open', earliest_unpaid: '2026-11-08' });
    const [row] = await bench.database.query<{ anchor: string }>('SELECT anchor FROM cases');
    expect(row?.anchor).toBe('2026-11-08');
  });

  it('CARD-91: a payment valued on day 90 pays interest first though it is booked on day 95', async () => {
    const instalments = [{ number: 1, dueDate: '2026-08-06', principal: '100000', interest: '5000', fees: '0' }];
    const card = {
      product: 'credit-card',
      dueDate: '2026-08-06',
      asOf: '2026-08-07',
      instalments,
      balances: { principal: '100000', interest: '5000', fees: '0' },
    };
    await bench.take(overdue, overdueLoan(card));
    await bench.take(overdue, overdueLoan({ ...card, loanId: 'L-2' }));
    await bench.take(paid, repayment({ amount: '5000', valueDate: '2026-11-04', receivedAt: '2026-11-09T01:00:00Z' }));
    await bench.take(
      paid,
      repayment({ loanId: 'L-2', amount: '5000', valueDate: '2026-11-09', receivedAt: '2026-11-09T01:00:00Z' }),
    );
    expect(await accounts()).toMatchObject([
      { principal: '100000', interest: '0' },
      { principal: '95000', interest: '5000' },
    ]);
    const kept = await bench.database.query<{ order_id: string; days_past_due: number }>(
      'SELECT * FROM allocations ORDER BY loan_id',
    );
    expect(kept).toMatchObject([
      { order_id: 'card-to-90', days_past_due: 90 },
      { order_id: 'card-from-91', days_past_due: 95 },
    ]);
  });

  it('spreads a backdated payment anew and keeps both versions', async () => {
    await bench.take(overdue, overdueLoan());
    bench.clock.advance(4 * 24 * 3_600_000);
    await bench.take(paid, repayment({ amount: '18350', valueDate: '2026-11-12', receivedAt: '2026-11-12T01:00:00Z' }));
    await bench.take(
      paid,
      repayment({
        repaymentId: 'R-0',
        amount: '18350',
        valueDate: '2026-11-10',
        receivedAt: '2026-11-13T01:00:00Z',
        sequence: 3,
      }),
    );
    const versions = await bench.database.query<{ payment_id: string; version: number }>(
      'SELECT * FROM allocations ORDER BY payment_id, version',
    );
    expect(versions.map((one) => `${one.payment_id}/${one.version}`)).toEqual(['R-0/1', 'R-1/1', 'R-1/2']);
  });

  it('keeps money beyond the debt as a credit', async () => {
    await bench.take(overdue, overdueLoan());
    bench.clock.advance(24 * 3_600_000);
    await bench.take(paid, repayment({ amount: '2000000' }));
    expect(await first()).toMatchObject({ principal: '0', credit: '725400', status: 'cured' });
  });

  it('lets the balances of the bank win over its own', async () => {
    await bench.take(overdue, overdueLoan());
    const balances = { principal: '1150000', interest: '0', fees: '0' };
    await bench.take(updated, {
      agreementId: 'AGR-1',
      loanId: 'L-1',
      sequence: 2,
      asOf: '2026-11-09',
      balances,
      instalments: [],
    });
    expect(await first()).toMatchObject({ principal: '1150000', status: 'cured' });
    await bench.take(
      paid,
      repayment({ sequence: 1, repaymentId: 'R-9', valueDate: '2026-11-09', receivedAt: '2026-11-09T01:00:00Z' }),
    );
    expect(await first()).toMatchObject({ principal: '1150000', credit: '0' });
  });

  it('takes a repayment once, and a changed one under the same id not at all', async () => {
    await bench.take(overdue, overdueLoan());
    bench.clock.advance(24 * 3_600_000);
    await bench.take(paid, repayment({ amount: '1000' }));
    await bench.take(paid, repayment({ amount: '1000' }));
    expect(await bench.database.query(`SELECT 1 FROM loan_facts WHERE kind = 'payment'`)).toHaveLength(1);
    await expect(bench.take(paid, repayment({ amount: '2000' }))).rejects.toMatchObject({ code: 'repayment-changed' });
  });

  it('BOUNCE: a reversal five days after the cure opens the same episode and the same case again', async () => {
    await bench.take(overdue, overdueLoan());
    const [before] = await casesOf(bench);
    const id = before?.case_id ?? '';
    bench.clock.advance(24 * 3_600_000);
    await bench.take(paid, repayment());
    expect((await bench.decide(id, 1)).closed).toEqual({ reason: 'cured' });
    bench.clock.advance(5 * 24 * 3_600_000);
    await reversed();
    const [after] = await casesOf(bench);
    expect(after).toMatchObject({ case_id: id, status: 'open', reopened: 1 });
    expect(await first()).toMatchObject({
      episode: 1,
      status: 'open',
      earliest_unpaid: '2026-11-08',
      close_reason: null,
    });
    expect((await wakesOf(bench)).at(-1)).toBe(`start case-${id}-1`);
    expect((await eventNames(bench)).at(-1)).toBe('case-reopened');
    // The thank-you is taken back once, nothing that was done is done again.
    const next = await bench.decide(id, 2);
    expect(next.perform.map((step) => step.do === 'queue-message' && step.message.step)).not.toContain('reminder-1');
  });

  it('BOUNCE: with another open case the account joins that one, which lists the old', async () => {
    await bench.take(overdue, overdueLoan());
    bench.clock.advance(24 * 3_600_000);
    await bench.take(paid, repayment());
    const [old] = await casesOf(bench);
    await bench.decide(old?.case_id ?? '', 1);
    await bench.take(overdue, overdueLoan({ loanId: 'L-2' }));
    await reversed();
    const [, other] = await casesOf(bench);
    expect(other).toMatchObject({ status: 'open', continues: [old?.case_id] });
    expect(await accounts()).toMatchObject([
      { case_id: other?.case_id, episode: 1, status: 'open' },
      { case_id: other?.case_id },
    ]);
  });

  it('a later due date after the cure opens the next episode in a case of its own', async () => {
    await bench.take(overdue, overdueLoan());
    bench.clock.advance(24 * 3_600_000);
    await bench.take(paid, repayment());
    const [old] = await casesOf(bench);
    await bench.decide(old?.case_id ?? '', 1);
    bench.clock.moveTo('2026-12-09T02:00:00.000Z');
    const instalments = [{ number: 2, dueDate: '2026-12-08', principal: '100000', interest: '0', fees: '0' }];
    await bench.take(
      overdue,
      overdueLoan({
        sequence: 3,
        dueDate: '2026-12-08',
        asOf: '2026-12-09',
        instalments,
        balances: { principal: '1150000', interest: '0', fees: '0' },
      }),
    );
    expect((await casesOf(bench)).map((row) => row.status)).toEqual(['closed', 'open']);
    expect((await accounts()).map((account) => [account.episode, account.status])).toEqual([
      [1, 'closed'],
      [2, 'open'],
    ]);
  });

  it('RECALL-PART: one of two accounts leaves, waiting contacts are void, the case goes on', async () => {
    await bench.take(overdue, overdueLoan());
    await bench.take(overdue, overdueLoan({ loanId: 'L-2' }));
    await bench.take('arrears.bank.loan-recalled.v1', {
      agreementId: 'AGR-1',
      loanId: 'L-1',
      sequence: 2,
      recalledAt: day1,
      reason: 'sold',
    });
    const [row] = await casesOf(bench);
    expect(row).toMatchObject({ status: 'open', case_seq: 3, void_before: 3 });
    expect((await accounts()).map((account) => account.status)).toEqual(['closed', 'open']);
    expect((await bench.decide(row?.case_id ?? '', 1)).closed).toBeNull();
  });

  it('RECALL: the whole case closes with the next decision; what the bank said before does not open it again', async () => {
    await bench.take(overdue, overdueLoan());
    await bench.take('arrears.bank.account-take-back.v1', {
      agreementId: 'AGR-1',
      loanId: 'L-1',
      sequence: 3,
      recalledAt: day1,
      reason: 'sold',
    });
    const [row] = await casesOf(bench);
    expect((await bench.decide(row?.case_id ?? '', 1)).closed).toEqual({ reason: 'recalled' });
    await bench.take(overdue, overdueLoan({ sequence: 2 }));
    expect((await casesOf(bench)).map((one) => one.status)).toEqual(['closed']);
  });

  it.each([
    ['an unknown agreement', { agreementId: 'AGR-404' }, 'agreement-unknown'],
    ['an unknown currency', { currency: 'ZZZ' }, 'currency-unknown'],
    ['another currency than the agreement', { currency: 'USD' }, 'currency-differs'],
    ['a product that is not part of it', { product: 'car-loan' }, 'product-not-in-agreement'],
    ['a due date in the future', { dueDate: '2026-11-10' }, 'due-date-in-future'],
    ['a time zone that does not exist', { debtor: { name: '样本', timeZone: 'Asia/Nowhere' } }, 'time-zone-unknown'],
  ])('parks %s with its reason and what to do', async (_name, change, code) => {
    await expect(bench.take(overdue, overdueLoan(change))).rejects.toMatchObject({
      code,
      detail: expect.stringMatching(/\. .+\.$/),
    });
    expect(await casesOf(bench)).toEqual([]);
  });

  it('LATE-ENTRY: keeps what others did before as evidence with its source, and treats as late, not from the start', async () => {
    const dueDate = '2026-04-23';
    const loan = overdueLoan({
      dueDate,
      instalments: [{ number: 1, dueDate, principal: '100000', interest: '0', fees: '0' }],
      priorActions: [
        { kind: 'call', at: '2026-06-01T10:00:00+08:00', result: '王小明 +8613800000001 promised' },
        { kind: 'SMS', at: '2026-05-01T09:00:00+08:00', result: 'delivered' },
        { kind: 'priest', at: '2026-07-01T10:00:00+08:00' },
      ],
    });
    await bench.take(overdue, loan);
    await bench.take(overdue, { ...loan, sequence: 2, asOf: '2026-11-10' });
    const actions = [
      { kind: 'sms', at: '2026-05-01T01:00:00.000Z', result: 'delivered' },
      { kind: 'call', at: '2026-06-01T02:00:00.000Z', result: 'other' },
      { kind: 'other', at: '2026-07-01T02:00:00.000Z' },
    ];
    const [row] = await casesOf(bench);
    const id = row?.case_id ?? '';
    const told = (await timelineStore.list(bench.database, id, null, 50)).filter(({ kind }) => /prior/.test(kind));
    expect(told).toMatchObject([{ kind: 'bank-prior-actions', data: { source: 'bank', loanId: 'L-1', actions } }]);
    const { entries } = await readJournal(bench.database, id);
    expect(entries[0]).toMatchObject({
      kind: 'case-opened',
      data: { prior: { factId: told[0]?.data['factId'], actions: 3, lastAt: '2026-07-01T02:00:00.000Z' } },
    });
    for (const table of ['loan_facts', 'journal', 'accounts', 'outbox'])
      expect(JSON.stringify(await bench.database.query(`SELECT * FROM ${table}`))).not.toMatch(/王小明|138000/);

    bench.clock.advance(11 * 60_000);
    const { perform } = await bench.decide(id, 1);
    expect(perform.map((step) => step.do)).toEqual(['open-review']);
    const steps = await bench.database.query<{ step: string; outcome: string | null }>(
      'SELECT * FROM steps ORDER BY step',
    );
    expect(steps.find(({ step }) => step === 'reminder-1')).toMatchObject({ outcome: 'lapsed' });
    expect(await decisionStore.snapshotOf(bench.database, id, 1)).toMatchObject({
      accounts: [{ imported: { actions: 3, lastAt: '2026-07-01T02:00:00.000Z' } }],
      counters: [],
      proofs: [],
      steps: [],
    });
  });
});
