import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openWorld, type World } from './support/world.js';

describe('HAPPY-CURE: an overdue account that is paid in full on day 3', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld('happy-cure');
  });
  afterAll(() => world.close());

  it('gets one reminder, one thank-you and nothing else; the account is cured, the case closed', async () => {
    const debtor = world.debtor();
    const loanId = world.loanId();
    await world.bank.send(world.overdue(debtor, { loanId }));
    const { caseId, workflowId } = await world.theCase(loanId, 'to open');
    expect(workflowId).toBe(`case-${caseId}`);

    await world.jump(world.at(0, '09:45'), caseId);
    const [reminder] = await world.receives(debtor, 1);
    expect(reminder?.text).toContain('CNY 1,000.00');
    expect(reminder?.text).toContain('示例银行');

    await world.jump(world.at(2, '12:00'), caseId);
    await world.quiet(caseId);
    expect(await world.messages(debtor)).toHaveLength(1);

    await world.bank.send(world.pays(2, { loanId, amount: '100000', sequence: 2 }));
    const cured = await world.theCase(loanId, 'to close', ({ status }) => status === 'closed');
    expect(cured.closeReason).toBe('cured');
    expect(cured.accounts).toMatchObject([{ loanId, status: 'closed', closeReason: 'cured', overdue: '0' }]);
    const [, thanks] = await world.receives(debtor, 2);
    expect(thanks?.text).toContain('感谢');

    await world.jump(world.at(20, '12:00'));
    expect(await world.messages(debtor)).toHaveLength(2);
  });
});
