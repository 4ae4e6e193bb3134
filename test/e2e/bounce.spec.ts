import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bankMessage } from './support/bank.js';
import { openWorld, type World } from './support/world.js';

describe('BOUNCE: cured, thanked, and the payment reversed five days later', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld('bounce');
  });
  afterAll(() => world.close());

  it('goes on with the same episode at the right day, repeats no step and sends one correction', async () => {
    const debtor = world.debtor();
    const loanId = world.loanId();
    await world.bank.send(world.overdue(debtor, { loanId }));
    const { caseId } = await world.theCase(loanId, 'to open');
    await world.jump(world.at(0, '09:50'), caseId);
    await world.receives(debtor, 1);
    await world.quiet(caseId);

    await world.jump(world.at(1, '10:00'), caseId);
    const repaymentId = `R-${loanId}`;
    await world.bank.send(world.pays(1, { loanId, amount: '100000', sequence: 2, repaymentId }));
    await world.theCase(loanId, 'to close', ({ status }) => status === 'closed');
    await world.receives(debtor, 2);

    await world.jump(world.at(6, '10:00'));
    const reversal = { agreementId: world.agreementId, loanId, repaymentId, reversedAt: world.at(6, '10:00') };
    await world.bank.send(bankMessage('repayment-reversed', { ...reversal, sequence: 3, reason: 'bounced' }));
    const again = await world.theCase(loanId, 'to be open again', ({ status }) => status === 'open');
    expect(again).toMatchObject({ caseId, workflowId: `case-${caseId}-1` });
    expect(again.accounts).toMatchObject([{ episode: 1, status: 'open', daysPastDue: 7, overdue: '100000' }]);

    await world.jump(world.at(6, '10:15'), caseId);
    // The correction, and the second reminder: its days have not passed.
    const messages = await world.receives(debtor, 4);
    await world.quiet(caseId);
    expect(messages).toHaveLength(4);
    expect(messages[1]?.text).toContain('感谢');
    const corrections = messages.filter(({ text }) => text.includes('冲正'));
    expect(corrections).toHaveLength(1);
    expect(corrections[0]?.text).toContain('CNY 1,000.00');

    // What comes next is what was next; nothing is said twice.
    await world.jump(world.at(8, '10:30'), caseId);
    await world.receives(debtor, 5);
    await world.quiet(caseId);
    const done = (await world.timeline(caseId)).filter(
      ({ kind, outcome }) => kind === 'step-ended' && outcome !== 'lapsed',
    );
    const names = done.map(({ step }) => step);
    expect([...names].sort()).toEqual(['correction', 'reminder-1', 'reminder-2', 'reminder-3', 'thank-you']);
    expect(new Set((await world.messages(debtor)).map(({ text }) => text)).size).toBe(5);
  });
});
