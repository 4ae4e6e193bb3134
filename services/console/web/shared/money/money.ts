import { currencyExponent } from '@arrears/money';

/** U+2212: as wide as a plus, so that columns stay in line. */
const minus = '\u2212';

/** `1,234,567.89` from minor units. Digits are moved, not computed: an amount of any size stays exact. */
export function formatMinor(amount: string, currency: string): string {
  const digits = currencyExponent(currency);
  const negative = amount.startsWith('-');
  const bare = (negative ? amount.slice(1) : amount).padStart(digits + 1, '0');
  const whole = bare.slice(0, bare.length - digits).replace(/\B(?=(\d{3})+$)/g, ',');
  const part = digits === 0 ? '' : `.${bare.slice(-digits)}`;
  return `${negative ? minus : ''}${whole}${part}`;
}

/** A count, as people read it. */
export const formatCount = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',');
