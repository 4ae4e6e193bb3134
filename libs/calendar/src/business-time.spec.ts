import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addBusinessTime, addBusinessTimeMs, businessMsBetween, type Span } from './business-time.js';
import type { Calendar } from './calendar.js';
import { toInstant } from './zones.js';
import { cn } from './shipped.js';

const newYork: Calendar = {
  id: 'ny',
  version: '1',
  zone: 'America/New_York',
  years: [],
  hours: [
    { from: '09:00', to: '12:00' },
    { from: '13:00', to: '17:00' },
  ],
};
const at = (date: string, time: string) => toInstant(date, time, cn.zone);
const plus = (date: string, time: string, n: number, unit: Span['unit']) =>
  addBusinessTime(at(date, time), { n, unit }, cn);
const instant = fc.integer({ min: Date.UTC(2025, 1, 1), max: Date.UTC(2028, 10, 1) });
const calendar = fc.constantFrom(cn, newYork);

describe('business time', () => {
  it('passes in business hours only', () => {
    expect(plus('2026-11-06', '17:50', 30, 'businessMinutes')).toBe(at('2026-11-09', '09:20'));
    expect(plus('2026-11-07', '11:00', 10, 'businessMinutes')).toBe(at('2026-11-09', '09:10'));
    expect(plus('2026-11-09', '03:00', 2, 'businessHours')).toBe(at('2026-11-09', '11:00'));
    expect(plus('2026-11-09', '16:00', 2, 'businessHours')).toBe(at('2026-11-09', '18:00'));
  });

  it('goes back for a warning before a deadline', () => {
    expect(plus('2026-11-09', '09:30', -1, 'businessHours')).toBe(at('2026-11-06', '17:30'));
  });

  it('keeps the time of day over days, business days and months', () => {
    expect(plus('2026-11-06', '20:15', 1, 'businessDays')).toBe(at('2026-11-09', '20:15'));
    expect(plus('2026-11-06', '20:15', 1, 'days')).toBe(at('2026-11-07', '20:15'));
    expect(plus('2026-10-31', '20:15', 4, 'months')).toBe(at('2027-02-28', '20:15'));
    expect(plus('2026-11-06', '20:15', 48, 'hours')).toBe(at('2026-11-08', '20:15'));
    expect(plus('2026-11-07', '20:15', 0, 'businessHours')).toBe(at('2026-11-07', '20:15'));
  });

  it('keeps the local time over a change to daylight saving', () => {
    const before = toInstant('2026-03-07', '10:00', 'America/New_York');
    expect(addBusinessTime(before, { n: 1, unit: 'days' }, newYork)).toBe(
      toInstant('2026-03-08', '10:00', 'America/New_York'),
    );
    expect(addBusinessTime(before, { n: 24, unit: 'hours' }, newYork)).toBe(
      toInstant('2026-03-08', '11:00', 'America/New_York'),
    );
  });

  it('measures what it adds', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: 1, max: 20_000 }), calendar, (ms, n, c) => {
        const end = addBusinessTimeMs(ms, { n, unit: 'businessMinutes' }, c);
        expect(businessMsBetween(ms, end, c)).toBe(n * 60_000);
        expect(businessMsBetween(end, ms, c)).toBe(0);
      }),
    );
  });

  it('comes back by as much as it went, to within the closed hours', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: 1, max: 20_000 }), calendar, (ms, n, c) => {
        const back = addBusinessTimeMs(ms, { n: -n, unit: 'businessMinutes' }, c);
        expect(businessMsBetween(back, ms, c)).toBe(n * 60_000);
        expect(businessMsBetween(addBusinessTimeMs(back, { n, unit: 'businessMinutes' }, c), ms, c)).toBe(0);
      }),
    );
  });

  it('adds in steps as it does at once', () => {
    fc.assert(
      fc.property(instant, fc.nat({ max: 5000 }), fc.nat({ max: 5000 }), calendar, (ms, a, b, c) => {
        const step = (from: number, n: number) => addBusinessTimeMs(from, { n, unit: 'businessMinutes' }, c);
        if (a > 0 && b > 0) expect(step(step(ms, a), b)).toBe(step(ms, a + b));
      }),
    );
  });

  it('refuses spans that mean nothing', () => {
    expect(() => plus('2026-11-09', '09:00', 1.5, 'days')).toThrow('whole number');
    expect(() => plus('2026-11-09', '09:00', Number.NaN, 'hours')).toThrow('finite');
    expect(() => plus('2026-11-09', '09:00', 1e7, 'businessHours')).toThrow('too long');
  });
});
