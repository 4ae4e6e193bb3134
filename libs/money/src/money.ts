import { currencyExponent, isCurrency } from './currency.js';

/** An amount in minor units of its ISO 4217 currency (CNY 12.34 is `minor: 1234n`). May be negative. */
export interface Money {
  readonly minor: bigint;
  readonly currency: string;
}

/** How money travels in JSON: the minor units as a decimal string, since a JSON number loses digits past 2^53. */
export interface MoneyJson {
  readonly minor: string;
  readonly currency: string;
}

export type ParsedMoney =
  { ok: true; money: Money } | { ok: false; why: 'unknown-currency' | 'not-a-number' | 'too-many-decimals' };

/** Money of so many minor units. Throws a RangeError for an unknown currency. */
export function money(minor: bigint, currency: string): Money {
  currencyExponent(currency);
  return { minor, currency };
}

export const zero = (currency: string): Money => money(0n, currency);

export const isZero = (amount: Money): boolean => amount.minor === 0n;

/** Throws a RangeError when the currencies differ: there is no sum of yuan and dollars. */
export function sameCurrency(a: { currency: string }, b: { currency: string }): void {
  if (a.currency !== b.currency) throw new RangeError(`Mixed currencies: ${a.currency} and ${b.currency}`);
}

export function add(a: Money, b: Money): Money {
  sameCurrency(a, b);
  return { minor: a.minor + b.minor, currency: a.currency };
}

export function subtract(a: Money, b: Money): Money {
  sameCurrency(a, b);
  return { minor: a.minor - b.minor, currency: a.currency };
}

/** -1, 0 or 1, fit for `sort`. Mixed currencies throw. */
export function compare(a: Money, b: Money): -1 | 0 | 1 {
  sameCurrency(a, b);
  return a.minor < b.minor ? -1 : a.minor > b.minor ? 1 : 0;
}

/** Sum of a list; the currency is named because the list may be empty. */
export const sum = (amounts: readonly Money[], currency: string): Money => amounts.reduce(add, zero(currency));

export const toJson = (amount: Money): MoneyJson => ({ minor: amount.minor.toString(), currency: amount.currency });

/** Reads the JSON shape. Throws a RangeError for an unknown currency and for anything but an integer string. */
export function fromJson(json: MoneyJson): Money {
  if (!/^-?\d{1,30}$/.test(json.minor)) throw new RangeError('Money: `minor` must be a string of digits');
  return money(BigInt(json.minor), json.currency);
}

/**
 * Reads a plain decimal such as `1234.5` in major units. No grouping, no exponent notation, no symbol; more decimals than
 * the currency has are refused rather than rounded.
 */
export function parseMoney(text: string, currency: string): ParsedMoney {
  if (!isCurrency(currency)) return { ok: false, why: 'unknown-currency' };
  const match = /^(-?)(\d{1,24})(?:\.(\d{1,12}))?$/.exec(text.trim());
  if (!match) return { ok: false, why: 'not-a-number' };
  const [, sign = '', whole = '', decimals = ''] = match;
  const exponent = currencyExponent(currency);
  if (decimals.length > exponent) return { ok: false, why: 'too-many-decimals' };
  const minor = BigInt(whole + decimals.padEnd(exponent, '0'));
  return { ok: true, money: { minor: sign ? -minor : minor, currency } };
}

/** Plain decimal in major units with every decimal of the currency: `-12.30`. The inverse of `parseMoney`. */
export function formatMoney(amount: Money): string {
  const exponent = currencyExponent(amount.currency);
  const negative = amount.minor < 0n;
  const digits = (negative ? -amount.minor : amount.minor).toString().padStart(exponent + 1, '0');
  const cut = digits.length - exponent;
  return `${negative ? '-' : ''}${digits.slice(0, cut)}${exponent > 0 ? `.${digits.slice(cut)}` : ''}`;
}
