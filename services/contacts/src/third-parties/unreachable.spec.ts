import { describe, expect, it } from '@jest/globals';
import { reachOf, type Try } from './unreachable.js';

const at = (text: string, what: Try['what'] = 'unanswered'): Try => ({
  at: `2026-11-${text}:00.000Z`,
  date: `2026-11-${text.slice(0, 2)}`,
  what,
});
const phone = [{ usable: true }];
const failed = (...tries: Try[]) => reachOf(phone, tries).failedTriesInRow;

describe('a debtor', () => {
  it('whose numbers are all dead cannot be reached', () => {
    expect(reachOf([{ usable: false }], [])).toMatchObject({
      numberInvalid: true,
      failedTriesInRow: 0,
      reachable: false,
    });
    expect(reachOf([], [])).toMatchObject({ numberInvalid: true, reachable: false });
    expect(reachOf([{ usable: false }, { usable: true }], [])).toMatchObject({ numberInvalid: false, reachable: true });
  });

  it('who was never tried can be reached', () => {
    expect(reachOf(phone, [])).toEqual({
      ...{ numberInvalid: false, failedTriesInRow: 0, reachable: true },
      ...{ daysOfFailedTries: 0, hoursBetweenFailedTries: 0 },
    });
  });

  it('whom three tries on two days did not reach cannot be', () => {
    expect(reachOf(phone, [at('09T01:00'), at('09T04:00'), at('10T01:00')])).toEqual({
      ...{ numberInvalid: false, failedTriesInRow: 3, reachable: false },
      ...{ daysOfFailedTries: 2, hoursBetweenFailedTries: 3 },
    });
  });

  it('is not given up on after two', () => {
    expect(reachOf(phone, [at('09T01:00'), at('10T01:00')])).toMatchObject({ failedTriesInRow: 2, reachable: true });
  });
});

describe('tries in a row', () => {
  it('lie three hours apart, to the minute', () => {
    expect(failed(at('09T01:00'), at('09T04:00'), at('10T01:00'))).toBe(3);
    expect(failed(at('09T01:00'), at('09T03:59'), at('10T01:00'))).toBe(2);
  });

  it('skip what came too soon, and count from the last that was counted', () => {
    expect(failed(at('09T01:00'), at('09T02:00'), at('09T03:00'), at('09T04:00'), at('10T01:00'))).toBe(3);
  });

  it('tell their days, and the hours between the nearest two', () => {
    const tries = [at('09T01:00'), at('09T05:30'), at('09T06:00'), at('11T01:00')];
    expect(reachOf(phone, tries)).toMatchObject({ daysOfFailedTries: 2, hoursBetweenFailedTries: 4 });
    expect(reachOf(phone, tries.slice(0, 1))).toMatchObject({ daysOfFailedTries: 1, hoursBetweenFailedTries: 0 });
  });

  it('of one day alone prove nothing, however many', () => {
    expect(failed(at('09T00:00'), at('09T03:00'), at('09T06:00'), at('09T09:00'))).toBe(2);
    expect(failed(at('09T00:00'))).toBe(1);
  });

  it('begin anew when he was reached', () => {
    expect(failed(at('09T01:00'), at('10T01:00'), at('10T02:00', 'reached'), at('10T06:00'), at('11T06:00'))).toBe(2);
    expect(failed(at('09T01:00'), at('10T01:00'), at('11T01:00'), at('11T02:00', 'reached'))).toBe(0);
    expect(failed(at('08T02:00', 'reached'), at('09T01:00'), at('10T01:00'), at('11T01:00'))).toBe(3);
  });

  it('count in whatever order they are told', () => {
    expect(failed(at('10T01:00'), at('09T04:00'), at('09T01:00'))).toBe(3);
  });
});
