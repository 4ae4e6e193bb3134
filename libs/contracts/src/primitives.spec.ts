import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { z } from 'zod';
import { amount, currencyCode, instant, localDate, minorUnits, opaqueId, positiveAmount } from './primitives.js';

const takes = (schema: z.ZodType, value: unknown) => schema.safeParse(value).success;

describe('amounts', () => {
  it('are whole minor units as text, up to eighteen digits', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n - 1n }), (units) => {
        expect(takes(amount, String(units))).toBe(true);
        expect(takes(positiveAmount, String(units))).toBe(units > 0n);
        expect(takes(minorUnits, String(-units))).toBe(true);
      }),
    );
  });

  it.each(['', '01', '+1', '1.0', '1e3', ' 1', '1 ', '１', '1000000000000000000', '-0.5', 'NaN'])(
    'are not %j',
    (text) => {
      for (const schema of [amount, positiveAmount, minorUnits]) expect(takes(schema, text)).toBe(false);
    },
  );

  it('below zero exist only as differences', () => {
    expect(takes(minorUnits, '-1')).toBe(true);
    expect(takes(amount, '-1')).toBe(false);
  });
});

describe('times', () => {
  it('name their offset', () => {
    expect(takes(instant, '2026-11-10T09:00:00+08:00')).toBe(true);
    expect(takes(instant, '2026-11-10T01:00:00.000Z')).toBe(true);
    expect(takes(instant, '2026-11-10T09:00:00')).toBe(false);
    expect(takes(instant, '2026-11-10')).toBe(false);
  });

  it('of a day are days of the calendar', () => {
    expect(takes(localDate, '2028-02-29')).toBe(true);
    expect(takes(localDate, '2026-02-29')).toBe(false);
    expect(takes(localDate, '2026-2-1')).toBe(false);
  });
});

describe('codes', () => {
  it('of currencies are three capitals', () => {
    expect(takes(currencyCode, 'CNY')).toBe(true);
    for (const bad of ['cny', 'CN', 'CNYY', 'C1Y']) expect(takes(currencyCode, bad)).toBe(false);
  });

  it('of others are kept as they are, within 200 characters', () => {
    expect(takes(opaqueId, ' L/1 ')).toBe(true);
    expect(takes(opaqueId, '')).toBe(false);
    expect(takes(opaqueId, 'x'.repeat(201))).toBe(false);
  });
});
