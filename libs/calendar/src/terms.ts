import { rollDay, shiftBusinessDays, type Calendar } from './calendar.js';
import { addMonths, dateOf, dayNumber, type LocalDate } from './dates.js';

/** A term in law or contract. */
export interface Term {
  readonly n: number;
  readonly unit: 'days' | 'businessDays' | 'months';
}

/**
 * Last day of a term that begins on `start` (Civil Code, articles 201-203): the first day is not counted; a term in months
 * ends on the same day of the last month, or on its last day; an end on a holiday or weekend moves to the day after it.
 */
export function termEnd(start: LocalDate, term: Term, calendar: Calendar): LocalDate {
  if (!Number.isInteger(term.n) || term.n < 0) throw new RangeError('A term is a whole number of days or months');
  const day = dayNumber(start);
  if (term.unit === 'businessDays') return dateOf(shiftBusinessDays(day, term.n, calendar));
  const end = term.unit === 'days' ? day + term.n : dayNumber(addMonths(start, term.n));
  return dateOf(rollDay(end, 1, calendar));
}
