import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startArrears, type Arrears } from '../support/index.js';
import { openWorld, type World } from './support/world.js';

describe('KB-2297: three unpaid instalments, the two oldest paid', () => {
  let arrears: Arrears;
  let world: World;
  beforeAll(async () => {
    // In days of its own: from December on the second version of the policy is in use, which treats day 17 by letter.
    arrears = await startArrears({ businessNow: '2026-11-09T01:00:00.000Z' });
    world = await openWorld('kb-2297', arrears);
  });
  afterAll(async () => {
    await world.close();
    await arrears.close();
  });

  it('follow the new oldest due date: no step is skipped, none repeated', async () => {
    const debtor = world.debtor();
    const loanId = world.loanId();
    // Due 17, 10 and 1 days ago: treatment day 17 at the start.
    const instalments = [-17, -10, -1].map((due, index) => ({
      number: index + 1,
      dueDate: world.day(due),
      principal: '30000',
      interest: '0',
      fees: '0',
    }));
    const balances = { principal: '90000', interest: '0', fees: '0' };
    await world.bank.send(world.overdue(debtor, { loanId, dueDate: world.day(-17), instalments, balances }));
    const { caseId, accounts } = await world.theCase(loanId, 'to open');
    expect(accounts).toMatchObject([{ daysPastDue: 17, overdue: '90000' }]);
    await world.jump(world.at(0, '09:50'), caseId);
    const [final] = await world.receives(debtor, 1);
    await world.quiet(caseId);

    await world.jump(world.at(2, '09:00'), caseId);
    await world.bank.send(world.pays(2, { loanId, amount: '60000', sequence: 2 }));
    const moved = await world.theCase(loanId, 'to be re-anchored', (view) => view.accounts[0]?.overdue === '30000');
    expect(moved.accounts).toMatchObject([{ earliestUnpaidDue: world.day(-1), daysPastDue: 3, bucket: 'M1' }]);

    // From here on it is treated as what it is, three days late: each reminder of those days once, in their order.
    for (const n of [2, 4, 8, 15]) {
      await world.jump(world.at(n, '10:30'), caseId);
      await world.quiet(caseId);
    }
    const done = (await world.timeline(caseId)).filter(
      ({ kind, outcome }) => kind === 'step-ended' && outcome === 'delivered',
    );
    expect(done.map(({ step }) => step)).toEqual(['final-reminder', 'reminder-1', 'reminder-2', 'reminder-3']);
    const texts = (await world.messages(debtor)).map(({ text }) => text);
    expect(texts).toHaveLength(4);
    expect(texts[0]).toBe(final?.text);
    for (const text of texts.slice(1)) expect(text).toContain('CNY 300.00');
  });
});
