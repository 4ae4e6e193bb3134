import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { HoldFacts } from '@arrears/contracts';
import type { BuiltApp } from '@arrears/service';
import { HOLD_KINDS } from '@arrears/treatment';
import { steppedClock } from '@arrears/clock';
import request from 'supertest';
import { as, command, openHttp } from '../testing-http.js';
import { clearLedger, eventsOf, openBench, openCase, overdueLoan, repayment, type Bench } from '../testing.js';

/** A morning on which version 2 of the policies is in force. */
const morning = '2026-12-08T02:00:00.000Z';
const dayMs = 86_400_000;

describe('holds as the gate hears of them', () => {
  let bench: Bench;
  let built: BuiltApp;
  beforeAll(async () => {
    bench = await openBench('cases_holds', morning);
    built = await openHttp(bench);
  }, 60_000);
  beforeEach(async () => {
    await clearLedger(bench);
    Object.assign(bench.ledger, { clock: Object.assign(bench.clock, steppedClock(morning)) });
  });
  afterAll(async () => {
    await built.app.close();
    await bench.close();
  }, 60_000);

  const place = async (caseId: string, kind: string): Promise<string> => {
    const post = request(built.http).post(`/cases/${caseId}/holds`).set(command('supervisor'));
    const answer = await post.send({ kind }).expect(202);
    return (answer.body as { result: { holdId: string } }).result.holdId;
  };
  /** What the newest event says of the holds. */
  const published = async (): Promise<HoldFacts[]> => {
    const newest = (await eventsOf(bench)).at(-1);
    return (newest?.payload.case as unknown as { holds: HoldFacts[] }).holds;
  };
  /** The loan of a plan: an instalment that was missed, and the next on 12 December. */
  const loan = overdueLoan({
    dueDate: '2026-12-07',
    asOf: '2026-12-08',
    balances: { principal: '300000', interest: '0', fees: '0' },
    instalments: [
      { number: 1, dueDate: '2026-12-07', principal: '100000', interest: '0', fees: '0' },
      { number: 2, dueDate: '2026-12-12', principal: '100000', interest: '0', fees: '0' },
    ],
  });
  const sentBy = async (caseId: string, decisionNo: number) => {
    const { perform } = await bench.decide(caseId, decisionNo);
    return perform.flatMap((step) =>
      step.do === 'queue-message' ? [`${step.message.step} ${step.message.purpose}`] : [],
    );
  };

  it('of every kind let a payer be thanked, but not the dead and not a number that may be a stranger’s', async () => {
    const caseId = await openCase(bench, loan);
    for (const kind of HOLD_KINDS) await place(caseId, kind);
    const holds = await published();
    expect(holds.map(({ kind }) => kind).sort()).toEqual([...HOLD_KINDS].sort());
    const silent = holds.filter(({ allows }) => !allows.includes('confirm-payment')).map(({ kind }) => kind);
    expect(silent.sort()).toEqual(['deceased', 'number-check']);
    const listed = await request(built.http).get(`/cases/${caseId}/holds`).set(as('supervisor')).expect(200);
    for (const { kind, allows } of (listed.body as { items: HoldFacts[] }).items)
      expect({ kind, allows }).toEqual({ kind, allows: holds.find((one) => one.kind === kind)?.allows });
  });

  it('for a plan in force say what goes on beside it: its papers, its instalments, his questions, a thank-you', async () => {
    const caseId = await openCase(bench, loan);
    await place(caseId, 'plan-in-force');
    expect(await published()).toMatchObject([
      { kind: 'plan-in-force', allows: ['plan-admin', 'remind-due', 'serve', 'confirm-payment'] },
    ]);
  });

  it('under a plan in force the next instalment is reminded of three days before, once, and nothing is demanded', async () => {
    const caseId = await openCase(bench, loan);
    await place(caseId, 'plan-in-force');
    bench.clock.advance(60 * 60_000);
    expect(await sentBy(caseId, 1)).toEqual([]);
    bench.clock.advance(dayMs);
    expect(await sentBy(caseId, 2)).toEqual(['instalment-reminder remind-due']);
    bench.clock.advance(dayMs);
    expect(await sentBy(caseId, 3)).toEqual([]);
  });

  it('a payer is thanked while the hold stands', async () => {
    const caseId = await openCase(bench, loan);
    await place(caseId, 'plan-in-force');
    bench.clock.advance(60 * 60_000);
    await bench.take(
      'arrears.bank.repayment-received.v1',
      repayment({ amount: '100000', valueDate: '2026-12-08', receivedAt: bench.clock.nowIso() }),
    );
    expect(await sentBy(caseId, 1)).toEqual(['thank-you confirm-payment']);
    expect(await published()).toMatchObject([{ kind: 'plan-in-force' }]);
  });

  it('lifted after a breach, it is collected again', async () => {
    const caseId = await openCase(bench, loan);
    const holdId = await place(caseId, 'plan-in-force');
    bench.clock.advance(60 * 60_000);
    expect(await sentBy(caseId, 1)).toEqual([]);
    await request(built.http).post(`/cases/${caseId}/holds/${holdId}/lift`).set(command('supervisor')).expect(202);
    expect(await published()).toEqual([]);
    expect(await sentBy(caseId, 2)).toEqual(['reminder-1 collect']);
  });
});
