/** A calendar date without a zone, `YYYY-MM-DD`. */
export type LocalDate = string;
/** A wall-clock time, `HH:MM` with optional seconds and milliseconds; `24:00` is allowed where a time ends something. */
export type LocalTime = string;
/** ISO-8601 in UTC with milliseconds and Z. */
export type Instant = string;

export const dayMs = 86_400_000;

const bad = (what: 'a date' | 'a time' | 'an instant', text: string): RangeError =>
  new RangeError(`Not ${what}: ${JSON.stringify(text).slice(0, 30)}`);

/** Days since 1970-01-01 of a proleptic Gregorian date (month 1-12). Integer arithmetic: the planner calls it a lot. */
function dayOfCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

export const daysInMonth = (year: number, month: number): number =>
  month === 12 ? 31 : dayOfCivil(year, month + 1, 1) - dayOfCivil(year, month, 1);

/** Days since 1970-01-01. Throws a RangeError for a date that does not exist. */
export function dayNumber(date: LocalDate): number {
  const year = Number(date.slice(0, 4));
  const month = Number(date.slice(5, 7));
  const day = Number(date.slice(8));
  const shaped = date.length === 10 && date[4] === '-' && date[7] === '-';
  // Negated so that NaN, which fails every comparison, is refused too.
  if (!shaped || !(month >= 1 && month <= 12 && day >= 1 && year >= 0) || day > daysInMonth(year, month))
    throw bad('a date', date);
  return dayOfCivil(year, month, day);
}

const known: LocalDate[] = [];

/** The date of a day number. Those of 1970 to 2079 are remembered, since the same few hundred come again and again. */
export function dateOf(day: number): LocalDate {
  const text = known[day] ?? new Date(day * dayMs).toISOString().slice(0, 10);
  if (day >= 0 && day < 40_000) known[day] = text;
  return text;
}

/** 0 = Sunday … 6 = Saturday. */
export const weekday = (day: number): number => (((day + 4) % 7) + 7) % 7;

export const addCalendarDays = (date: LocalDate, days: number): LocalDate => dateOf(dayNumber(date) + days);

export const daysBetween = (from: LocalDate, to: LocalDate): number => dayNumber(to) - dayNumber(from);

/** Same day so many months later, or that month's last day (Civil Code, article 202). */
export function addMonths(date: LocalDate, months: number): LocalDate {
  dayNumber(date);
  const index = Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1 + months;
  const year = Math.floor(index / 12);
  const month = index - year * 12 + 1;
  return dateOf(dayOfCivil(year, month, Math.min(Number(date.slice(8)), daysInMonth(year, month))));
}

/** Milliseconds since midnight of a wall-clock time; `24:00` gives the whole day. Throws a RangeError when malformed. */
export function timeOfDay(time: LocalTime): number {
  const match = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{3}))?)?$/.exec(time);
  if (!match) throw bad('a time', time);
  const [, h, m, s = '0', ms = '0'] = match;
  const total = ((Number(h) * 60 + Number(m)) * 60 + Number(s)) * 1000 + Number(ms);
  if (Number(m) > 59 || Number(s) > 59 || total > dayMs) throw bad('a time', time);
  return total;
}

/** `HH:MM` of milliseconds since midnight, cut down to the minute. */
export function timeText(msOfDay: number): LocalTime {
  const minutes = Math.floor(msOfDay / 60_000);
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

/** Epoch milliseconds of an instant. Throws a RangeError unless it is ISO-8601 with Z or an offset. */
export function msOf(instant: Instant): number {
  const ms = /(Z|[+-]\d\d:\d\d)$/.test(instant) ? Date.parse(instant) : Number.NaN;
  if (Number.isNaN(ms)) throw bad('an instant', instant);
  return ms;
}

export const isoOf = (ms: number): Instant => new Date(ms).toISOString();
