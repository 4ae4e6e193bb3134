import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isoOf, msOf, speedOfDay } from './clock.js';
import { timelineOf, type Segment } from './segments.js';

const t0 = msOf('2026-11-09T00:00:00.000Z');

/** Valid lists: each entry starts where the last one left off, or after a jump. */
const segments: fc.Arbitrary<Segment[]> = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 0, max: 100_000 }),
      jump: fc.constantFrom(0, 0, 1, 86_400_000),
      speed: fc.oneof(fc.constantFrom(0, 1, 0.5, 1440, 28_800), fc.double({ min: 0.01, max: 100_000, noNaN: true })),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((rows) => {
    let real = t0;
    let business = t0;
    let speed = 0;
    return rows.map((row) => {
      business = Math.floor(business + row.gap * speed) + row.jump;
      real += row.gap;
      speed = row.speed;
      return { realFrom: isoOf(real), businessFrom: isoOf(business), speed };
    });
  });
const offset = fc.integer({ min: -200_000, max: 900_000 });

describe('segments', () => {
  it('map real to business time at their speed', () => {
    const line = timelineOf(
      [{ realFrom: isoOf(t0), businessFrom: '2026-01-01T00:00:00.000Z', speed: speedOfDay(60) }],
      'test',
    );
    expect(isoOf(line.toBusiness(t0 + 60_000))).toBe('2026-01-02T00:00:00.000Z');
    expect(line.toReal(msOf('2026-01-01T12:00:00.000Z'))).toBe(t0 + 30_000);
  });

  it('are monotone', () => {
    fc.assert(
      fc.property(segments, offset, offset, (list, a, b) => {
        const line = timelineOf(list, 'test');
        expect(line.toBusiness(t0 + Math.min(a, b))).toBeLessThanOrEqual(line.toBusiness(t0 + Math.max(a, b)));
      }),
      { numRuns: 500 },
    );
  });

  it('toReal finds the first real millisecond at which a business time is reached', () => {
    fc.assert(
      fc.property(segments, offset, (list, a) => {
        const line = timelineOf(list, 'test');
        const business = line.toBusiness(t0 + a);
        const real = line.toReal(business);
        expect(real).not.toBeNull();
        expect(line.toBusiness(Number(real))).toBeGreaterThanOrEqual(business);
        expect(line.toBusiness(Number(real) - 1)).toBeLessThan(business);
      }),
      { numRuns: 500 },
    );
  });

  it('toReal is the exact inverse where a clock of whole speed runs', () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 24, 1440, 28_800), offset, (speed, a) => {
        const line = timelineOf([{ realFrom: isoOf(t0), businessFrom: isoOf(0), speed }], 'test');
        expect(line.toReal(line.toBusiness(t0 + a))).toBe(t0 + a);
      }),
    );
  });

  it('toReal says never for what lies beyond a stop', () => {
    const stopped = timelineOf([{ realFrom: isoOf(t0), businessFrom: isoOf(t0), speed: 0 }], 'test');
    expect(stopped.toReal(t0)).toBe(t0);
    expect(stopped.toReal(t0 + 1)).toBeNull();
  });

  it.each([
    [[], 'clock.json: must be a list of segments, at least one'],
    [{}, 'clock.json: must be a list'],
    [[null], 'clock.json, entry 1: `realFrom` and `businessFrom` must be ISO instants'],
    [[{ realFrom: '2026-01-01', businessFrom: '2026-01-01', speed: 1 }], 'entry 1: Not an instant'],
    [[{ realFrom: isoOf(t0), businessFrom: isoOf(t0), speed: -1 }], 'entry 1: `speed`'],
  ])('refuse %j', (list, message) => {
    expect(() => timelineOf(list, 'clock.json')).toThrow(message);
  });

  it('refuse to run backwards and name the entry', () => {
    const first = { realFrom: isoOf(t0), businessFrom: isoOf(t0), speed: 1000 };
    const second = { realFrom: isoOf(t0 + 10), businessFrom: isoOf(t0 + 9_999), speed: 1 };
    expect(() => timelineOf([first, second], 'c')).toThrow('c, entry 2: business time runs backwards');
    expect(() => timelineOf([first, { ...first, realFrom: isoOf(t0 - 1) }], 'c')).toThrow('c, entry 2: real time');
  });
});

describe('speedOfDay', () => {
  it('turns the length of a day into a speed', () => {
    expect([speedOfDay(60), speedOfDay(86_400), speedOfDay(3)]).toEqual([1440, 1, 28_800]);
    for (const bad of [0, -1, Number.NaN, 86_401]) expect(() => speedOfDay(bad)).toThrow(RangeError);
  });
});
