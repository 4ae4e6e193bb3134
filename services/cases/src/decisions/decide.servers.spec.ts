import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { steppedClock } from '@arrears/clock';
import { newId } from '@arrears/contracts';
import type { QueueMessage } from '@arrears/contracts/activities';
import {
  casesOf,
  clearLedger,
  day1,
  openBench,
  openCase,
  overdueLoan,
  repayment,
  sampleAgreement,
  wakesOf,
  type Bench,
} from '../testing.js';
import { agreementStore } from '../agreements/agreement.store.js';
import { openReview } from '../reviews/open-review.js';
import { decide } from './decide.js';
import { decisionStore } from './decision.store.js';

const minutes = 60_000;
const days = 24 * 60 * minutes;

describe('decide on a real database', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench('cases_decide');
  }, 60_000);
  beforeEach(async () => {
    await clearLedger(bench);
    Object.assign(bench.ledger, { clock: Object.assign(bench.clock, steppedClock(day1)) });
  });
  afterAll(() => bench.close(), 60_000);

  const steps = () =>
    bench.database.query<{ step: string; occurrence: number; outcome: string | null }>(
      'SELECT * FROM steps ORDER BY planned_at, step, occurrence',
    );
  const sent = (result: Awaited<ReturnType<typeof decide>>): QueueMessage[] =>
    result.perform.flatMap((step) => (step.do === 'queue-message' ? [step.message] : []));
  const fact = (message: QueueMessage) => ({
    messageId: '018f4a5e-0000-7000-8000-000000000001',
    effectKey: message.effectKey,
    step: message.step,
    caseId: message.caseId,
    agreementId: message.agreementId,
    debtorId: message.debtorId,
    personId: message.personId,
    covers: message.covers,
    channel: message.channel,
    purpose: message.purpose,
    templateId: message.templateId,
    templateVersion: 1,
    at: bench.clock.nowIso(),
  });
  /** Opens the sample case and decides after its accounts were gathered. */
  const reminded = async () => {
    const id = await openCase(bench);
    bench.clock.advance(11 * minutes);
    const result = await bench.decide(id, 1);
    return { id, result, message: sent(result)[0] as QueueMessage };
  };

  it('waits while accounts gather, then sends one message for all of them', async () => {
    const id = await openCase(bench);
    const waiting = await bench.decide(id, 1);
    expect(waiting.perform).toEqual([]);
    expect(waiting.sleepUntil).toBe(bench.clock.now() + 10 * minutes);
    await bench.take('arrears.bank.loan-overdue.v1', overdueLoan({ loanId: 'L-2' }));
    await bench.take('arrears.bank.loan-overdue.v1', overdueLoan({ loanId: 'L-3' }));
    bench.clock.advance(11 * minutes);
    const [message, ...more] = sent(await bench.decide(id, 2));
    expect(more).toEqual([]);
    expect(message).toMatchObject({ step: 'reminder-1', purpose: 'collect', expects: { caseSeq: 3 } });
    expect(message?.covers).toHaveLength(3);
  });

  it('gives the same number the same answer, and writes it once', async () => {
    const { id, result } = await reminded();
    bench.clock.advance(days);
    expect(await bench.decide(id, 1)).toEqual(result);
    expect(await bench.database.query('SELECT 1 FROM decisions')).toHaveLength(1);
    expect(await steps()).toHaveLength(1);
  });

  it('two at once with one number: the second reads what the first wrote', async () => {
    const id = await openCase(bench);
    bench.clock.advance(11 * minutes);
    const [one, other] = await Promise.all([bench.decide(id, 1), bench.decide(id, 1)]);
    expect(one).toEqual(other);
    expect(await steps()).toHaveLength(1);
  });

  it('killed before its commit it leaves nothing behind, and decides anew', async () => {
    const id = await openCase(bench);
    bench.clock.advance(11 * minutes);
    const dying = {
      ...bench.database,
      transaction: <T>(work: (tx: never) => Promise<T>) =>
        bench.database.transaction(async (tx) => {
          await work(tx as never);
          throw new Error('killed');
        }),
    } as never;
    await expect(
      decide(dying, bench.ledger, { caseId: id, decisionNo: 1, now: bench.clock.now(), answers: [] }),
    ).rejects.toThrow('killed');
    expect(await steps()).toEqual([]);
    expect(sent(await bench.decide(id, 1))).toHaveLength(1);
  });

  it('never plans a step again that is under way, or whose end is unknown', async () => {
    const { id, message } = await reminded();
    expect((await bench.decide(id, 2)).perform).toEqual([]);
    await bench.take('arrears.notifications.message-unknown.v1', fact(message));
    expect((await bench.decide(id, 3)).perform).toEqual([]);
  });

  it('plans the next occurrence of a step that was refused as stale', async () => {
    const { id, message } = await reminded();
    const again = sent(await bench.decide(id, 2, [{ effectKey: message.effectKey, answer: 'stale' }]));
    expect(again.map((one) => one.effectKey)).toEqual([`${id}/reminder-1/2`]);
  });

  it('a delivery ends the step and wakes nobody; a failure wakes the case', async () => {
    const { id, message } = await reminded();
    const before = await wakesOf(bench);
    await bench.take('arrears.notifications.message-accepted.v1', fact(message));
    await bench.take('arrears.notifications.message-delivered.v1', {
      ...fact(message),
      deliveredAt: day1,
      late: false,
    });
    await bench.take('arrears.notifications.message-sent.v1', fact(message));
    expect(await steps()).toMatchObject([{ outcome: 'delivered' }]);
    expect(await wakesOf(bench)).toEqual(before);
    expect((await bench.decide(id, 2)).perform).toEqual([]);
  });

  it('a denial ends the step without anything having left the house, is kept as a hint and wakes the case', async () => {
    const { id, message } = await reminded();
    await bench.take('arrears.notifications.message-failed.v1', {
      ...fact(message),
      because: 'denied',
      rule: 'SMS-1-A-DAY',
      until: '2026-11-10T02:00:00.000Z',
    });
    expect(await steps()).toMatchObject([{ outcome: 'refused' }]);
    expect((await wakesOf(bench)).at(-1)).toBe(`update case-${id}`);
    expect(await bench.database.query('SELECT step, rule FROM denials')).toEqual([
      { step: 'reminder-1', rule: 'SMS-1-A-DAY' },
    ]);
  });

  it('HAPPY-CURE: after the payment nothing but one thank-you that its own decision does not make stale', async () => {
    const { id, message } = await reminded();
    await bench.take('arrears.notifications.message-sent.v1', fact(message));
    bench.clock.advance(2 * days);
    await bench.take(
      'arrears.bank.repayment-received.v1',
      repayment({ valueDate: '2026-11-11', receivedAt: '2026-11-11T01:00:00Z' }),
    );
    const closing = await bench.decide(id, 2);
    expect(closing).toMatchObject({ closed: { reason: 'cured' }, sleepUntil: null });
    expect(sent(closing).map((one) => [one.step, one.purpose])).toEqual([['thank-you', 'confirm-payment']]);
    const [row] = await casesOf(bench);
    expect(row).toMatchObject({ status: 'closed', stage: 'closed' });
    expect(sent(closing)[0]?.expects.caseSeq).toBe(row?.case_seq);
    expect(row?.void_before).toBeLessThanOrEqual(row?.case_seq ?? 0);
    expect(await bench.decide(id, 3)).toMatchObject({ perform: [], closed: { reason: 'cured' } });
  });

  it.each([
    // Received on Tuesday the 10th: over after two and after four business days, a weekend between.
    { finalityBusinessDays: 0, until: '2026-11-12T16:00:00.000Z' },
    { finalityBusinessDays: 2, until: '2026-11-12T16:00:00.000Z' },
    { finalityBusinessDays: 4, until: '2026-11-16T16:00:00.000Z' },
  ])(
    'waits with the exit until money that is not final has become so: agreed are $finalityBusinessDays days',
    async (of) => {
      const { finalityBusinessDays } = of;
      const agreementId = `AGR-F${finalityBusinessDays}`;
      const terms = { ...sampleAgreement, agreementId, finalityBusinessDays };
      await bench.database.transaction((tx) => agreementStore.insert(tx, terms, day1, 'test'));
      const id = await openCase(bench, { agreementId });
      bench.clock.advance(days);
      await bench.take('arrears.bank.repayment-received.v1', repayment({ agreementId, final: false }));
      const waiting = await bench.decide(id, 1);
      expect(waiting.closed).toBeNull();
      expect(sent(waiting)).toEqual([]);
      expect(waiting.wakeAt).toBe(of.until);
      bench.clock.moveTo(of.until);
      expect((await bench.decide(id, 2)).closed).toEqual({ reason: 'cured' });
    },
  );

  it('calls a waiting message back when the case has no more use for it', async () => {
    const { id, message } = await reminded();
    bench.clock.advance(days);
    await bench.take('arrears.bank.repayment-received.v1', repayment());
    expect((await bench.decide(id, 2)).perform).toContainEqual(
      expect.objectContaining({ do: 'cancel-message', effectKey: message.effectKey }),
    );
  });

  it('sleeps a minute when the business clock stands still', async () => {
    const id = await openCase(bench);
    const stopped = { ...bench.ledger, clock: { ...bench.clock, toReal: () => null } };
    const now = bench.clock.now();
    const result = await decide(bench.database, stopped, { caseId: id, decisionNo: 1, now, answers: [] });
    expect(result.sleepUntil).toBe(now + minutes);
  });

  it('puts a review on the worklist once, and answers it by silence at its deadline', async () => {
    const id = await openCase(bench, {
      contactPoints: [{ kind: 'email', value: 'sample@example.com', source: 'application' }],
    });
    bench.clock.advance(11 * minutes);
    const [step] = (await bench.decide(id, 1)).perform;
    if (step?.do !== 'open-review') throw new Error('a case that nobody can reach needs a review');
    expect(await openReview(bench.database, bench.ledger, step.review)).toBe('opened');
    expect(await openReview(bench.database, bench.ledger, step.review)).toBe('opened');
    expect(await bench.database.query('SELECT 1 FROM reviews')).toHaveLength(1);
    const waiting = await bench.decide(id, 2);
    expect(waiting.sleepUntil).toBeLessThanOrEqual(Date.parse(step.review.deadline));
    bench.clock.moveTo(step.review.deadline);
    await bench.decide(id, 3);
    expect(await bench.database.query('SELECT status, outcome FROM reviews')).toEqual([
      { status: 'timed-out', outcome: step.review.onTimeout },
    ]);
    expect((await steps())[0]).toMatchObject({ outcome: step.review.onTimeout });
  });

  it('refuses a review of a plan that the case has moved away from', async () => {
    const id = await openCase(bench, {
      contactPoints: [{ kind: 'email', value: 'sample@example.com', source: 'application' }],
    });
    bench.clock.advance(11 * minutes);
    const [step] = (await bench.decide(id, 1)).perform;
    if (step?.do !== 'open-review') throw new Error('a case that nobody can reach needs a review');
    await bench.take('arrears.bank.loan-overdue.v1', overdueLoan({ loanId: 'L-2' }));
    expect(await openReview(bench.database, bench.ledger, step.review)).toBe('stale');
  });

  it('steps_overdue: a step is late when its time has passed without a decision, not while it waits for people', async () => {
    const overdue = (at: number) => decisionStore.overdueBySteps(bench.database, new Date(at).toISOString());
    const id = await openCase(bench);
    const gathered = (await bench.decide(id, 1)).sleepUntil ?? 0;
    expect(await overdue(gathered)).toEqual([]);
    expect(await overdue(gathered + 1)).toEqual([{ step: 'reminder-1', n: 1 }]);
    bench.clock.moveTo(gathered);
    await bench.decide(id, 2);
    expect(await overdue(gathered + 2 * days)).toEqual([]);
    expect(await overdue(gathered + 4 * days)).toEqual([{ step: 'reminder-2', n: 1 }]);

    await bench.database.query(
      `INSERT INTO holds (hold_id, case_id, kind, effects, allows, from_at, placed_by)
       VALUES ($1, $2, 'dispute', '{contact}', '{}', $3, 'somebody')`,
      [newId<'HoldId'>(), id, bench.clock.nowIso()],
    );
    bench.clock.advance(4 * days);
    await bench.decide(id, 3);
    expect(await overdue(bench.clock.now() + days)).toEqual([]);
  });

  it('keeps its decisions small: at most 2 kB each with the snapshot, which is stored once per content', async () => {
    const { id } = await reminded();
    for (let n = 2; n <= 12; n += 1) {
      bench.clock.advance(2 * days);
      const result = await bench.decide(id, n);
      for (const message of sent(result)) await bench.take('arrears.notifications.message-sent.v1', fact(message));
    }
    const [sums] = await bench.database.query<{ n: number; bodies: number; snapshots: number; most: number }>(
      `SELECT count(*)::int AS n, sum(length(d.body))::int AS bodies, max(length(d.body) + length(s.body))::int AS most,
              (SELECT sum(length(body)) FROM snapshots)::int AS snapshots
         FROM decisions d JOIN snapshots s ON s.hash = d.snapshot_hash`,
    );
    expect(sums?.most).toBeLessThanOrEqual(2048);
    expect(await decisionStore.snapshotOf(bench.database, id, 1)).toMatchObject({ shape: 1, caseId: id });
  });
});
