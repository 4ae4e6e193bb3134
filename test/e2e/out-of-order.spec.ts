import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '../support/index.js';
import { bankMessage } from './support/bank.js';
import { openWorld, soonMs, type World } from './support/world.js';

describe('OUT-OF-ORDER: a repayment that arrives before its overdue event', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld('out-of-order');
  });
  afterAll(() => world.close());

  it('of a part is waiting when the loan comes: the case opens with what is left', async () => {
    const debtor = world.debtor();
    const loanId = world.loanId();
    const { behindPayments, ownCases } = await twin(world, loanId);
    await world.bank.send(world.pays(0, { loanId, amount: '40000', sequence: 2 }));
    await behindPayments();
    expect(await ownCases()).toEqual([]);
    await world.bank.send(world.overdue(debtor, { loanId, sequence: 1 }));
    const [view] = await until(async () => some(await ownCases()), soonMs, 'the case to open');
    expect(view?.accounts).toMatchObject([{ status: 'open', overdue: '60000', balances: { principal: '60000' } }]);
    await world.jump(world.at(0, '09:50'), view?.caseId ?? '');
    const [message] = await world.receives(debtor, 1);
    expect(message?.text).toContain('CNY 600.00');
  });

  it('that the stated balance already includes is not taken off twice', async () => {
    const loanId = world.loanId();
    const { behindPayments, ownCases } = await twin(world, loanId);
    await world.bank.send(world.pays(0, { loanId, amount: '40000', sequence: 1 }));
    await behindPayments();
    await world.bank.send(world.overdue(world.debtor(), { loanId, sequence: 2 }));
    const [view] = await until(async () => some(await ownCases()), soonMs, 'the case to open');
    expect(view?.accounts).toMatchObject([{ overdue: '100000' }]);
  });

  it('of everything leaves nothing to collect: no case opens, and nothing is lost', async () => {
    const debtor = world.debtor();
    const loanId = world.loanId();
    const { behindPayments, behindLoans, ownCases } = await twin(world, loanId);
    const repaymentId = `R-${loanId}`;
    await world.bank.send(world.pays(0, { loanId, amount: '100000', sequence: 2, repaymentId }));
    await behindPayments();
    await world.bank.send(world.overdue(debtor, { loanId, sequence: 1 }));
    await behindLoans();
    expect(await ownCases()).toEqual([]);
    expect(await world.messages(debtor)).toEqual([]);

    // The payment bounces, the bank tells the loan again, and the whole debt is there.
    const { agreementId } = world;
    const reversal = { agreementId, loanId, repaymentId, reversedAt: world.at(0, '13:00'), reason: 'bounced' };
    await world.bank.send(bankMessage('repayment-reversed', { ...reversal, sequence: 3 }));
    await behindPayments();
    await world.bank.send(world.overdue(debtor, { loanId, sequence: 4 }));
    const [view] = await until(async () => some(await ownCases()), soonMs, 'the case to open after all');
    expect(view?.accounts).toMatchObject([{ status: 'open', overdue: '100000' }]);
  });
});

const some = <T>(list: T[]): T[] | null => (list.length > 0 ? list : null);

/**
 * Another client's loan with the same number has the same record key: once a message about it has shown its effect, the
 * messages that were sent before it on that topic have had their turn.
 */
async function twin(world: World, loanId: string) {
  const agreementId = await world.agreement('乙样本银行');
  const debtor = world.debtor();
  let sequence = 0;
  let owed = 0;
  const seen = (): Promise<unknown> =>
    until(
      async () => {
        const cases = await world.cases(loanId);
        return cases.find((one) => one.agreementId === agreementId)?.accounts[0]?.overdue === String(owed);
      },
      soonMs,
      'messages about the loan to have had their turn',
    );
  const behindLoans = (): Promise<unknown> => {
    sequence += 1;
    owed = 200_000 + sequence;
    const balances = { principal: String(owed), interest: '0', fees: '0' };
    const instalments = [{ number: 1, dueDate: world.day(-1), ...balances }];
    const loan = { agreementId, loanId, sequence, balances, instalments };
    return world.bank.send(world.overdue(debtor, loan)).then(seen);
  };
  const behindPayments = (): Promise<unknown> => {
    sequence += 1;
    owed -= 1;
    return world.bank.send(world.pays(0, { agreementId, loanId, amount: '1', sequence })).then(seen);
  };
  await behindLoans();
  const ownCases = async () => (await world.cases(loanId)).filter((one) => one.agreementId === world.agreementId);
  return { behindLoans, behindPayments, ownCases };
}
