import { describe, expect, it } from '@jest/globals';
import { classify, type Restructured } from './classification.js';

describe('five-category classification', () => {
  it.each([
    [0, 'normal'],
    [1, 'special-mention'],
    [90, 'special-mention'],
    [91, 'substandard'],
    [270, 'substandard'],
    [271, 'doubtful'],
    [360, 'doubtful'],
    [361, 'loss'],
  ])('day %i is %s', (dpd, expected) => {
    expect(classify(dpd)).toBe(expected);
  });

  const paid = (...dues: string[]) => dues.map((due) => ({ due, kept: true }));
  const plan = (repayments: Restructured['repayments']): Restructured => ({
    on: '2026-01-10',
    classThen: 'substandard',
    repayments,
  });

  it('keeps a restructured debt in its class for a year, however well it pays', () => {
    const kept = plan(paid('2026-02-10', '2026-03-10', '2026-04-10'));
    expect(classify(0, { businessDate: '2027-01-09', plan: kept })).toBe('substandard');
    expect(classify(0, { businessDate: '2027-01-10', plan: kept })).toBe('normal');
  });

  it('wants two repayments in a row as well', () => {
    expect(classify(0, { businessDate: '2027-06-01', plan: plan(paid('2026-07-10')) })).toBe('substandard');
  });

  it('starts the observation again at a miss', () => {
    const missed = plan([
      ...paid('2026-02-10'),
      { due: '2026-06-10', kept: false },
      ...paid('2026-07-10', '2026-08-10'),
    ]);
    expect(classify(0, { businessDate: '2027-06-09', plan: missed })).toBe('substandard');
    expect(classify(0, { businessDate: '2027-06-10', plan: missed })).toBe('normal');
  });

  it('may get worse under observation, and is never normal in it', () => {
    expect(classify(300, { businessDate: '2026-12-01', plan: plan([]) })).toBe('doubtful');
    const light: Restructured = { on: '2026-01-10', classThen: 'normal', repayments: [] };
    expect(classify(0, { businessDate: '2026-12-01', plan: light })).toBe('special-mention');
  });
});
