import { addCalendarDays, type LocalDate } from '@arrears/calendar';

/** Training, inspection and evaluation are yearly: what is entered today counts for a year at most, leap day included. */
const yearDays = 366;

/** What is wrong with the last day of something that must be renewed each year; null: nothing. Pure. */
export function yearlyFault(until: LocalDate | null | undefined, today: LocalDate): string | null {
  if (until == null) return null;
  const latest = addCalendarDays(today, yearDays);
  return until <= latest ? null : `once a year: at latest ${latest}`;
}

/** Whether the list that names an agency is published on that day. */
export function isPublished(publishedOn: LocalDate | null, today: LocalDate): boolean {
  return publishedOn !== null && publishedOn <= today;
}

/** What a contract with an agency must settle about the data that it is given: what for and how long, and what then. */
export const contractTerms = ['purpose', 'term', 'no-sub-entrusting', 'return-or-delete'] as const;
export type ContractTerm = (typeof contractTerms)[number];
