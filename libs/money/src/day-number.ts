/** A calendar date without a zone, `YYYY-MM-DD`. */
export type LocalDate = string;

const dayMs = 86_400_000;

/**
 * Days since 1970-01-01 of a calendar date. Kept here, tiny, because money may not depend on the calendar library.
 * Throws a RangeError for a date that does not exist.
 */
export function dayNumber(date: LocalDate): number {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  // Date.parse takes 31 April for 1 May, so the round trip is what proves the date.
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== date)
    throw new RangeError(`Not a date: ${JSON.stringify(date).slice(0, 20)}`);
  return ms / dayMs;
}

export const dateOfDayNumber = (day: number): LocalDate => new Date(day * dayMs).toISOString().slice(0, 10);

/** Same day so many months later, or the month's last day where that day is missing (31 January + 1 → 28 February). */
export function plusMonths(date: LocalDate, months: number): LocalDate {
  dayNumber(date);
  const index = Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1 + months;
  const year = Math.floor(index / 12);
  const month = index - year * 12;
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month, Math.min(Number(date.slice(8)), last))).toISOString().slice(0, 10);
}
