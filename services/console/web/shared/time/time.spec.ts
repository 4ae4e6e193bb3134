import { describe, expect, it } from '@jest/globals';
import { businessNow, formatDay, formatInstant, formatTime, offsetOf } from './time.js';

const at = '2026-11-23T06:05:09.000Z';

describe('times on a screen', () => {
  it('are written so that day and month can not be confused, in the named zone', () => {
    expect(formatInstant(at, 'Asia/Shanghai', 'zh')).toBe('2026-11-23 周一 14:05');
    expect(formatInstant(at, 'Asia/Shanghai', 'en')).toBe('Mon 23 Nov 2026 14:05');
    expect(formatInstant(at, 'America/New_York', 'en')).toBe('Mon 23 Nov 2026 01:05');
  });

  it('belong to the day of their zone', () => {
    expect(formatDay('2026-11-23T16:30:00Z', 'Asia/Shanghai', 'zh')).toBe('2026-11-24 周二');
    expect(formatTime('2026-11-23T16:30:05Z', 'Asia/Shanghai', true)).toBe('00:30:05');
  });

  it('name the offset of the zone', () => {
    const ms = Date.parse(at);
    expect([offsetOf(ms, 'Asia/Shanghai'), offsetOf(ms, 'Asia/Kolkata'), offsetOf(ms, 'UTC')]).toEqual([
      'UTC+8',
      'UTC+5:30',
      'UTC',
    ]);
  });

  it('run at the speed of the business clock, and stand with it', () => {
    expect(businessNow({ business: 1_000, real: 0, speed: 1440 }, 10)).toBe(15_400);
    expect(businessNow({ business: 1_000, real: 0, speed: 0 }, 10_000)).toBe(1_000);
  });
});
