import { describe, expect, it } from '@jest/globals';
import { holidaysAround } from './holidays.js';

/** The weekend of the May holidays of 2026 in China: the first to the fifth. */
const may = ['2026-05-01', '2026-05-02', '2026-05-03', '2026-05-04', '2026-05-05'];

describe('public holidays around a day', () => {
  it('are those of two days behind it, as a zone may be a day late, and of seventy-five ahead', () => {
    const known = (day: string) => holidaysAround(day, 'CN').filter((date) => date.startsWith('2026-05'));
    expect(known('2026-02-14')).toEqual([]);
    expect(known('2026-02-15')).toEqual(may.slice(0, 1));
    expect(known('2026-02-19')).toEqual(may);
    expect(known('2026-05-03')).toEqual(may);
    expect(known('2026-05-05')).toEqual(may.slice(2));
    expect(known('2026-05-07')).toEqual(may.slice(4));
    expect(known('2026-05-08')).toEqual([]);
  });

  it('go over the end of a year', () => {
    const found = holidaysAround('2025-12-20', 'CN');
    expect(found).toContain('2026-01-01');
    expect(found).toContain('2026-02-17');
  });

  it('are days off, not the working days that make up for them', () => {
    // A Saturday on which people work for the Spring Festival.
    expect(holidaysAround('2026-02-10', 'CN')).not.toContain('2026-02-14');
    expect(holidaysAround('2026-02-10', 'CN')).toContain('2026-02-16');
  });

  it('are of the jurisdiction, and none where no calendar of it ships', () => {
    expect(holidaysAround('2026-02-27', 'TW')).toContain('2026-02-28');
    expect(holidaysAround('2026-02-27', 'CN')).not.toContain('2026-02-28');
    expect(holidaysAround('2026-05-01', 'XX')).toEqual([]);
    expect(holidaysAround('2026-05-01', 'cn')).toEqual(holidaysAround('2026-05-01', 'CN'));
  });

  it('are looked up once a day, and forgotten when many days were asked for', () => {
    const first = holidaysAround('2026-06-01', 'CN');
    expect(holidaysAround('2026-06-01', 'CN')).toBe(first);
    const day = (n: number) => new Date(Date.UTC(2027, 0, 1 + n)).toISOString().slice(0, 10);
    for (let n = 0; n < 60; n += 1) holidaysAround(day(n), 'CN');
    const again = holidaysAround('2026-06-01', 'CN');
    expect(again).toEqual(first);
    expect(again).not.toBe(first);
    expect(holidaysAround('2026-06-01', 'CN')).toBe(again);
  });
});
