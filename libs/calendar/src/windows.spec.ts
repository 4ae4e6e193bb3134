import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dateOf, isoOf, timeOfDay, timeText } from './dates.js';
import { cn } from './shipped.js';
import { nextAllowed, nextAllowedMs, outside, windowEnd, windowEndMs, type Window } from './windows.js';
import { localDay, localTimeOfDay, toInstant } from './zones.js';

const quiet = { from: '22:00', to: '08:00' };
const day = outside(quiet);
const shanghai = (date: string, time: string) => toInstant(date, time, 'Asia/Shanghai');

describe('NIGHT', () => {
  it('makes a contact that falls due at 03:00 wait for 08:00', () => {
    expect(nextAllowed(shanghai('2026-11-09', '03:00'), day, ['Asia/Shanghai'])).toBe(shanghai('2026-11-09', '08:00'));
  });

  it('lets it go in the day, and says when the day ends', () => {
    const noon = shanghai('2026-11-09', '12:00');
    expect(nextAllowed(noon, day, ['Asia/Shanghai'])).toBe(noon);
    expect(windowEnd(noon, day, ['Asia/Shanghai'])).toBe(shanghai('2026-11-09', '22:00'));
    expect(windowEnd(shanghai('2026-11-09', '23:00'), day, ['Asia/Shanghai'])).toBeNull();
  });

  it('opens at the first minute of the window and is shut at its last', () => {
    expect(nextAllowed(shanghai('2026-11-09', '08:00'), day, ['Asia/Shanghai'])).toBe(shanghai('2026-11-09', '08:00'));
    expect(nextAllowed(shanghai('2026-11-09', '22:00'), day, ['Asia/Shanghai'])).toBe(shanghai('2026-11-10', '08:00'));
  });
});

describe('windows', () => {
  it('of several zones open when all are open', () => {
    const zones = ['Asia/Shanghai', 'Europe/London'];
    const at = toInstant('2026-11-09', '09:00', 'Asia/Shanghai');
    expect(nextAllowed(at, day, zones)).toBe(toInstant('2026-11-09', '08:00', 'Europe/London'));
    expect(windowEnd(toInstant('2026-11-09', '08:30', 'Europe/London'), day, zones)).toBe(
      shanghai('2026-11-09', '22:00'),
    );
  });

  it('of zones half the world apart never meet when they are short', () => {
    const zones = ['Asia/Shanghai', 'America/New_York'];
    expect(nextAllowed(shanghai('2026-11-09', '03:00'), { from: '09:00', to: '17:00' }, zones)).toBeNull();
    expect(nextAllowed(shanghai('2026-11-09', '03:00'), day, zones)).toBe(shanghai('2026-11-09', '08:00'));
  });

  it('may open for part of the year only', () => {
    const narrow = { from: '09:00', to: '13:30' };
    const zones = ['Europe/London', 'America/New_York'];
    // Five hours apart but for the weeks in which only one of the two has changed its clocks: then four.
    expect(nextAllowed('2026-01-15T00:00:00.000Z', { from: '09:00', to: '13:30' }, zones)).toBe(
      '2026-03-08T13:00:00.000Z',
    );
    expect(windowEnd('2026-03-08T13:00:00.000Z', narrow, zones)).toBe('2026-03-08T13:30:00.000Z');
  });

  it('of business days skip weekends and holidays', () => {
    const calls: Window = { from: '08:45', to: '20:00', calendar: cn };
    expect(nextAllowed(shanghai('2026-02-14', '21:00'), calls, ['Asia/Shanghai'])).toBe(
      shanghai('2026-02-24', '08:45'),
    );
  });

  it('of the whole day never close', () => {
    const always = { from: '00:00', to: '24:00' };
    const at = shanghai('2026-11-09', '03:00');
    expect(nextAllowed(at, always, ['Asia/Shanghai'])).toBe(at);
    expect(windowEndMs(Date.parse(at), always, ['Asia/Shanghai'])).toBe(Number.POSITIVE_INFINITY);
    expect(windowEnd(at, always, ['Asia/Shanghai'])).toBeNull();
    expect(windowEnd(at, { ...always, calendar: cn }, ['Asia/Shanghai'])).toBe(shanghai('2026-11-09', '24:00'));
  });

  it('open after the gap when daylight saving swallows their start', () => {
    const at = toInstant('2026-03-08', '00:30', 'America/New_York');
    const early = { from: '02:30', to: '06:00' };
    expect(nextAllowed(at, early, ['America/New_York'])).toBe(toInstant('2026-03-08', '03:00', 'America/New_York'));
  });

  it('need a zone', () => {
    expect(() => nextAllowed('2026-01-01T00:00:00.000Z', day, [])).toThrow('needs a zone');
  });
});

describe('windows against a search by the minute', () => {
  const zone = fc.constantFrom('Asia/Shanghai', 'America/New_York', 'Europe/London', 'Australia/Lord_Howe');
  const quarter = fc.nat({ max: 95 }).map((q) => timeText(q * 900_000));
  const start = fc.integer({ min: 0, max: 600 * 1440 }).map((m) => Date.UTC(2026, 0, 1) + m * 60_000);
  const open = (ms: number, w: Window, name: string): boolean => {
    const [now, from, to] = [localTimeOfDay(ms, name), timeOfDay(w.from), timeOfDay(w.to)];
    return from < to ? now >= from && now < to : now >= from || now < to;
  };
  /** Days on which clocks change have their own rule (gap and fold); this plain search knows none. */
  const plain = (ms: number, zones: readonly string[]): boolean =>
    zones.every((z) => {
      const first = localDay(ms, z) - 1;
      return [0, 1, 2, 3, 4].every((n) => {
        const midnight = Date.parse(toInstant(dateOf(first + n), '00:00', z));
        return Date.parse(toInstant(dateOf(first + n + 1), '00:00', z)) - midnight === 86_400_000;
      });
    });

  it('finds the same minute and the same end', () => {
    fc.assert(
      fc.property(
        start,
        quarter,
        quarter,
        fc.uniqueArray(zone, { minLength: 1, maxLength: 3 }),
        (ms, from, to, zones) => {
          fc.pre(from !== to && plain(ms, zones));
          const window = { from, to };
          const allowed = (at: number) => zones.every((z) => open(at, window, z));
          let minute = 0;
          while (minute <= 1440 && !allowed(ms + minute * 60_000)) minute += 1;
          const found = nextAllowedMs(ms, window, zones);
          if (minute > 1440) {
            expect(found === null || found - ms > 86_400_000).toBe(true);
            return;
          }
          expect(isoOf(found ?? 0)).toBe(isoOf(ms + minute * 60_000));
          let length = 0;
          while (length <= 1440 && allowed(ms + (minute + length) * 60_000)) length += 1;
          expect(windowEndMs(found ?? 0, window, zones)).toBe(ms + (minute + length) * 60_000);
        },
      ),
      { numRuns: 200 },
    );
  });
});
