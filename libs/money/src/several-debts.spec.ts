import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { defaultOrders, orderFor } from './allocation-order.js';
import { money } from './money.js';
import { allocateAcross, proRata, type Debt } from './several-debts.js';

const order = orderFor(defaultOrders, 'consumer-loan', 10);
const debt = (id: string, open: bigint, over: Partial<Debt> = {}): Debt => ({
  id,
  due: '2026-01-08',
  securedShare: 0,
  burden: 0.18,
  order,
  claims: [
    {
      id: `${id}-1`,
      due: over.due === undefined ? '2026-01-08' : over.due,
      currency: 'CNY',
      open: { principal: open },
    },
  ],
  ...over,
});
const pay = (minor: bigint, debts: readonly Debt[], chosen?: readonly string[]) => {
  const result = allocateAcross({ amount: money(minor, 'CNY'), valueDate: '2026-03-01' }, debts, chosen);
  return [...result.shares.map((s) => `${s.debtId} ${s.minor}`), `excess ${result.excess}`];
};

describe('several debts of one debtor (Civil Code, article 560)', () => {
  it('follows what the debtor chose, then the law', () => {
    const debts = [debt('a', 100n), debt('b', 100n, { securedShare: 1 })];
    expect(pay(150n, debts, ['b'])).toEqual(['b 100', 'a 50', 'excess 0']);
  });

  it('pays what is due before what is not', () => {
    expect(pay(150n, [debt('later', 100n, { due: '2026-04-08', burden: 0.3 }), debt('due', 100n)])).toEqual([
      'due 100',
      'later 50',
      'excess 0',
    ]);
  });

  it('pays the least secured, then the heaviest burden, then the earliest due', () => {
    const debts = [
      debt('secured', 10n, { securedShare: 1, burden: 0.3 }),
      debt('young', 10n, { due: '2026-02-08' }),
      debt('old', 10n),
      debt('dear', 10n, { burden: 0.24, due: '2026-02-20' }),
    ];
    expect(pay(50n, debts)).toEqual(['dear 10', 'old 10', 'young 10', 'secured 10', 'excess 10']);
  });

  it('shares in proportion between equals, to the minor unit', () => {
    expect(pay(100n, [debt('a', 100n), debt('b', 200n)])).toEqual(['a 33', 'b 67', 'excess 0']);
  });

  it('never loses money, never over-pays a debt', () => {
    const anyDebts = fc.uniqueArray(
      fc.record({
        id: fc.constantFrom('a', 'b', 'c', 'd'),
        open: fc.bigInt({ min: 0n, max: 300n }),
        burden: fc.constantFrom(0.1, 0.2),
      }),
      { selector: (d) => d.id },
    );
    fc.assert(
      fc.property(anyDebts, fc.bigInt({ min: 1n, max: 900n }), (rows, minor) => {
        const debts = rows.map((r) => debt(r.id, r.open, { burden: r.burden }));
        const result = allocateAcross({ amount: money(minor, 'CNY'), valueDate: '2026-03-01' }, debts);
        expect(result.shares.reduce((s, x) => s + x.minor, result.excess)).toBe(minor);
        for (const share of result.shares) {
          expect(share.allocation.excess).toBe(0n);
          expect(share.minor).toBeLessThanOrEqual(rows.find((r) => r.id === share.debtId)?.open ?? 0n);
        }
      }),
    );
  });

  it('splits pro rata without a remainder', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 0n, max: 1000n }), { minLength: 1 }), fc.nat(), (weights, pick) => {
        const total = weights.reduce((a, b) => a + b, 0n);
        const amount = total === 0n ? 0n : BigInt(pick) % total;
        const shares = proRata(amount, weights);
        expect(shares.reduce((a, b) => a + b, 0n)).toBe(amount);
        shares.forEach((s, i) => expect(s).toBeLessThanOrEqual(weights[i] ?? 0n));
      }),
    );
  });
});
