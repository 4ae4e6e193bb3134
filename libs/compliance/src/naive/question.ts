import type { Contact, CountedEvent, Facts } from '../evaluate.js';
import type { EventKind, FactName } from '../vocabulary.js';

/**
 * What the checkers of this folder are asked: may this contact be made at `t`, by the clock of this zone? They are a second
 * opinion on the packs, written from the tables of the design and not from the engine: they share its input types, nothing
 * it computes. Each returns the rows of the table that forbid.
 */
export interface Question {
  contact: Contact;
  facts: Facts;
  t: number;
  zone: string;
}
export type Checker = (question: Question) => string[];

const formats = new Map<string, Intl.DateTimeFormat>();

/** What a clock on the wall shows: the date, and the minutes since midnight. */
export function wall(t: number, zone: string): { date: string; minutes: number } {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone: zone });
    formats.set(zone, format);
  }
  const text = format.format(t);
  return { date: text.slice(0, 10), minutes: Number(text.slice(11, 13)) * 60 + Number(text.slice(14, 16)) };
}

export const today = ({ t, zone }: Question): string => wall(t, zone).date;

/** By the clock on the wall, from the first minute to before the last. */
export function isBetween(question: Question, fromHour: number, toHour: number): boolean {
  const { minutes } = wall(question.t, question.zone);
  return minutes >= fromHour * 60 && minutes < toHour * 60;
}

export function daysFrom(earlier: string, later: string): number {
  return Math.round((Date.parse(`${later}T00:00:00Z`) - Date.parse(`${earlier}T00:00:00Z`)) / 86_400_000);
}

/** Whom or what the events belong to that are counted together. */
export const samePerson =
  ({ contact }: Question) =>
  (event: CountedEvent) =>
    event.person === contact.person;
export const sameNumber =
  ({ contact }: Question) =>
  (event: CountedEvent) =>
    contact.number !== undefined && event.number === contact.number;

/** Events of a kind on this local day and the days before it, `days` in all. */
export function onDays(
  question: Question,
  kind: EventKind,
  days: number,
  belongs: (event: CountedEvent) => boolean,
): number {
  let count = 0;
  for (const event of question.facts.events) {
    if (event.kind !== kind || !belongs(event)) continue;
    if (daysFrom(wall(Date.parse(event.at), question.zone).date, today(question)) < days) count += 1;
  }
  return count;
}

/** Events of a kind that are less than so many times 24 hours old. */
export function inSpan(
  question: Question,
  kind: EventKind,
  days: number,
  belongs: (event: CountedEvent) => boolean,
): number {
  let count = 0;
  for (const event of question.facts.events) {
    if (event.kind !== kind || !belongs(event)) continue;
    if (question.t - Date.parse(event.at) < days * 24 * 3_600_000) count += 1;
  }
  return count;
}

/** Told, and exactly this. What nobody told is not so, whichever way round it is asked. */
export const is = ({ facts }: Question, fact: FactName, value: string | number | boolean): boolean =>
  facts.values[fact] === value;

export const isTold = ({ facts }: Question, fact: FactName): boolean => facts.values[fact] !== undefined;

export function has(question: Question, fact: FactName, value: string): boolean {
  const list = question.facts.values[fact];
  return Array.isArray(list) && list.includes(value);
}

/** Told, and a list without it. */
export function lacks(question: Question, fact: FactName, value: string): boolean {
  const list = question.facts.values[fact];
  return Array.isArray(list) && !list.includes(value);
}

export function isAtLeast({ facts }: Question, fact: FactName, least: number): boolean {
  const value = facts.values[fact];
  return typeof value === 'number' && value >= least;
}

/** The day is today or still ahead. */
export function runsStill(question: Question, fact: FactName): boolean {
  const date = question.facts.values[fact];
  return typeof date === 'string' && date >= today(question);
}

/** Somebody who owes nothing; whose part nobody knows may be one. */
export function mayBeThirdPerson({ facts }: Question): boolean {
  const role = facts.values['person.role'];
  return role === undefined || role === 'relatedThird' || role === 'unrelatedThird';
}

export const isCall = ({ contact: { channel } }: Question): boolean => channel === 'call' || channel === 'voiceBot';
export const isVisit = ({ contact: { channel } }: Question): boolean => channel === 'visit';

/** He is asked to pay. A thank-you, a correction, an answer, a notice is not that. */
export const isCollecting = ({ contact: { purpose } }: Question): boolean =>
  purpose === 'collect' || purpose === 'remind-due';

/** He asked, or complained, and is answered: nobody sought him out. */
export const isAnswer = ({ contact: { purpose } }: Question): boolean =>
  purpose === 'serve' || purpose === 'complaint-reply';
