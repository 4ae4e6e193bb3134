import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bucketOf, daysPastDue, defaultBuckets, validateBuckets } from './buckets.js';

describe('days past due', () => {
  it('makes the day after the due date day 1', () => {
    expect(daysPastDue('2026-11-08', '2026-11-08')).toBe(0);
    expect(daysPastDue('2026-11-09', '2026-11-08')).toBe(1);
    expect(daysPastDue('2028-03-01', '2028-02-28')).toBe(2);
  });

  it('is 0 before the due date and when nothing is unpaid', () => {
    expect(daysPastDue('2026-11-01', '2026-11-08')).toBe(0);
    expect(daysPastDue('2026-11-09', null)).toBe(0);
  });

  it('refuses dates that do not exist', () => {
    expect(() => daysPastDue('2026-02-30', '2026-02-01')).toThrow('Not a date');
    expect(() => daysPastDue('2026-03-01T00:00', '2026-02-01')).toThrow('Not a date');
  });
});

describe('buckets', () => {
  it.each([
    [0, 'M0'],
    [1, 'M1'],
    [30, 'M1'],
    [31, 'M2'],
    [90, 'M3'],
    [91, 'M4'],
    [180, 'M6'],
    [181, 'M6+'],
    [9999, 'M6+'],
  ])('puts day %i into %s', (dpd, name) => {
    expect(bucketOf(dpd)).toBe(name);
  });

  it('accepts the default table', () => {
    expect(validateBuckets(defaultBuckets)).toEqual([]);
  });

  it('FIN-gap: names the days that no bucket holds', () => {
    const problems = validateBuckets([
      { name: 'M1', from: 1, to: 30 },
      { name: 'M3', from: 61, to: null },
    ]);
    expect(problems).toEqual([{ kind: 'gap', message: 'days 31-60 belong to no bucket, between M1 and M3' }]);
  });

  it('names overlaps, a late start, a closed end, a range that runs backwards and a name used twice', () => {
    const kinds = (...rows: [string, number, number | null][]) =>
      validateBuckets(rows.map(([name, from, to]) => ({ name, from, to }))).map((p) => `${p.kind}: ${p.message}`);
    expect(kinds(['A', 1, 30], ['B', 30, null])).toEqual(['overlap: day 30 belong to both A and B']);
    expect(kinds(['A', 1, null], ['B', 30, null])).toEqual(['overlap: days 30 and up belong to both A and B']);
    expect(kinds(['A', 3, null])).toEqual(['gap: days 1-2 belong to no bucket, before A']);
    expect(kinds(['A', 0, null])).toEqual(['start: A starts on day 0; late begins on day 1']);
    expect(kinds(['A', 1, 30])).toEqual(['not-open: days after 30 belong to no bucket: the last one, A, must be open']);
    expect(kinds(['A', 1, 9], ['B', 10, 8], ['C', 9, null])).toContain(
      'backwards: B ends on day 8, before its start on day 10',
    );
    expect(kinds(['M0', 1, null])).toEqual(['name: the name M0 is taken twice']);
    expect(kinds()).toEqual(['empty: there is no bucket']);
  });

  it('gives every day one bucket exactly when the table has no problem', () => {
    const table = fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.option(fc.integer({ min: 1, max: 12 }))), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(table, (rows) => {
        const buckets = rows.map(([from, to], i) => ({ name: `B${i}`, from, to }));
        const holders = (day: number) => buckets.filter((b) => b.from <= day && (b.to === null || day <= b.to)).length;
        const good = Array.from({ length: 14 }, (_, i) => holders(i + 1)).every((n) => n === 1);
        const backwards = buckets.some((b) => b.to !== null && b.to < b.from);
        expect(validateBuckets(buckets).length === 0).toBe(good && !backwards);
      }),
      { numRuns: 500 },
    );
  });
});
