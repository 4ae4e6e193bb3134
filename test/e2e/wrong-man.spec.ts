import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '../support/index.js';
import { gateOf } from './support/gate.js';
import { openWorld, soonMs, type World } from './support/world.js';

describe('WRONG-MAN: a number that two debtors were known with belongs to a stranger', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld('wrong-man');
  });
  afterAll(() => world.close());

  it('what waits for it vanishes, both cases are held, and nothing goes there, not even thanks', async () => {
    const gate = gateOf(world.arrears);
    const one = world.debtor();
    const other = { ...world.debtor(), phone: one.phone };
    const loans = [one, other].map((debtor) => ({ debtor, loanId: world.loanId() }));
    await world.jump(world.at(1, '02:00'));
    const loan = { dueDate: world.day(0), asOf: world.day(1) };
    await world.bank.send(...loans.map(({ debtor, loanId }) => world.overdue(debtor, { loanId, ...loan })));
    const cases = await Promise.all(loans.map(({ loanId }) => world.theCase(loanId, 'to open')));
    const ids = cases.map(({ caseId }) => caseId);
    await world.jump(world.at(1, '02:20'), ...ids);
    for (const caseId of ids)
      await until(async () => (await world.next(caseId)).underWay.length === 1, soonMs, 'its reminder to wait');

    const { contactPointId } = await gate.pointOf(one, world.agreementId);
    await gate.post('collector', `/contact-points/${contactPointId}/invalid`, { because: 'wrong-person' });
    for (const caseId of ids) {
      const held = async () => (await world.next(caseId)).holds.some(({ kind }) => kind === 'number-check');
      await until(held, soonMs, 'the case to be held');
    }
    // The decision after the one that called it back writes down that it was called back.
    await world.jump(world.at(1, '02:30'), ...ids);
    for (const caseId of ids) await world.quiet(caseId);
    await world.jump(world.at(1, '09:30'), ...ids);
    await world.bank.send(world.pays(1, { loanId: loans[0]?.loanId ?? '', amount: '100000', sequence: 2 }));
    await world.theCase(loans[0]?.loanId ?? '', 'to close', ({ status }) => status === 'closed');
    await sleep(2_000);
    expect(await world.messages(one)).toEqual([]);
  });
});
