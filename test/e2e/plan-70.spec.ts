import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Debtor } from './support/bank.js';
import { openWorld, type World } from './support/world.js';

/** Version 2 of the policies, which has the reminder of an instalment, begins on this day. */
const versionTwo = '2026-12-01';

describe('PLAN-70: an instalment plan is in force while messages are queued', () => {
  let world: World;
  /** First day of the story, counted from the scenario's first. */
  let first: number;
  beforeAll(async () => {
    world = await openWorld('plan-70');
    first = 1;
    while (world.day(first) < versionTwo) first += 1;
  });
  afterAll(() => world.close());

  /** At three in the morning a reminder waits for the day: one instalment was missed, the next is due in five days. */
  const overdueAtNight = async (debtor: Debtor, loanId: string): Promise<string> => {
    const missed = { number: 1, dueDate: world.day(first - 1), principal: '100000', interest: '0', fees: '0' };
    const message = world.overdue(debtor, {
      loanId,
      dueDate: missed.dueDate,
      asOf: world.day(first),
      balances: { principal: '200000', interest: '0', fees: '0' },
      instalments: [missed, { ...missed, number: 2, dueDate: world.day(first + 5) }],
    });
    await world.bank.send(message);
    return (await world.theCase(loanId, 'to open')).caseId;
  };
  const hold = async (caseId: string, kind: string): Promise<string> => {
    const { status, body } = await world.post('supervisor', `/cases/${caseId}/holds`, { kind });
    expect(status).toBe(202);
    return (body as { result: { holdId: string } }).result.holdId;
  };

  it('what waited vanishes; the instalment is reminded of; after a breach it is collected again', async () => {
    const debtor = world.debtor();
    const loanId = world.loanId();
    await world.jump(world.at(first, '02:40'));
    const caseId = await overdueAtNight(debtor, loanId);
    await world.jump(world.at(first, '03:00'), caseId);
    const { underWay } = await world.next(caseId);
    expect(underWay.map(({ step }) => step)).toEqual(['reminder-1']);
    const holdId = await hold(caseId, 'plan-in-force');
    // The decision after the one that called it back writes down that it was called back.
    await world.jump(world.at(first, '03:10'), caseId);
    await world.quiet(caseId);
    await world.jump(world.at(first, '09:30'), caseId);
    await sleep(1_500);
    expect(await world.messages(debtor)).toEqual([]);

    await world.jump(world.at(first + 2, '09:45'), caseId);
    const [reminder] = await world.receives(debtor, 1);
    expect(reminder?.text).toContain('还款计划');
    expect(reminder?.text).not.toContain('逾期');
    await world.jump(world.at(first + 3, '09:45'), caseId);
    await world.quiet(caseId);
    expect(await world.messages(debtor)).toHaveLength(1);

    expect((await world.post('supervisor', `/cases/${caseId}/holds/${holdId}/lift`)).status).toBe(202);
    await world.jump(world.at(first + 4, '09:45'), caseId);
    const [, demand] = await world.receives(debtor, 2);
    expect(demand?.text).toContain('逾期');
    expect(demand?.text).toContain('CNY 1,000.00');
  });

  it('the payer is thanked during it, and during a dispute; nobody while the number may be a stranger’s', async () => {
    first += 10;
    await world.jump(world.at(first, '02:40'));
    const kinds = ['plan-in-force', 'dispute', 'number-check'];
    const payers = kinds.map((kind) => ({ kind, debtor: world.debtor(), loanId: world.loanId(), caseId: '' }));
    for (const payer of payers) {
      payer.caseId = await overdueAtNight(payer.debtor, payer.loanId);
      await hold(payer.caseId, payer.kind);
    }
    await world.jump(world.at(first, '10:00'), ...payers.map(({ caseId }) => caseId));
    await world.bank.send(...payers.map(({ loanId }) => world.pays(first, { loanId, amount: '100000', sequence: 2 })));
    for (const { loanId } of payers) await world.theCase(loanId, 'to close', ({ status }) => status === 'closed');
    const thanks = (debtor: Debtor) => world.receives(debtor, 1).then((list) => list.map(({ text }) => text));
    for (const { kind, debtor } of payers.slice(0, 2))
      expect({ kind, texts: await thanks(debtor) }).toEqual({ kind, texts: [expect.stringContaining('感谢')] });
    await sleep(1_500);
    for (const { debtor } of payers.slice(2)) expect(await world.messages(debtor)).toEqual([]);
  });
});
