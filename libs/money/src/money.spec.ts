import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { currencies, currencyExponent, isCurrency } from './currency.js';
import {
  add,
  compare,
  formatMoney,
  fromJson,
  isZero,
  money,
  parseMoney,
  subtract,
  sum,
  toJson,
  zero,
  type MoneyJson,
} from './money.js';

const anyMoney = fc
  .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.constantFrom(...currencies))
  .map(([minor, currency]) => money(minor, currency));

describe('currency', () => {
  it.each([
    ['JPY', 0],
    ['CNY', 2],
    ['TWD', 2],
    ['IDR', 2],
    ['KWD', 3],
    ['CLF', 4],
  ])('%s has %i decimals by ISO 4217', (code, exponent) => {
    expect(currencyExponent(code)).toBe(exponent);
  });

  it('knows no code outside the list, whatever its case', () => {
    for (const code of ['XXX', 'XAU', 'cny', '', 'RMB', 'DEM']) {
      expect(isCurrency(code)).toBe(false);
      expect(() => currencyExponent(code)).toThrow(RangeError);
    }
  });
});

describe('money', () => {
  it('refuses to mix currencies in every operation', () => {
    const yuan = money(1n, 'CNY');
    const dollar = money(1n, 'USD');
    for (const operation of [add, subtract, compare]) expect(() => operation(yuan, dollar)).toThrow('Mixed currencies');
    expect(() => sum([yuan, dollar], 'CNY')).toThrow('Mixed currencies');
  });

  it('adds, subtracts and compares minor units', () => {
    expect(add(money(150n, 'CNY'), money(-20n, 'CNY'))).toEqual(money(130n, 'CNY'));
    expect(subtract(money(150n, 'CNY'), money(200n, 'CNY'))).toEqual(money(-50n, 'CNY'));
    expect([compare(money(1n, 'CNY'), money(2n, 'CNY')), compare(money(2n, 'CNY'), money(2n, 'CNY'))]).toEqual([-1, 0]);
    expect(isZero(sum([], 'CNY'))).toBe(true);
    expect(zero('JPY')).toEqual({ minor: 0n, currency: 'JPY' });
  });

  it('survives JSON beyond what a number can hold', () => {
    fc.assert(
      fc.property(anyMoney, (m) => expect(fromJson(JSON.parse(JSON.stringify(toJson(m))) as MoneyJson)).toEqual(m)),
    );
  });

  it.each(['', '1.5', '1e3', ' 1', '0x10', '--1'])('refuses minor units written as %j', (minor) => {
    expect(() => fromJson({ minor, currency: 'CNY' })).toThrow(RangeError);
  });

  it('prints every decimal of the currency', () => {
    expect(formatMoney(money(-5n, 'CNY'))).toBe('-0.05');
    expect(formatMoney(money(1234n, 'JPY'))).toBe('1234');
    expect(formatMoney(money(1234n, 'KWD'))).toBe('1.234');
  });

  it('reads what it prints', () => {
    fc.assert(
      fc.property(anyMoney, (m) => expect(parseMoney(formatMoney(m), m.currency)).toEqual({ ok: true, money: m })),
    );
  });

  it('says why it can not read an amount', () => {
    expect(parseMoney('12.345', 'CNY')).toEqual({ ok: false, why: 'too-many-decimals' });
    expect(parseMoney('0.5', 'JPY')).toEqual({ ok: false, why: 'too-many-decimals' });
    expect(parseMoney('1,000', 'CNY')).toEqual({ ok: false, why: 'not-a-number' });
    expect(parseMoney('1', 'RMB')).toEqual({ ok: false, why: 'unknown-currency' });
  });
});
