import { describe, expect, it } from '@jest/globals';
import { fixedClock, isoOf } from '@arrears/clock';
import { bucketRange } from './case.reads.js';
import { gatheredSince } from './gather.js';

describe('a bucket as a range of due dates', () => {
  it('turns days past due into dates, both ends included', () => {
    expect(bucketRange({ from: 1, to: 30 }, '2026-11-09')).toEqual({ from: '2026-10-10', to: '2026-11-08' });
    expect(bucketRange({ from: 181, to: null }, '2026-11-09')).toEqual({ from: null, to: '2026-05-12' });
  });
});

describe('how long accounts gather', () => {
  const now = Date.parse('2026-11-09T02:00:00.000Z');
  const tenMinutes = 600_000;

  it('counts from now on a clock that runs as the world does', () => {
    const clock = { ...fixedClock(now), toBusiness: (real: number) => real };
    expect(gatheredSince(clock, tenMinutes)).toBe(isoOf(now));
  });

  it('lasts at least three real seconds on a clock whose day is a minute', () => {
    const speed = 1_440;
    const clock = { ...fixedClock(now), toBusiness: (real: number) => now + (real - now) * speed };
    const ends = Date.parse(gatheredSince(clock, tenMinutes)) + tenMinutes;
    expect((ends - now) / speed).toBe(3_000);
  });
});
