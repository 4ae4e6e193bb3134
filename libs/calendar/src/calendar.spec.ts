import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  addBusinessDays,
  businessDaysBetween,
  isBusinessDay,
  nextBusinessDay,
  onOrAfter,
  previousBusinessDay,
  validateCalendar,
  yearStatus,
  type Calendar,
} from './calendar.js';
import { addBusinessTime } from './business-time.js';
import { dateOf, dayNumber } from './dates.js';
import { calendars, cn, tw } from './shipped.js';
import { termEnd } from './terms.js';

const date = fc.integer({ min: dayNumber('2025-01-01'), max: dayNumber('2028-12-31') }).map(dateOf);
const calendar = fc.constantFrom(cn, tw);

describe('the calendars that are shipped', () => {
  it.each(Object.values(calendars))('$id is valid and the same as its data file', (shipped: Calendar) => {
    expect(validateCalendar(shipped)).toEqual([]);
    const file: unknown = JSON.parse(readFileSync(new URL(`../data/${shipped.id}.json`, import.meta.url), 'utf8'));
    expect(file).toEqual(shipped);
  });

  it('say which years are sure', () => {
    expect(['2026-05-01', '2027-05-01', '2031-05-01'].map((d) => yearStatus(d, cn))).toEqual([
      'published',
      'provisional',
      'absent',
    ]);
  });

  it('know fixed dates and weekends of a year without a notice', () => {
    const free = ['2027-01-01', '2027-05-03', '2027-10-01', '2027-10-02', '2027-10-04'].filter(
      (d) => !isBusinessDay(d, cn),
    );
    expect(free).toEqual(['2027-01-01', '2027-10-01', '2027-10-02']);
    expect([isBusinessDay('2031-01-01', cn), isBusinessDay('2031-01-04', cn)]).toEqual([true, false]);
  });

  it('hold the 120 free days of the Taiwanese office calendar of 2026', () => {
    const first = dayNumber('2026-01-01');
    const free = Array.from({ length: 365 }, (_, i) => dateOf(first + i)).filter((d) => !isBusinessDay(d, tw));
    expect(free).toHaveLength(120);
    expect([nextBusinessDay('2026-02-13', tw), nextBusinessDay('2026-10-23', tw)]).toEqual([
      '2026-02-23',
      '2026-10-27',
    ]);
  });
});

describe('CAL-ADJUST: 14 February 2026 is a working Saturday, 15 to 23 are holidays', () => {
  it('counts the Saturday and skips the nine days', () => {
    expect(isBusinessDay('2026-02-14', cn)).toBe(true);
    expect(nextBusinessDay('2026-02-13', cn)).toBe('2026-02-14');
    expect(nextBusinessDay('2026-02-14', cn)).toBe('2026-02-24');
    expect(previousBusinessDay('2026-02-24', cn)).toBe('2026-02-14');
    expect(addBusinessDays('2026-02-12', 3, cn)).toBe('2026-02-24');
    expect(businessDaysBetween('2026-02-12', '2026-02-24', cn)).toBe(3);
  });

  it('moves staff deadlines with it', () => {
    const friday = '2026-02-13T09:30:00.000Z'; // 17:30 in Shanghai
    expect(addBusinessTime(friday, { n: 2, unit: 'businessHours' }, cn)).toBe('2026-02-14T02:30:00.000Z');
    expect(addBusinessTime(friday, { n: 10, unit: 'businessHours' }, cn)).toBe('2026-02-24T01:30:00.000Z');
    expect(addBusinessTime(friday, { n: 2, unit: 'businessDays' }, cn)).toBe('2026-02-24T09:30:00.000Z');
  });

  it('ends a term that would end in the holidays on the day after them', () => {
    expect(termEnd('2026-02-06', { n: 10, unit: 'days' }, cn)).toBe('2026-02-24');
    expect(termEnd('2026-02-04', { n: 10, unit: 'days' }, cn)).toBe('2026-02-14');
  });
});

describe('business days', () => {
  it('add up: n days on are n business days away, and back again', () => {
    fc.assert(
      fc.property(date, fc.nat({ max: 60 }), calendar, (start, n, c) => {
        const end = addBusinessDays(start, n, c);
        expect(businessDaysBetween(start, end, c)).toBe(n);
        if (n > 0) expect(isBusinessDay(end, c)).toBe(true);
        if (isBusinessDay(start, c)) expect(addBusinessDays(end, -n, c)).toBe(start);
      }),
    );
  });

  it('leave nothing between a day and the next', () => {
    fc.assert(
      fc.property(date, calendar, (d, c) => {
        const next = nextBusinessDay(d, c);
        expect(isBusinessDay(next, c) && next > d && businessDaysBetween(d, next, c) === 1).toBe(true);
        expect(onOrAfter(d, c)).toBe(isBusinessDay(d, c) ? d : next);
      }),
    );
  });

  it('end in a clear error when a calendar has none', () => {
    const days = Object.fromEntries(
      Array.from({ length: 100 }, (_, i) => [dateOf(dayNumber('2026-01-01') + i), 'holiday' as const]),
    );
    const closed: Calendar = { ...cn, years: [{ year: 2026, status: 'published', days }] };
    expect(() => nextBusinessDay('2026-01-01', closed)).toThrow(
      'Calendar cn 2026.1 has no business day near 2026-01-01',
    );
  });
});

describe('terms by the Civil Code', () => {
  it('201: the first day is not counted', () => {
    expect(termEnd('2026-06-01', { n: 10, unit: 'days' }, cn)).toBe('2026-06-11');
  });

  it('202: a month ends on the same day, or the last', () => {
    expect(termEnd('2026-03-31', { n: 3, unit: 'months' }, cn)).toBe('2026-06-30');
    expect(termEnd('2025-01-08', { n: 36, unit: 'months' }, cn)).toBe('2028-01-10');
  });

  it('203: an end on a holiday or weekend moves to the day after', () => {
    expect(termEnd('2026-09-01', { n: 1, unit: 'months' }, cn)).toBe('2026-10-08');
    expect(termEnd('2026-06-10', { n: 10, unit: 'days' }, cn)).toBe('2026-06-22');
  });

  it('counts business days where the term says so, and refuses broken terms', () => {
    expect(termEnd('2026-02-13', { n: 2, unit: 'businessDays' }, cn)).toBe('2026-02-24');
    expect(() => termEnd('2026-02-13', { n: 1.5, unit: 'days' }, cn)).toThrow(RangeError);
  });
});

describe('validateCalendar', () => {
  it('names what is wrong', () => {
    const broken: Calendar = {
      ...cn,
      zone: 'Asia/Nowhere',
      hours: [
        { from: '13:00', to: '18:00' },
        { from: '09:00', to: '12:00' },
      ],
      years: [
        { year: 2026, status: 'published', days: { '2027-01-01': 'holiday', '2026-01-05': 'workday' } },
        { year: 2026, status: 'published', days: {} },
      ],
    };
    expect(validateCalendar(broken)).toEqual([
      'unknown zone Asia/Nowhere',
      'hours 09:00-12:00 are empty or out of order',
      'a year is given twice',
      '2027-01-01 is not in 2026',
      '2026-01-05 is a weekday already, it needs no workday entry',
    ]);
    expect(validateCalendar({ ...cn, hours: [] })).toEqual(['there are no business hours']);
  });
});
