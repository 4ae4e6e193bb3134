import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { dateOf, dayMs, isoOf } from './dates.js';
import {
  businessDate,
  instantMs,
  isZone,
  localDay,
  localTimeOfDay,
  toInstant,
  toLocal,
  toLocalMs,
  wallMs,
} from './zones.js';

const zones = [
  'Asia/Shanghai',
  'Asia/Taipei',
  'America/New_York',
  'Europe/London',
  'Australia/Lord_Howe', // half an hour of daylight saving
  'Africa/Casablanca', // suspends it for Ramadan
  'Pacific/Apia', // skipped 30 December 2011
  'UTC',
];
const zone = fc.constantFrom(...zones);
const from = Date.UTC(2005, 0, 1);
const instant = fc.integer({ min: from, max: Date.UTC(2035, 0, 1) });

describe('local time', () => {
  it('is what a full time-zone library says', () => {
    fc.assert(
      fc.property(instant, zone, (ms, name) => {
        const there = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(name);
        expect(toLocalMs(ms, name)).toMatchObject({
          date: there.toPlainDate().toString(),
          time: there.toPlainTime().toString().slice(0, 5),
        });
        expect(wallMs(ms, name) - ms).toBe(there.offsetNanoseconds / 1e6);
      }),
      { numRuns: 1000 },
    );
  });

  it('changes at the very second of every transition', () => {
    for (const name of zones) {
      let at = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(name);
      for (let n = 0; n < 20; n += 1) {
        const next = at.getTimeZoneTransition('next');
        if (!next) break;
        const ms = next.epochMilliseconds;
        expect(wallMs(ms, name) - ms).toBe(next.offsetNanoseconds / 1e6);
        expect(wallMs(ms - 1, name) - ms + 1).toBe(at.offsetNanoseconds / 1e6);
        at = next;
      }
    }
  });

  it('turns back into the same instant, or the earlier of two', () => {
    fc.assert(
      fc.property(instant, zone, (ms, name) => {
        const back = instantMs(localDay(ms, name), localTimeOfDay(ms, name), name);
        expect(wallMs(back, name)).toBe(wallMs(ms, name));
        expect(back).toBeLessThanOrEqual(ms);
        expect(ms - back === 0 || ms - back === 3_600_000 || ms - back === 1_800_000).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('has an answer for every wall-clock time, in order', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 13_000, max: 23_000 }),
        fc.nat({ max: dayMs - 1 }),
        fc.nat({ max: dayMs - 1 }),
        zone,
        (day, a, b, name) => {
          const [early, late] = [Math.min(a, b), Math.max(a, b)];
          const first = instantMs(day, early, name);
          const wall = wallMs(first, name);
          // Asked for or, in a gap, the first time after it.
          expect(wall).toBeGreaterThanOrEqual(day * dayMs + early);
          expect(instantMs(day, late, name) - first).toBeGreaterThanOrEqual(-3_600_000);
          if (wall > day * dayMs + early) expect(wallMs(first - 1, name)).toBeLessThan(day * dayMs + early);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['2026-03-08', '02:30', 'America/New_York', '2026-03-08T07:00:00.000Z'],
    ['2026-11-01', '01:30', 'America/New_York', '2026-11-01T05:30:00.000Z'],
    ['2026-03-29', '01:00', 'Europe/London', '2026-03-29T01:00:00.000Z'],
    ['2026-10-25', '01:59', 'Europe/London', '2026-10-25T00:59:00.000Z'],
    ['2026-10-04', '02:10', 'Australia/Lord_Howe', '2026-10-03T15:30:00.000Z'],
    ['2026-04-05', '01:45', 'Australia/Lord_Howe', '2026-04-04T14:45:00.000Z'],
    ['2011-12-30', '12:00', 'Pacific/Apia', '2011-12-30T10:00:00.000Z'],
    ['2026-11-09', '24:00', 'Asia/Shanghai', '2026-11-09T16:00:00.000Z'],
  ])('%s %s in %s is %s: after a gap, the earlier of a fold', (date, time, name, expected) => {
    expect(toInstant(date, time, name)).toBe(expected);
  });

  it('refuses a zone that does not exist', () => {
    expect([isZone('Asia/Shanghai'), isZone('Mars/Olympus'), isZone('')]).toEqual([true, false, false]);
    expect(() => toLocal('2026-01-01T00:00:00.000Z', 'Mars/Olympus')).toThrow(RangeError);
  });
});

describe('business date', () => {
  it('is the local date of the agreement', () => {
    expect(businessDate('2026-11-08T16:00:00.000Z', 'Asia/Shanghai')).toBe('2026-11-09');
    expect(businessDate('2026-11-08T15:59:59.999Z', 'Asia/Shanghai')).toBe('2026-11-08');
  });

  it('is the day before until the cut-off', () => {
    expect(businessDate('2026-11-08T20:59:00.000Z', 'Asia/Shanghai', '05:00')).toBe('2026-11-08');
    expect(businessDate('2026-11-08T21:00:00.000Z', 'Asia/Shanghai', '05:00')).toBe('2026-11-09');
  });

  it('never goes back as time goes on', () => {
    fc.assert(
      fc.property(instant, fc.nat({ max: 5 * dayMs }), zone, (ms, more, name) =>
        expect(businessDate(isoOf(ms + more), name, '03:00') >= dateOf(localDay(ms, name) - 2)).toBe(true),
      ),
    );
  });
});
