import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { allocate, type Allocation, type Claim } from './allocate.js';
import { components, defaultOrders, orderFor, validateOrders, type AllocationOrder } from './allocation-order.js';
import { money } from './money.js';

const early = orderFor(defaultOrders, 'credit-card', 90);
const late = orderFor(defaultOrders, 'credit-card', 91);
const claim = (id: string, due: string | null, open: Claim['open']): Claim => ({ id, due, currency: 'CNY', open });
const spread = (result: Allocation) => result.parts.map((p) => [p.claimId, p.component, Number(p.minor)]);
const pay = (minor: bigint, claims: readonly Claim[], order: AllocationOrder = early) =>
  allocate({ amount: money(minor, 'CNY'), valueDate: '2026-03-01' }, claims, order);

describe('allocation orders', () => {
  it('are chosen by product and days past due', () => {
    expect([early.id, late.id]).toEqual(['card-to-90', 'card-from-91']);
    expect(orderFor(defaultOrders, 'consumer-loan', 200).id).toBe('civil-code-561');
    expect(orderFor(defaultOrders, 'credit-card', 0).id).toBe('civil-code-561');
  });

  it('are checked: each component once, one order a day, a general one', () => {
    expect(validateOrders(defaultOrders)).toEqual([]);
    expect(validateOrders([{ ...early, components: ['principal'] }])).toEqual([
      'card-to-90: must name each of costs, fees, interest, principal once',
      'there is no order for every product and every day',
    ]);
    expect(validateOrders([...defaultOrders, { ...early, id: 'mine', fromDpd: 60 }])).toEqual([
      'card-to-90 and mine both apply on day 60',
    ]);
    expect(() => orderFor([], 'credit-card', 1)).toThrow('No allocation order');
  });
});

describe('allocate', () => {
  const two = [
    claim('2', '2026-02-08', { principal: 100n, interest: 20n, fees: 5n }),
    claim('1', '2026-01-08', { principal: 100n, interest: 30n }),
  ];

  it('pays interest and fees of every due instalment before principal up to day 90, oldest first', () => {
    expect(spread(pay(70n, two))).toEqual([
      ['1', 'interest', 30],
      ['2', 'interest', 20],
      ['2', 'fees', 5],
      ['1', 'principal', 15],
    ]);
  });

  it('pays principal first from day 91', () => {
    expect(spread(pay(210n, two, late))).toEqual([
      ['1', 'principal', 100],
      ['2', 'principal', 100],
      ['1', 'interest', 10],
    ]);
  });

  it('pays what is due before what is not, and that instalment by instalment', () => {
    const claims = [
      claim('rest', null, { interest: 9n, principal: 500n }),
      claim('3', '2026-03-08', { interest: 4n, principal: 50n }),
    ];
    expect(spread(pay(300n, [...two, ...claims]))).toEqual([
      ...spread(pay(255n, two)),
      ['3', 'interest', 4],
      ['3', 'principal', 41],
    ]);
  });

  it('gives back what nothing can take', () => {
    expect(pay(300n, two).excess).toBe(45n);
  });

  it('refuses a payment that is not positive, another currency, a negative claim', () => {
    expect(() => pay(0n, two)).toThrow('positive');
    expect(() => pay(1n, [{ ...claim('1', null, {}), currency: 'USD' }])).toThrow('Mixed currencies');
    expect(() => pay(1n, [claim('1', null, { fees: -1n })])).toThrow('negative');
  });
});

const amount = fc.bigInt({ min: 0n, max: 500n });
const anyClaims = fc
  .array(
    fc.record({
      due: fc.option(fc.integer({ min: 1, max: 28 }).map((d) => `2026-02-${String(d).padStart(2, '0')}`)),
      open: fc.record({ costs: amount, fees: amount, interest: amount, principal: amount }),
    }),
    { maxLength: 6 },
  )
  .map((rows) => rows.map((row, i) => claim(String(i), row.due, row.open)));
const anyOrder = fc
  .shuffledSubarray([...components], { minLength: 4 })
  .map((c): AllocationOrder => ({ ...early, components: c }));

describe('the four invariants of an allocation', () => {
  const holds = (
    check: (result: Allocation, minor: bigint, claims: readonly Claim[], order: AllocationOrder) => void,
  ) =>
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 6000n }), anyClaims, anyOrder, (minor, claims, order) =>
        check(pay(minor, claims, order), minor, claims, order),
      ),
      { numRuns: 300 },
    );
  const openAfter = (result: Allocation, c: Claim, component: keyof Claim['open']) =>
    result.parts
      .filter((p) => p.claimId === c.id && p.component === component)
      .reduce((left, p) => left - p.minor, c.open[component] ?? 0n);

  it('1. the sum of the parts and the excess is the payment', () => {
    holds((result, minor) => expect(result.parts.reduce((s, p) => s + p.minor, result.excess)).toBe(minor));
  });

  it('2. no component is over-paid, no part is empty', () => {
    holds((result, _minor, claims) => {
      for (const c of claims) for (const k of components) expect(openAfter(result, c, k)).toBeGreaterThanOrEqual(0n);
      expect(result.parts.every((p) => p.minor > 0n)).toBe(true);
    });
  });

  it('3. the order is respected: nothing later is paid while something earlier that is due stays open', () => {
    holds((result, _minor, claims, order) => {
      const dated = claims.filter((c) => c.due !== null);
      for (const part of result.parts) {
        const paid = claims.find((c) => c.id === part.claimId) as Claim;
        const earlier = dated.flatMap((c) =>
          order.components
            .filter((k, i) => {
              const rank = order.components.indexOf(part.component);
              return paid.due === null || i < rank || (i === rank && (c.due ?? '') < (paid.due ?? ''));
            })
            .map((k) => openAfter(result, c, k)),
        );
        expect(earlier.every((left) => left === 0n)).toBe(true);
      }
    });
  });

  it('4. excess is a credit, and only when nothing is open any more', () => {
    holds((result, minor, claims) => {
      const owed = claims.reduce((s, c) => components.reduce((t, k) => t + (c.open[k] ?? 0n), s), 0n);
      expect(result.excess).toBe(minor > owed ? minor - owed : 0n);
    });
  });

  it('does not depend on the order in which claims are listed', () => {
    fc.assert(
      fc.property(anyClaims, fc.bigInt({ min: 1n, max: 3000n }), (claims, minor) =>
        expect(pay(minor, [...claims].reverse())).toEqual(pay(minor, claims)),
      ),
    );
  });
});
