import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openWorld, type World } from './support/world.js';

describe('a hold', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld('hold');
  });
  afterAll(() => world.close());

  it('for a dispute stops contact and the treatment days; lifted, the case goes on where it stood', async () => {
    const debtor = world.debtor();
    const loanId = world.loanId();
    await world.bank.send(world.overdue(debtor, { loanId }));
    const { caseId } = await world.theCase(loanId, 'to open');
    const placed = await world.post('collector', `/cases/${caseId}/holds`, { kind: 'dispute' });
    expect(placed.status).toBe(202);
    const { holdId } = (placed.body as { result: { holdId: string } }).result;

    for (const n of [0, 1, 4]) await world.jump(world.at(n, '10:30'), caseId);
    await sleep(1_500);
    expect(await world.messages(debtor)).toEqual([]);
    const { holds } = await world.next(caseId);
    expect(holds).toMatchObject([{ holdId, kind: 'dispute' }]);
    const held = await world.theCase(loanId, 'to be held');
    expect(held.accounts).toMatchObject([{ daysPastDue: 5 }]);

    const refused = await world.post('collector', `/cases/${caseId}/holds/${holdId}/lift`);
    expect(refused.status).toBe(403);
    expect((await world.post('supervisor', `/cases/${caseId}/holds/${holdId}/lift`)).status).toBe(202);
    await world.jump(world.at(4, '10:45'), caseId);
    const [message] = await world.receives(debtor, 1);
    expect(message?.text).toContain('CNY 1,000.00');
  });

  it('placed while a message waits for its hour calls the message back', async () => {
    const debtor = world.debtor();
    const loanId = world.loanId();
    await world.jump(world.at(5, '02:00'));
    await world.bank.send(world.overdue(debtor, { loanId, dueDate: world.day(4), asOf: world.day(5) }));
    const { caseId } = await world.theCase(loanId, 'to open');
    await world.jump(world.at(5, '02:20'), caseId);
    expect((await world.post('collector', `/cases/${caseId}/holds`, { kind: 'hardship' })).status).toBe(202);
    // The decision after the one that called it back writes down that it was called back.
    await world.jump(world.at(5, '02:30'), caseId);
    await world.quiet(caseId);
    await world.jump(world.at(5, '09:30'), caseId);
    await world.quiet(caseId);
    await sleep(1_500);
    expect(await world.messages(debtor)).toEqual([]);
  });
});
