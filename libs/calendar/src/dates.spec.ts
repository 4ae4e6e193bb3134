import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  addCalendarDays,
  addMonths,
  dateOf,
  dayNumber,
  daysBetween,
  msOf,
  timeOfDay,
  timeText,
  weekday,
} from './dates.js';

const day = fc.integer({ min: -10_000, max: 60_000 });

describe('dates', () => {
  it('count days as the Gregorian calendar does', () => {
    expect([dayNumber('1970-01-01'), dayNumber('2000-03-01'), dayNumber('1969-12-31')]).toEqual([0, 11_017, -1]);
    fc.assert(
      fc.property(day, (n) => {
        expect(dayNumber(dateOf(n))).toBe(n);
        expect(dayNumber(dateOf(n)) * 86_400_000).toBe(Date.parse(`${dateOf(n)}T00:00:00Z`));
        expect(weekday(n)).toBe(new Date(n * 86_400_000).getUTCDay());
      }),
    );
  });

  it.each([
    '2026-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-04-31',
    '2026-4-1',
    '26-04-01',
    '',
    'tomorrow!!',
    '2026-04-01T00',
  ])('refuse %j', (text) => expect(() => dayNumber(text)).toThrow('Not a date'));

  it('add days and months', () => {
    expect(addCalendarDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(daysBetween('2028-02-28', '2028-03-01')).toBe(2);
    expect([
      addMonths('2026-01-31', 1),
      addMonths('2028-01-31', 1),
      addMonths('2026-03-31', -1),
      addMonths('2026-12-15', 14),
    ]).toEqual(['2026-02-28', '2028-02-29', '2026-02-28', '2028-02-15']);
  });
});

describe('times', () => {
  it('are read and written to the minute', () => {
    expect([timeOfDay('08:45'), timeOfDay('24:00'), timeOfDay('00:00:01.500')]).toEqual([31_500_000, 86_400_000, 1500]);
    expect(timeText(timeOfDay('08:45:59'))).toBe('08:45');
  });

  it.each(['8:00', '25:00', '24:01', '12:60', '12', '12:00:60'])('refuse %j', (text) =>
    expect(() => timeOfDay(text)).toThrow('Not a time'),
  );

  it('refuse an instant without an offset', () => {
    expect(() => msOf('2026-01-01T00:00:00.000')).toThrow('Not an instant');
    expect(msOf('2026-01-01T08:00:00.000+08:00')).toBe(msOf('2026-01-01T00:00:00.000Z'));
  });
});
