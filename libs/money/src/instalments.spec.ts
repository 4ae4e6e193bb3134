import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { equalInstalments } from './instalments.js';
import { money, sum } from './money.js';

describe('equal instalments', () => {
  it('puts the remainder on the last', () => {
    const plan = equalInstalments(money(10_000n, 'CNY'), 3, '2026-01-31');
    expect(plan.map((i) => [i.number, i.due, i.amount.minor])).toEqual([
      [1, '2026-01-31', 3333n],
      [2, '2026-02-28', 3333n],
      [3, '2026-03-31', 3334n],
    ]);
  });

  it('sums to the total to the minor unit, every one but the last the same', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 600n, max: 10n ** 15n }), fc.integer({ min: 1, max: 600 }), (total, count) => {
        const plan = equalInstalments(money(total, 'TWD'), count, '2026-11-30');
        expect(plan).toHaveLength(count);
        expect(
          sum(
            plan.map((i) => i.amount),
            'TWD',
          ).minor,
        ).toBe(total);
        expect(new Set(plan.slice(0, -1).map((i) => i.amount.minor)).size).toBeLessThanOrEqual(1);
        expect(plan.map((i) => i.due)).toEqual([...new Set(plan.map((i) => i.due))].sort());
      }),
    );
  });

  it('refuses what can not be a plan', () => {
    expect(() => equalInstalments(money(2n, 'CNY'), 3, '2026-01-31')).toThrow('too small');
    expect(() => equalInstalments(money(100n, 'CNY'), 0, '2026-01-31')).toThrow('count');
    expect(() => equalInstalments(money(100n, 'CNY'), 1, '2026-02-31')).toThrow('Not a date');
  });
});
