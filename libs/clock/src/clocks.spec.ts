import { describe, expect, it, jest } from '@jest/globals';
import { fixedClock, realClock, steppedClock } from './clocks.js';

describe('the real clock', () => {
  it('is the identity', () => {
    const clock = realClock();
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1000);
    expect([clock.toBusiness(5), clock.toReal(5)]).toEqual([5, 5]);
    expect(clock.nowIso()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('does not follow a machine clock that is set back', () => {
    const clock = realClock();
    const before = clock.now();
    const machine = jest.spyOn(Date, 'now').mockReturnValue(before - 60_000);
    expect([clock.now(), clock.realNow()]).toEqual([before, before - 60_000]);
    machine.mockRestore();
  });
});

describe('clocks for tests', () => {
  it('a fixed clock never reaches the future', () => {
    const clock = fixedClock('2026-11-09T01:00:00.000Z');
    expect([clock.nowIso(), clock.toBusiness(0), clock.toReal(clock.now())]).toEqual([
      '2026-11-09T01:00:00.000Z',
      clock.now(),
      clock.now(),
    ]);
    expect(clock.toReal(clock.now() + 1)).toBeNull();
  });

  it('a stepped clock moves only forward and only when told', () => {
    const clock = steppedClock('2026-11-09T01:00:00.000Z');
    clock.advance(60_000);
    expect(clock.nowIso()).toBe('2026-11-09T01:01:00.000Z');
    clock.moveTo('2026-11-10T00:00:00.000Z');
    expect(clock.realNow()).toBe(clock.now());
    expect(() => clock.advance(-1)).toThrow('does not go back');
  });

  it('refuses a local time without an offset', () => {
    expect(() => fixedClock('2026-11-09T01:00:00')).toThrow('Not an instant');
  });
});
