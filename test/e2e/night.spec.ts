import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openWorld, type World } from './support/world.js';

describe('NIGHT: a step falls due at three in the morning', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld('night');
  });
  afterAll(() => world.close());

  it('moves the case at once; the contact waits for the morning', async () => {
    const debtor = world.debtor();
    const loanId = world.loanId();
    await world.jump(world.at(1, '02:40'));
    await world.bank.send(world.overdue(debtor, { loanId, dueDate: world.day(0), asOf: world.day(1) }));
    const { caseId } = await world.theCase(loanId, 'to open');
    await world.jump(world.at(1, '03:00'), caseId);
    expect(await world.theCase(loanId, 'to be in a stage')).toMatchObject({ status: 'open', stage: 'reminder' });
    await world.jump(world.at(1, '07:59'), caseId);
    await sleep(2_000);
    expect(await world.messages(debtor)).toEqual([]);
    await world.jump(world.at(1, '09:01'), caseId);
    const [message] = await world.receives(debtor, 1);
    expect((message?.acceptedAt ?? '') >= world.at(1, '08:00')).toBe(true);
  });

  it('a payment at night is booked at night, and its thanks wait for the morning', async () => {
    const debtor = world.debtor();
    const loanId = world.loanId();
    await world.bank.send(world.overdue(debtor, { loanId, dueDate: world.day(0), asOf: world.day(1) }));
    const { caseId } = await world.theCase(loanId, 'to open');
    await world.jump(world.at(2, '03:00'), caseId);
    await world.bank.send(world.pays(2, { loanId, amount: '100000', sequence: 2 }));
    const cured = await world.theCase(loanId, 'to close', ({ status }) => status === 'closed');
    expect((cured.closedAt ?? '') < world.at(2, '04:00')).toBe(true);
    await world.jump(world.at(2, '07:59'));
    await sleep(2_000);
    expect(await world.messages(debtor)).toEqual([]);
    await world.jump(world.at(2, '09:01'));
    const [thanks] = await world.receives(debtor, 1);
    expect(thanks?.text).toContain('感谢');
    expect((thanks?.acceptedAt ?? '') >= world.at(2, '08:00')).toBe(true);
  });
});
