import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openWorld, type World } from './support/world.js';

describe('CARD-91: the order in which a card payment is used turns after 90 days', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld('card-91');
  });
  afterAll(() => world.close());

  it.each([
    ['day 90, posted on day 95: interest first', 90, { principal: '100000', interest: '0', fees: '1000' }],
    ['day 95: principal first', 95, { principal: '96000', interest: '4000', fees: '1000' }],
  ])('a payment with the value date of %s', async (_when, valueDay, expected) => {
    const loanId = world.loanId();
    const balances = { principal: '100000', interest: '4000', fees: '1000' };
    const dueDate = world.day(-95);
    const instalments = [{ number: 1, dueDate, ...balances }];
    const loan = { loanId, product: 'credit-card', dueDate, asOf: world.day(-6), balances, instalments };
    await world.bank.send(world.overdue(world.debtor(), loan));
    const opened = await world.theCase(loanId, 'to open');
    expect(opened.accounts).toMatchObject([{ daysPastDue: 95, balances }]);

    const valueDate = world.day(valueDay - 95);
    await world.bank.send(world.pays(0, { loanId, amount: '4000', sequence: 2, valueDate }));
    const paid = await world.theCase(loanId, 'to book it', ({ accounts }) => accounts[0]?.overdue === '101000');
    expect(paid.accounts).toMatchObject([{ balances: expected }]);
  });
});
