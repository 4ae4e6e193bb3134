import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '../support/index.js';
import { soonMs, openWorld, type World } from './support/world.js';

describe('FRESH: no contact on facts that are older than what is known', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld('fresh');
  });
  afterAll(() => world.close());

  it('payment and permit race: nobody is asked for money more than 5 s after his payment was seen', async () => {
    const debts = Array.from({ length: 10 }, () => ({ debtor: world.debtor(), loanId: world.loanId() }));
    await world.jump(world.at(1, '02:00'));
    const overdue = { dueDate: world.day(0), asOf: world.day(1) };
    await world.bank.send(...debts.map(({ debtor, loanId }) => world.overdue(debtor, { loanId, ...overdue })));
    const cases = await Promise.all(debts.map(({ loanId }) => world.theCase(loanId, 'to open')));
    await world.jump(world.at(1, '02:20'), ...cases.map(({ caseId }) => caseId));

    // Messages wait for nine o'clock; in that moment everybody pays.
    await world.jump(world.at(1, '08:59:59.500'));
    for (const { loanId } of debts) {
      await world.bank.send(world.pays(1, { loanId, amount: '100000', sequence: 2 }));
      await sleep(50);
    }
    await Promise.all(
      debts.map(({ loanId }) => world.theCase(loanId, 'to close', ({ status }) => status === 'closed')),
    );
    await sleep(2_000);
    for (const [n, { debtor }] of debts.entries()) {
      const seen = (await world.timeline(cases[n]?.caseId ?? '')).find(({ kind }) => kind === 'bank-payment');
      expect(seen).toBeDefined();
      const demands = (await world.messages(debtor)).filter(({ text }) => text.includes('逾期'));
      expect(demands.length).toBeLessThanOrEqual(1);
      for (const { acceptedAt } of demands)
        expect(Date.parse(acceptedAt) - Date.parse(seen?.at ?? '')).toBeLessThanOrEqual(5_000);
    }
  });

  it('while the feed of cases is silent, the gate answers facts-behind and no message leaves', async () => {
    const debtor = world.debtor();
    const loanId = world.loanId();
    await world.jump(world.at(2, '02:00'));
    await world.bank.send(world.overdue(debtor, { loanId, dueDate: world.day(1), asOf: world.day(2) }));
    const { caseId } = await world.theCase(loanId, 'to open');
    await world.jump(world.at(2, '02:20'), caseId);
    await until(async () => (await world.next(caseId)).underWay.length > 0, soonMs, 'the reminder to be queued');

    const behindBefore = await factsBehind(world);
    process.kill(world.arrears.pids.cases, 'SIGSTOP');
    try {
      await sleep(5_000);
      world.arrears.clock.jumpTo(world.at(2, '09:10'));
      await until(async () => (await factsBehind(world)) > behindBefore, soonMs, 'the gate to answer facts-behind');
      await sleep(2_000);
      expect(await world.messages(debtor)).toEqual([]);
    } finally {
      process.kill(world.arrears.pids.cases, 'SIGCONT');
    }
    await world.receives(debtor, 1);
  });
});

/** How often the gate has answered so, from its metrics. */
async function factsBehind(world: World): Promise<number> {
  const text = await (await fetch(`${world.arrears.urls.contactsMetrics}/metrics`)).text();
  const lines = text.split('\n').filter((line) => !line.startsWith('#') && line.includes('facts-behind'));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
