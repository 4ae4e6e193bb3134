import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { stoppedSpans, type Hold } from './index.js';

const start = Date.parse('2026-03-01T00:00:00Z');
const iso = (minutes: number) => new Date(start + minutes * 60_000).toISOString();
const target = { person: 'p', accounts: ['a'] };

const someHold: fc.Arbitrary<Hold> = fc
  .record({ from: fc.nat(100), length: fc.option(fc.nat(60)), allows: fc.subarray(['serve', 'collect']) })
  .map(({ from, length, allows }) => ({
    holdId: 'h',
    kind: 'dispute',
    effects: ['contact'],
    allows,
    from: iso(from),
    ...(length === null ? {} : { until: iso(from + length) }),
  }));
const someHolds = fc.array(someHold, { maxLength: 8 });

const stoppedAt = (holds: Hold[], t: number, purpose?: string) =>
  stoppedSpans(holds, 'contact', target, purpose).some(({ from, to }) => from <= t && t < to);

describe('holds as algebra', () => {
  it('stop an effect exactly while one of them does', () => {
    fc.assert(
      fc.property(someHolds, fc.nat(170), (holds, minutes) => {
        const t = start + minutes * 60_000;
        expect(stoppedAt(holds, t)).toBe(holds.some((hold) => stoppedAt([hold], t)));
        expect(stoppedAt(holds, t, 'serve')).toBe(
          holds.some((hold) => !hold.allows.includes('serve') && stoppedAt([hold], t)),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('do not care for order, nor for a hold that lies inside another', () => {
    fc.assert(
      fc.property(
        someHolds.chain((holds) =>
          fc.tuple(fc.constant(holds), fc.shuffledSubarray(holds, { minLength: holds.length })),
        ),
        ([holds, shuffled]) => {
          const spans = stoppedSpans(holds, 'contact', target);
          expect(stoppedSpans(shuffled, 'contact', target)).toEqual(spans);
          const inside = holds.slice(0, 1).map((hold) => ({ ...hold, until: hold.from }));
          expect(stoppedSpans([...holds, ...holds, ...inside], 'contact', target)).toEqual(spans);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('come out as disjoint spans in order', () => {
    fc.assert(
      fc.property(someHolds, (holds) => {
        const spans = stoppedSpans(holds, 'contact', target);
        spans.forEach(({ from, to }, index) => {
          expect(from).toBeLessThan(to);
          expect(from).toBeGreaterThan(spans[index - 1]?.to ?? -Infinity);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('bind the accounts and persons they name, and the whole case when they name none', () => {
    const hold: Hold = { holdId: 'h', kind: 'dispute', effects: ['contact'], allows: [], from: iso(0) };
    const binds = (of: Partial<Hold>) => stoppedSpans([{ ...hold, ...of }], 'contact', target).length === 1;
    expect(
      [{}, { accounts: ['a', 'b'] }, { accounts: ['b'] }, { persons: ['p'] }, { persons: ['q'] }].map(binds),
    ).toEqual([true, true, false, true, false]);
    expect(stoppedSpans([hold], 'interest', target)).toEqual([]);
  });
});
