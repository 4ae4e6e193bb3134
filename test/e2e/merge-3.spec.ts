import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openWorld, type World } from './support/world.js';

describe('MERGE-3: three accounts of one debtor overdue on the same day', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld('merge-3');
  });
  afterAll(() => world.close());

  it('arrive side by side and become one case with one message that names three debts', async () => {
    const debtor = world.debtor();
    const loans = [world.loanId(), world.loanId(), world.loanId()];
    await Promise.all(loans.map((loanId) => world.bank.send(world.overdue(debtor, { loanId }))));
    const views = await Promise.all(
      loans.map((loanId) => world.theCase(loanId, 'to hold three accounts', ({ accounts }) => accounts.length === 3)),
    );
    expect(new Set(views.map(({ caseId }) => caseId)).size).toBe(1);
    const caseId = views[0]?.caseId ?? '';

    await world.jump(world.at(0, '09:50'), caseId);
    const [message] = await world.receives(debtor, 1);
    for (const loanId of loans) expect(message?.text).toContain(`尾号 ${loanId.slice(-4)} 应还 CNY 1,000.00`);
    expect(message?.text).toContain('CNY 3,000.00');
    await world.quiet(caseId);
    await world.jump(world.at(1, '12:00'), caseId);
    await world.quiet(caseId);
    expect(await world.messages(debtor)).toHaveLength(1);
  });
});
