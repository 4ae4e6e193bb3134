import { describe, expect, it } from '@jest/globals';
import { formatCount, formatMinor } from './money.js';

describe('amounts on a screen', () => {
  it.each([
    ['123456789', 'CNY', '1,234,567.89'],
    ['5', 'CNY', '0.05'],
    ['0', 'CNY', '0.00'],
    ['-1250000', 'CNY', '\u221212,500.00'],
    ['1234', 'JPY', '1,234'],
    ['1234567', 'KWD', '1,234.567'],
    ['900719925474099312345', 'CNY', '9,007,199,254,740,993,123.45'],
  ])('shows %s of %s as %s', (amount, currency, shown) => {
    expect(formatMinor(amount, currency)).toBe(shown);
  });

  it('groups counts', () => {
    expect([formatCount(0), formatCount(999), formatCount(1203441)]).toEqual(['0', '999', '1,203,441']);
  });
});
