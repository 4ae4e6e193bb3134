import { describe, expect, it } from '@jest/globals';
import { daysPastDue } from './buckets.js';
import type { LedgerFact } from './facts.js';
import { money } from './money.js';
import { reallocate, replay, totalOf, type ReplayOptions } from './replay.js';

const at = (day: string, time = '04:00:00.000') => `${day}T${time}Z`;
const cny = (minor: number) => money(BigInt(minor), 'CNY');
const options = (asOf: string, knownAt = at(asOf, '23:59:59.999')): ReplayOptions => ({
  currency: 'CNY',
  product: 'credit-card',
  asOf,
  knownAt,
});
const instalment = (id: string, due: string, principal: number, interest = 0, fees = 0): LedgerFact => {
  const amounts = { principal: BigInt(principal), interest: BigInt(interest), fees: BigInt(fees) };
  return { kind: 'instalment', id, due, amounts, valueDate: '2026-01-01', knownAt: at('2026-01-01') };
};
const payment = (id: string, amount: number, valueDate: string, posted = valueDate, sequence?: number): LedgerFact => {
  const base = { kind: 'payment' as const, id, amount: cny(amount), valueDate, knownAt: at(posted) };
  return sequence === undefined ? base : { ...base, sequence };
};
const paid = (facts: LedgerFact[], o: ReplayOptions, id: string) =>
  replay(facts, o)
    .payments.find((p) => p.paymentId === id)
    ?.parts.map((p) => `${p.component} ${p.minor}`);

describe('CARD-91', () => {
  // Due on 8 January: day 90 is 8 April, day 95 is 13 April.
  const debt = instalment('1', '2026-01-08', 1000, 200, 50);

  it('covers interest first when the value date is day 90, though posted on day 95', () => {
    const facts = [debt, payment('p', 300, '2026-04-08', '2026-04-13')];
    expect(paid(facts, options('2026-04-13'), 'p')).toEqual(['interest 200', 'fees 50', 'principal 50']);
  });

  it('covers principal first when the value date is day 95', () => {
    expect(paid([debt, payment('p', 300, '2026-04-13')], options('2026-04-13'), 'p')).toEqual(['principal 300']);
  });

  it('spreads the payments after a backdated one anew and keeps both versions', () => {
    const facts = [debt, payment('late', 950, '2026-04-12'), payment('back', 260, '2026-04-08', '2026-04-13')];
    const { before, after, changed } = reallocate(facts, options('2026-04-13'), at('2026-04-12', '23:00:00.000'));
    expect(before.balances).toMatchObject({ principal: 50n, interest: 200n, fees: 50n });
    expect(after.payments.map((p) => p.parts.map((x) => `${x.component} ${x.minor}`))).toEqual([
      ['interest 200', 'fees 50', 'principal 10'],
      ['principal 950'],
    ]);
    expect(after.balances).toMatchObject({ principal: 40n, interest: 0n, fees: 0n });
    expect(changed).toEqual(['back']);
  });
});

describe('ERP-58220', () => {
  it('keeps a small fee claimable after the principal is paid', () => {
    const debt = instalment('1', '2026-01-08', 1000, 0, 10);
    const ledger = replay([debt, payment('p', 1000, '2026-04-20')], options('2026-04-20'));
    expect(ledger.balances).toMatchObject({ principal: 0n, fees: 10n });
    expect(ledger.claims).toHaveLength(1);
    expect(ledger.earliestUnpaidDue).toBe('2026-01-08');
  });
});

describe('KB-2297', () => {
  it('moves the anchor to the oldest instalment that is still unpaid', () => {
    const facts = [
      instalment('1', '2026-01-08', 100),
      instalment('2', '2026-02-08', 100),
      instalment('3', '2026-03-08', 100),
    ];
    const ledger = replay([...facts, payment('p', 200, '2026-03-10')], options('2026-03-10'));
    expect(daysPastDue('2026-03-10', ledger.earliestUnpaidDue)).toBe(2);
  });
});

describe('reversal', () => {
  const debt = instalment('1', '2026-01-08', 1000);
  const facts: LedgerFact[] = [
    debt,
    payment('p', 1000, '2026-01-10'),
    { kind: 'reversal', id: 'r', reverses: 'p', valueDate: '2026-01-15', knownAt: at('2026-01-15') },
  ];

  it('BOUNCE: puts the old due date back, as if the payment had never been', () => {
    expect(replay(facts, options('2026-01-14')).earliestUnpaidDue).toBeNull();
    const after = replay(facts, options('2026-01-15'));
    expect([after.earliestUnpaidDue, after.balances.principal, after.payments.length]).toEqual([
      '2026-01-08',
      1000n,
      0,
    ]);
  });

  it('still answers what we knew before', () => {
    expect(replay(facts, options('2026-01-15', at('2026-01-14'))).balances.principal).toBe(0n);
  });
});

describe('the bank as master of the balances', () => {
  const opening: LedgerFact = {
    kind: 'statement',
    id: 's1',
    valueDate: '2026-01-09',
    knownAt: at('2026-01-09'),
    sequence: 1,
    balances: { principal: 10_000n, interest: 200n },
    instalments: [{ id: '1', due: '2026-01-08', amounts: { principal: 1000n, interest: 200n } }],
  };
  const statement = (sequence: number, day: string, balances: Record<string, bigint>, due?: string): LedgerFact => {
    const base = {
      kind: 'statement' as const,
      id: `s${sequence}`,
      valueDate: day,
      knownAt: at(day),
      sequence,
      balances,
    };
    return due === undefined ? { ...base, instalments: [] } : { ...base, earliestUnpaidDue: due };
  };

  it('opens with the instalments as due and the rest as not due', () => {
    const ledger = replay([opening], options('2026-01-09'));
    expect(ledger.claims.map((c) => [c.id, c.due, totalOf(c.open)])).toEqual([
      ['1', '2026-01-08', 1200n],
      ['remainder', null, 9000n],
    ]);
  });

  it('OUT-OF-ORDER: a payment known first counts once, whether the opening balances hold it or not', () => {
    const contained = [payment('p', 300, '2026-01-08', '2026-01-08', 0), opening];
    expect(totalOf(replay(contained, options('2026-01-09')).balances)).toBe(10_200n);
    expect(replay(contained, options('2026-01-09')).payments[0]).toMatchObject({ excess: 0n, absorbed: 300n });
    const later = [payment('p', 300, '2026-01-08', '2026-01-08', 2), opening];
    expect(totalOf(replay(later, options('2026-01-09')).balances)).toBe(9_900n);
  });

  it('does not subtract twice when the statement after a payment overtakes it', () => {
    const facts = [
      opening,
      statement(3, '2026-01-10', { principal: 9000n }),
      payment('p', 1200, '2026-01-10', '2026-01-11', 2),
    ];
    const early = replay(facts, options('2026-01-10'));
    const late = replay(facts, options('2026-01-11'));
    expect([totalOf(early.balances), totalOf(late.balances)]).toEqual([9000n, 9000n]);
    expect([early.earliestUnpaidDue, late.earliestUnpaidDue]).toEqual([null, null]);
    expect(totalOf(replay(facts, options('2026-01-11')).balances) + late.credit).toBe(9000n);
  });

  it('gives a payment back in full when it is reversed after the statement that held it', () => {
    const facts: LedgerFact[] = [
      opening,
      payment('p', 1200, '2026-01-10', '2026-01-10', 2),
      statement(3, '2026-01-11', { principal: 9000n }),
      { kind: 'reversal', id: 'r', reverses: 'p', valueDate: '2026-01-15', knownAt: at('2026-01-15'), sequence: 4 },
    ];
    const ledger = replay(facts, options('2026-01-15'));
    expect([totalOf(ledger.balances), ledger.earliestUnpaidDue]).toEqual([10_200n, '2026-01-08']);
  });

  it('DAILY-DUP: a new statement replaces the balances and adds no claim', () => {
    const daily: LedgerFact = { ...opening, id: 's2', sequence: 2, valueDate: '2026-01-10', knownAt: at('2026-01-10') };
    expect(replay([opening, daily], options('2026-01-10'))).toEqual(replay([opening], options('2026-01-10')));
  });

  it('takes a fall of the totals from the oldest, a rise as not due', () => {
    const totals = { ...statement(2, '2026-01-10', { principal: 10_100n, interest: 50n }, '2026-01-08') };
    const ledger = replay([opening, totals], options('2026-01-10'));
    expect(ledger.claims.map((c) => [c.id, c.open.principal, c.open.interest])).toEqual([
      ['1', 1000n, 50n],
      ['remainder', 9100n, 0n],
    ]);
  });

  it('relies on the declared date of a bank that sends no instalments', () => {
    const facts = [
      statement(1, '2026-01-09', { principal: 500n }, '2026-01-08'),
      { ...payment('p', 100, '2026-01-10', '2026-01-10', 2), earliestUnpaidDue: '2026-02-08' },
    ];
    expect(replay(facts, options('2026-01-09')).earliestUnpaidDue).toBe('2026-01-08');
    expect(replay(facts, options('2026-01-10')).earliestUnpaidDue).toBe('2026-02-08');
  });
});

describe('bad history', () => {
  it('is refused: another currency, a payment or charge that is not positive', () => {
    const bad = (fact: LedgerFact) => () => replay([fact], options('2026-02-01'));
    const base = { id: 'x', valueDate: '2026-01-01', knownAt: at('2026-01-01') };
    expect(bad({ ...base, kind: 'payment', amount: money(1n, 'USD') })).toThrow('Mixed currencies');
    expect(bad({ ...base, kind: 'payment', amount: cny(0) })).toThrow('positive');
    expect(bad({ ...base, kind: 'charge', component: 'fees', amount: cny(-1), due: null })).toThrow('positive');
  });
});
