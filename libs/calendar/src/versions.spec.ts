import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addBusinessTimeMs } from './business-time.js';
import { cn } from './shipped.js';
import { changedDays, changedRange, movedDates, spanDue, withYear } from './versions.js';
import { toInstantMs } from './zones.js';

const at = (date: string, time = '10:00') => toInstantMs(date, time, cn.zone);
/** A notice for 2027 as it may come: Spring Festival 5 to 11 February, made up for on Sunday 31 January. */
const spring = ['2027-02-05', '2027-02-08', '2027-02-09', '2027-02-10', '2027-02-11'];
const provisional = cn.years.find((y) => y.year === 2027)?.days ?? {};
const next = withYear(cn, '2026.2', {
  year: 2027,
  status: 'published',
  days: { ...provisional, ...Object.fromEntries(spring.map((d) => [d, 'holiday' as const])), '2027-01-31': 'workday' },
});

describe('CAL-NEXT', () => {
  it('names the days that change', () => {
    expect(changedDays(cn, next)).toEqual(['2027-01-31', ...spring]);
    expect(changedRange(cn, next)).toEqual({ from: '2027-01-31', to: '2027-02-11' });
    expect(changedRange(cn, cn)).toBeNull();
  });

  it('wakes only the cases whose date moves', () => {
    const cases = [
      spanDue('before', at('2027-01-12'), { n: 3, unit: 'businessDays' }),
      spanDue('earlier', at('2027-01-29'), { n: 1, unit: 'businessDays' }),
      spanDue('later', at('2027-02-04'), { n: 2, unit: 'businessDays' }),
      spanDue('calendar', at('2027-02-04'), { n: 2, unit: 'days' }),
    ];
    expect(movedDates(cases, cn, next, at('2026-11-20'))).toEqual([
      { key: 'earlier', wasMs: at('2027-02-01'), becomesMs: at('2027-01-31') },
      { key: 'later', wasMs: at('2027-02-08'), becomesMs: at('2027-02-15') },
    ]);
  });

  it('moves none into the past and leaves what is breached', () => {
    const cases = [
      spanDue('now', at('2027-01-29'), { n: 1, unit: 'businessDays' }),
      spanDue('breached', at('2027-02-04', '09:00'), { n: 1, unit: 'businessDays' }),
    ];
    expect(movedDates(cases, cn, next, at('2027-01-31', '15:00'))[0]).toEqual({
      key: 'now',
      wasMs: at('2027-02-01'),
      becomesMs: at('2027-01-31', '15:00'),
    });
    expect(movedDates(cases, cn, next, at('2027-02-20'))).toEqual([]);
  });

  it('wakes nobody for a version that says the same', () => {
    const same = withYear(cn, '2026.3', { year: 2027, status: 'published', days: provisional });
    expect(movedDates([spanDue('a', at('2027-01-01'), { n: 5, unit: 'businessDays' })], cn, same, 0)).toEqual([]);
  });

  it('follows changed business hours too', () => {
    const shorter = { ...cn, version: '2026.4', hours: [{ from: '09:00', to: '17:00' }] };
    const moved = movedDates(
      [spanDue('a', at('2026-11-09', '16:30'), { n: 1, unit: 'businessHours' })],
      cn,
      shorter,
      at('2026-11-09', '16:40'),
    );
    expect(moved).toEqual([{ key: 'a', wasMs: at('2026-11-09', '17:30'), becomesMs: at('2026-11-10', '09:30') }]);
  });

  it('reports exactly the dates that differ and lie ahead', () => {
    const starts = fc.array(fc.integer({ min: at('2026-12-01'), max: at('2027-03-01') }), { maxLength: 10 });
    fc.assert(
      fc.property(starts, fc.integer({ min: at('2026-12-01'), max: at('2027-03-01') }), (list, now) => {
        const span = { n: 2, unit: 'businessDays' } as const;
        const dated = list.map((ms, i) => spanDue(String(i), ms, span));
        const moved = new Set(movedDates(dated, cn, next, now).map((m) => m.key));
        list.forEach((ms, i) => {
          const [was, will] = [addBusinessTimeMs(ms, span, cn), addBusinessTimeMs(ms, span, next)];
          expect(moved.has(String(i))).toBe(was > now && Math.max(will, now) !== was);
        });
      }),
    );
  });
});
