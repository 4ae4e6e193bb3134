import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { at, bench, calendar } from '../testing/cases.js';
import { fullPolicy } from '../testing/policies.js';
import { dateOf, dayOf } from './dates.js';
import { countedDays, dayWhenCounted, heldDays, readHolds } from './holds.js';

const full = bench(fullPolicy());
const zero = dayOf('2026-03-01');
const spans = fc.array(fc.tuple(fc.integer({ min: -10, max: 60 }), fc.integer({ min: 0, max: 30 })), { maxLength: 6 });
type Span = [number, number];

function held(list: Span[], openEnd = false) {
  const holds = list.map(([from, length], i) => ({
    id: `h${i}`,
    kind: 'dispute' as const,
    effects: ['treatmentDays' as const],
    scope: {},
    from: at(dateOf(zero + from), '12:00'),
    ...(openEnd && i === 0 ? {} : { until: at(dateOf(zero + from + length), '12:00') }),
  }));
  return heldDays(
    readHolds(full.snapshot({ holds }, at('2026-03-01')), full.compiled, calendar),
    'account-1' as never,
    calendar,
  );
}

describe('held days', () => {
  it('are counted once, whatever the order, nesting and overlap of holds', () => {
    fc.assert(
      fc.property(spans, fc.integer({ min: 0, max: 90 }), (list, day) => {
        const naive = Array.from({ length: day }, (_, i) => i + 1).filter(
          (d) => !list.some(([from, length]) => d > from && d <= from + length),
        ).length;
        expect(countedDays(zero, zero + day, held(list))).toBe(naive);
        expect(held([...list].reverse())).toEqual(held(list));
      }),
      { numRuns: 200 },
    );
  });

  it('tell the date on which a treatment day comes: the first with that count', () => {
    fc.assert(
      fc.property(spans, fc.integer({ min: 1, max: 60 }), (list, n) => {
        const holds = held(list);
        const day = dayWhenCounted(zero, n, holds) ?? NaN;
        expect(countedDays(zero, day, holds)).toBe(n);
        expect(countedDays(zero, day - 1, holds)).toBe(n - 1);
      }),
      { numRuns: 200 },
    );
  });

  it('have no end while a hold has none', () => {
    expect(dayWhenCounted(zero, 20, held([[5, 1]], true))).toBeNull();
    expect(dayWhenCounted(zero, 3, held([[5, 1]], true))).toBe(zero + 3);
  });
});

describe('a hold', () => {
  const given = { openedOn: '2026-11-09', accounts: [{ earliestUnpaidDue: '2026-11-08' }] };
  const hold = (more: object) => ({
    id: 'h',
    kind: 'hardship' as const,
    effects: ['contact' as const],
    scope: {},
    from: at('2026-11-09', '09:00'),
    ...more,
  });
  const effects = (more: object, when = at('2026-11-09')) =>
    full.decide({ ...given, holds: [hold(more)] }, when).effects.map((effect) => effect.step);

  it('on the case, the account or the debtor stops collecting', () => {
    expect([
      effects({}),
      effects({ scope: { accounts: ['account-1'] } }),
      effects({ scope: { persons: ['person-1'] } }),
    ]).toEqual([[], [], []]);
  });
  it('on another account or person leaves this one free', () => {
    expect([effects({ scope: { accounts: ['other'] } }), effects({ scope: { persons: ['other'] } })]).toEqual([
      ['sms-1'],
      ['sms-1'],
    ]);
  });
  it('on the debtor calls back what waits for him, on another person nothing', () => {
    const waiting = { step: 'sms-1' as never, plannedAt: at('2026-11-09', '08:00'), personId: 'person-1' as never };
    const calledBack = (persons: string[]) =>
      full
        .decide({ ...given, steps: [waiting], holds: [hold({ scope: { persons } })] }, at('2026-11-09'))
        .cancel.map(({ why }) => `${why.code} ${why.rule}`);
    expect([calledBack(['person-1']), calledBack(['other'])]).toEqual([['hold hardship'], []]);
  });
  it('ends by itself after the longest time its kind may last', () => {
    expect(effects({}, at('2026-12-09', '08:59'))).toEqual(['review-30']);
    expect(effects({}, at('2026-12-09', '09:00'))).toEqual(['letter-1']);
  });
});
