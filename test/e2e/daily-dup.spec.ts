import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openWorld, type World } from './support/world.js';

describe('DAILY-DUP: a bank that sends every overdue loan every day', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld('daily-dup');
  });
  afterAll(() => world.close());

  it('has one case whose balance is the newest', async () => {
    const debtor = world.debtor();
    const loanId = world.loanId();
    const dueDate = world.day(-1);
    for (let n = 0; n < 4; n += 1) {
      if (n > 0) await world.jump(world.at(n, '09:30'));
      const interest = String(n * 55);
      const balances = { principal: '100000', interest, fees: '0' };
      const instalments = [{ number: 1, dueDate, principal: '100000', interest, fees: '0' }];
      await world.bank.send(
        world.overdue(debtor, { loanId, sequence: n + 1, asOf: world.day(n), balances, instalments }),
      );
      const view = await world.theCase(
        loanId,
        `to know of day ${n}`,
        ({ accounts }) => accounts[0]?.balances.interest === interest,
      );
      expect(view.accounts).toMatchObject([{ episode: 1, daysPastDue: n + 1, overdue: String(100_000 + n * 55) }]);
    }
    const { caseId, openedAt } = await world.theCase(loanId, 'to stay one');
    expect(openedAt < world.at(1, '00:00')).toBe(true);
    const kinds = (await world.timeline(caseId)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'case-opened')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'balance-changed')).toHaveLength(3);
  });
});
