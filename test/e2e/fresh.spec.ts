import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  layKafkaCable,
  sharedArrears,
  startArrears,
  testServers,
  until,
  type Arrears,
  type Cable,
} from '../support/index.js';
import type { Debtor } from './support/bank.js';
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
      const demands = await demandsTo(world, debtor);
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
    const { pids } = await sharedArrears();
    process.kill(pids.cases, 'SIGSTOP');
    try {
      await sleep(5_000);
      world.arrears.clock.jumpTo(world.at(2, '09:10'));
      await until(async () => (await factsBehind(world)) > behindBefore, soonMs, 'the gate to answer facts-behind');
      await sleep(2_000);
      expect(await world.messages(debtor)).toEqual([]);
    } finally {
      process.kill(pids.cases, 'SIGCONT');
    }
    await world.receives(debtor, 1);
  });
});

describe('FRESH with Kafka down', () => {
  let cable: Cable;
  let arrears: Arrears;
  let world: World;
  beforeAll(async () => {
    cable = await layKafkaCable(testServers().kafka);
    const byCable = { KAFKA_BROKERS: cable.address };
    arrears = await startArrears({
      businessNow: '2026-11-09T01:00:00.000Z',
      env: { cases: byCable, contacts: byCable, notifications: byCable },
    });
    world = await openWorld('fresh-down', arrears);
  });
  afterAll(async () => {
    cable.mend();
    await world.close();
    await arrears.close();
    await cable.close();
  });

  it('a payment by the file door cures; nobody is written to on old facts; all goes on when the broker is back', async () => {
    const [payer, other] = [world.debtor(), world.debtor()];
    const [paid, unpaid] = [world.loanId(), world.loanId()];
    await world.jump(world.at(1, '02:00'));
    const missed = { dueDate: world.day(0), asOf: world.day(1) };
    await world.bank.send(
      world.overdue(payer, { loanId: paid, ...missed }),
      world.overdue(other, { loanId: unpaid, ...missed }),
    );
    const cases = [await world.theCase(paid, 'to open'), await world.theCase(unpaid, 'to open')];
    await world.jump(world.at(1, '02:20'), ...cases.map(({ caseId }) => caseId));
    for (const { caseId } of cases)
      await until(async () => (await world.next(caseId)).underWay.length > 0, soonMs, 'the reminder to be queued');

    const behindBefore = await factsBehind(world);
    cable.cut();
    try {
      await world.byFile(
        world.pays(1, { loanId: paid, amount: '100000', sequence: 2, receivedAt: world.at(1, '02:25') }),
      );
      await world.theCase(paid, 'to be cured', ({ accounts }) => accounts[0]?.overdue === '0');
      await sleep(5_000);
      arrears.clock.jumpTo(world.at(1, '09:10'));
      await until(async () => (await factsBehind(world)) > behindBefore, soonMs, 'the gate to answer facts-behind');
      await sleep(2_000);
      expect([...(await world.messages(payer)), ...(await world.messages(other))]).toEqual([]);
    } finally {
      cable.mend();
    }
    const cured = await world.theCase(paid, 'to close', ({ status }) => status === 'closed');
    expect(cured.closeReason).toBe('cured');
    // Whoever still owes hears of it now: it was the silent feed that had held his reminder back.
    await world.receives(other, 1);
    expect(await demandsTo(world, other)).toHaveLength(1);
    expect(await demandsTo(world, payer)).toEqual([]);
  });
});

const demandsTo = async (world: World, debtor: Debtor) =>
  (await world.messages(debtor)).filter(({ text }) => text.includes('逾期'));

/** How often the gate has answered so, from its metrics. */
async function factsBehind(world: World): Promise<number> {
  const text = await (await fetch(`${world.arrears.urls.contactsMetrics}/metrics`)).text();
  const lines = text.split('\n').filter((line) => !line.startsWith('#') && line.includes('facts-behind'));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
