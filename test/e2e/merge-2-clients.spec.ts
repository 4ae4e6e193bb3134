import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '../support/index.js';
import { openWorld, soonMs, type World } from './support/world.js';

describe('MERGE-2-CLIENTS: one person owes two client banks', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld('merge-2-clients');
  });
  afterAll(() => world.close());

  it('has two cases that share the counters, and no message of one names the other', async () => {
    const debtor = world.debtor();
    const banks = await Promise.all(
      ['甲样本银行', '乙样本银行'].map(async (name) => ({ name, agreementId: await world.agreement(name) })),
    );
    const loans = banks.map(({ name, agreementId }, n) => {
      // The bank's own customer number differs; the identity paper is the same person's.
      const customer = { ...debtor, customerNo: `${debtor.customerNo}-${n}` };
      const loanId = world.loanId();
      return { name, loanId, message: world.overdue(customer, { agreementId, loanId }) };
    });
    await Promise.all(loans.map(({ message }) => world.bank.send(message)));
    const cases = await Promise.all(loans.map(({ loanId }) => world.theCase(loanId, 'to open')));
    const ids = cases.map(({ caseId }) => caseId);
    expect(new Set(ids).size).toBe(2);

    await world.jump(world.at(0, '09:50'), ...ids);
    await world.receives(debtor, 1);
    // One SMS a day is the person's limit, whoever asks: the other bank's waits for tomorrow.
    await until(
      async () => {
        const waiting = await Promise.all(ids.map((caseId) => world.next(caseId)));
        return waiting.filter(({ underWay }) => underWay.length > 0).length === 1;
      },
      soonMs,
      'one of the two messages to wait',
    );
    expect(await world.messages(debtor)).toHaveLength(1);

    await world.jump(world.at(1, '09:50'), ...ids);
    const messages = await world.receives(debtor, 2);
    const named = messages.map(({ text }) => loans.filter(({ name }) => text.includes(name)).map(({ name }) => name));
    expect(named.map(({ length }) => length)).toEqual([1, 1]);
    expect(new Set(named.flat()).size).toBe(2);
    for (const { name, loanId } of loans) {
      const own = messages.filter(({ text }) => text.includes(name));
      const foreign = loans.filter((other) => other.loanId !== loanId);
      for (const { text } of own) for (const other of foreign) expect(text).not.toContain(other.loanId.slice(-4));
    }
  });
});
