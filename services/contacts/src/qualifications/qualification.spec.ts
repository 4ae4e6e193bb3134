import { describe, expect, it } from '@jest/globals';
import { isPublished, yearlyFault } from './qualification.js';

const today = '2026-11-09';

describe('what is renewed each year', () => {
  it.each([
    ['2026-01-01', null],
    ['2027-11-09', null],
    ['2027-11-10', null],
    ['2027-11-11', 'once a year: at latest 2027-11-10'],
    ['2099-12-31', 'once a year: at latest 2027-11-10'],
    [undefined, null],
  ])('until %s: %s', (until, fault) => {
    expect(yearlyFault(until, today)).toBe(fault);
  });
});

describe('a list that is published', () => {
  it.each([
    ['2026-11-09', true],
    ['2026-11-08', true],
    ['2026-11-10', false],
    [null, false],
  ])('on %s: %s', (on, published) => {
    expect(isPublished(on, today)).toBe(published);
  });
});
