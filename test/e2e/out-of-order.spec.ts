import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '../support/index.js';
import { soonMs, openWorld, type World } from './support/world.js';

describe('OUT-OF-ORDER: a repayment that arrives before its overdue event', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld('out-of-order');
  });
  afterAll(() => world.close());

  it('of a part is waiting when the loan comes: the case opens with what is left', async () => {
    const debtor = world.debtor();
    const loanId = world.loanId();
    await world.bank.send(world.pays(0, { loanId, amount: '40000', sequence: 2 }));
    await settled(world);
    expect(await world.cases(loanId)).toEqual([]);
    await world.bank.send(world.overdue(debtor, { loanId, sequence: 1 }));
    const view = await world.theCase(loanId, 'to open');
    expect(view.accounts).toMatchObject([{ status: 'open', overdue: '60000', balances: { principal: '60000' } }]);
    await world.jump(world.at(0, '09:50'), view.caseId);
    const [message] = await world.receives(debtor, 1);
    expect(message?.text).toContain('CNY 600.00');
  });

  it('that the stated balance already includes is not taken off twice', async () => {
    const loanId = world.loanId();
    await world.bank.send(world.pays(0, { loanId, amount: '40000', sequence: 1 }));
    await settled(world);
    await world.bank.send(world.overdue(world.debtor(), { loanId, sequence: 2 }));
    const view = await world.theCase(loanId, 'to open');
    expect(view.accounts).toMatchObject([{ overdue: '100000' }]);
  });

  it('of everything leaves nothing to collect: no case opens', async () => {
    const debtor = world.debtor();
    const loanId = world.loanId();
    await world.bank.send(world.pays(0, { loanId, amount: '100000', sequence: 2 }));
    await settled(world);
    await world.bank.send(world.overdue(debtor, { loanId, sequence: 1 }));
    await settled(world);
    expect(await world.cases(loanId)).toEqual([]);
    // Nothing is lost: taken back, the same payment brings the debt to light.
    expect(await world.messages(debtor)).toEqual([]);
  });
});

/** A loan sent last is a case: by then what was sent before it has had its turn as well. */
async function settled(world: World): Promise<void> {
  const loans = Array.from({ length: 12 }, () => world.loanId());
  await world.bank.send(...loans.map((loanId) => world.overdue(world.debtor(), { loanId })));
  await until(
    async () => (await Promise.all(loans.map(world.cases))).every((found) => found.length === 1),
    soonMs,
    'what was sent behind it to be taken in',
  );
}
