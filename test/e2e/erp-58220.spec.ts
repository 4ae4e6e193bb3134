import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openWorld, type World } from './support/world.js';

describe('ERP-58220: the principal is paid, a fee of 10 is left', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld('erp-58220');
  });
  afterAll(() => world.close());

  it('stays claimable: the account is open with the rest, and the next reminder asks for it', async () => {
    const debtor = world.debtor();
    const loanId = world.loanId();
    const balances = { principal: '100000', interest: '0', fees: '1000' };
    const instalments = [{ number: 1, dueDate: world.day(-1), ...balances }];
    await world.bank.send(world.overdue(debtor, { loanId, balances, instalments }));
    const { caseId } = await world.theCase(loanId, 'to open');
    await world.bank.send(world.pays(0, { loanId, amount: '100000', sequence: 2 }));
    const view = await world.theCase(loanId, 'to know the payment', ({ accounts }) => accounts[0]?.overdue === '1000');
    expect(view).toMatchObject({ status: 'open', accounts: [{ status: 'open', closeReason: null }] });
    const rest = view.accounts[0]?.balances ?? { principal: '', interest: '', fees: '' };
    expect(BigInt(rest.principal) + BigInt(rest.interest) + BigInt(rest.fees)).toBe(1_000n);

    await world.jump(world.at(0, '09:50'), caseId);
    const [reminder] = await world.receives(debtor, 1);
    expect(reminder?.text).toContain('CNY 10.00');
    expect((await world.messages(debtor)).every(({ text }) => !text.includes('感谢'))).toBe(true);

    await world.bank.send(world.pays(0, { loanId, amount: '1000', sequence: 3 }));
    const closed = await world.theCase(loanId, 'to close', ({ status }) => status === 'closed');
    expect(closed.accounts).toMatchObject([{ closeReason: 'cured', overdue: '0', credit: '0' }]);
  });
});
