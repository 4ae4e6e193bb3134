import { dayNumber, plusMonths, type LocalDate } from './day-number.js';
import type { Money } from './money.js';

export interface Instalment {
  readonly number: number;
  readonly due: LocalDate;
  readonly amount: Money;
}

/** Longest instalment agreement of a card debt, months (bank card measures of 2011, article 70). */
export const maxCardInstalments = 60;

/**
 * A monthly schedule of equal instalments whose sum is `total` to the minor unit: the remainder of the division is on the
 * last. Due on the day of `firstDue` each month, or the month's last day. Throws a RangeError unless 1 <= count <= 600, the
 * total is positive and every instalment gets at least one minor unit.
 */
export function equalInstalments(total: Money, count: number, firstDue: LocalDate): Instalment[] {
  if (!Number.isInteger(count) || count < 1 || count > 600) throw new RangeError('Instalments: count must be 1 to 600');
  if (total.minor < BigInt(count)) throw new RangeError('Instalments: the total is too small to divide');
  dayNumber(firstDue);
  const each = total.minor / BigInt(count);
  return Array.from({ length: count }, (_, i) => ({
    number: i + 1,
    due: plusMonths(firstDue, i),
    amount: { minor: i === count - 1 ? total.minor - each * BigInt(count - 1) : each, currency: total.currency },
  }));
}
