import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openWorld, type World } from './support/world.js';

describe('ERP-41752: a debtor with two cases pays one', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld('erp-41752');
  });
  afterAll(() => world.close());

  it('leaves the other case open', async () => {
    const debtor = world.debtor();
    const loans = await Promise.all(
      ['甲样本银行', '乙样本银行'].map(async (name) => ({
        loanId: world.loanId(),
        agreementId: await world.agreement(name),
      })),
    );
    await world.bank.send(...loans.map((loan) => world.overdue(debtor, loan)));
    const [paid, unpaid] = await Promise.all(loans.map(({ loanId }) => world.theCase(loanId, 'to open')));
    expect(paid?.caseId).not.toBe(unpaid?.caseId);

    await world.bank.send(world.pays(0, { ...required(loans[0]), amount: '100000', sequence: 2 }));
    const closed = await world.theCase(required(loans[0]).loanId, 'to close', ({ status }) => status === 'closed');
    expect(closed.caseId).toBe(paid?.caseId);
    await world.jump(world.at(3, '10:00'), unpaid?.caseId ?? '');
    const left = await world.theCase(required(loans[1]).loanId, 'to be there');
    expect(left).toMatchObject({ status: 'open', accounts: [{ status: 'open', overdue: '100000', daysPastDue: 4 }] });
  });

  it('leaves the other account of one case open, and messages name that one only', async () => {
    const debtor = world.debtor();
    const [paid, unpaid] = [world.loanId(), world.loanId()];
    await world.bank.send(...[paid, unpaid].map((loanId) => world.overdue(debtor, { loanId, ...dates(world) })));
    const { caseId } = await world.theCase(unpaid, 'to hold both', ({ accounts }) => accounts.length === 2);
    await world.bank.send(world.pays(3, { loanId: paid, amount: '100000', sequence: 2 }));
    const view = await world.theCase(paid, 'to know', ({ accounts }) =>
      accounts.some(({ status }) => status === 'closed'),
    );
    expect(view.status).toBe('open');
    const states = Object.fromEntries(view.accounts.map(({ loanId, status }) => [loanId, status]));
    expect(states).toEqual({ [paid]: 'closed', [unpaid]: 'open' });

    const [thanks] = await world.receives(debtor, 1);
    expect(thanks?.text).toContain('感谢');
    // The thank-you takes no reminder's place: both on one day.
    await world.jump(world.at(3, '10:30'), caseId);
    await world.receives(debtor, 2);
    await world.quiet(caseId);
    const demands = (await world.messages(debtor)).filter(({ text }) => text.includes('逾期'));
    expect(demands).toHaveLength(1);
    expect(demands[0]?.text).toContain(unpaid.slice(-4));
    expect(demands[0]?.text).not.toContain(paid.slice(-4));
  });
});

const dates = (world: World) => ({ dueDate: world.day(2), asOf: world.day(3) });

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('there should be one');
  return value;
}
