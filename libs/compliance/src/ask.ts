import type { CompiledRule } from './compile.js';
import { inForce, rollingMs } from './compile.js';
import type { Truth } from './condition.js';
import { datesAsked, judge } from './condition.js';
import { dateAt, plusDays, startOf, weekdayOf } from './local-time.js';
import { timeOn } from './local-time.js';
import type { Contact, CountedEvent, Facts } from './evaluate.js';
import type { LocalDate } from './vocabulary.js';

/**
 * One rule asked about one contact, as a function of time: does it permit at `t`, and at which instants can its answer
 * change? All times are epoch milliseconds. Since the answer is constant between those instants, the earliest permitted
 * time is found among them, without stepping through the minutes.
 */
export interface Question {
  rule: CompiledRule;
  permits(t: number): boolean;
  /** First instant at or after `t` at which the rule permits; Infinity when there is none within the horizon. */
  nextPermitted(t: number): number;
  /** First instant after `t`, at most `limit`, at which the rule does not permit; `limit` when there is none. */
  nextDenied(t: number, limit: number): number;
}

/** How many days ahead opening hours are looked for: longer than any run of days off. */
const horizonDays = 60;

/** Null when the rule does not concern the contact at any time. */
export function ask(rule: CompiledRule, contact: Contact, facts: Facts, zones: readonly string[]): Question | null {
  if (!concerns(rule, contact)) return null;
  const release = rule.counter === undefined ? -Infinity : releaseOf(rule, contact, facts.events, zones);
  const holidays = new Set(facts.holidays ?? []);
  const values = { 'contact.channel': contact.channel, 'contact.purpose': contact.purpose, ...facts.values };
  const judgeIn = (condition: CompiledRule['when'], date: LocalDate): Truth | undefined =>
    condition === undefined ? undefined : judge(condition, values, date);

  const permitsIn = (t: number, zone: string): boolean => {
    const date = dateAt(t, zone);
    if (!inForce(rule, date)) return true;
    if (judgeIn(rule.when, date) === false || judgeIn(rule.unless, date) === true) return true;
    if (rule.requires !== undefined) return judgeIn(rule.requires, date) === true;
    if (rule.hours !== undefined) return isOpen(rule.hours, t, date, zone, holidays);
    return rule.counter !== undefined && t >= release;
  };
  const permits = (t: number) => zones.every((zone) => permitsIn(t, zone));

  const turns = turningDates(rule, values).flatMap((date) => zones.map((zone) => startOf(date, zone)));
  if (rule.counter !== undefined) turns.push(release);
  turns.sort((one, other) => one - other);

  return {
    rule,
    permits,
    nextPermitted(t) {
      if (permits(t)) return t;
      const fixed = turns.find((turn) => turn > t && permits(turn)) ?? Infinity;
      return rule.hours === undefined ? fixed : Math.min(fixed, nextOpening(rule.hours, t, zones, permits));
    },
    nextDenied(t, limit) {
      const closings = rule.hours === undefined ? [] : closingsOf(rule.hours, t, limit, zones);
      const candidates = [...turns, ...closings].filter((turn) => turn > t && turn < limit);
      return candidates.sort((one, other) => one - other).find((turn) => !permits(turn)) ?? limit;
    },
  };
}

function concerns(rule: CompiledRule, contact: Contact): boolean {
  const jurisdiction = rule.jurisdiction ?? rule.packJurisdiction;
  const here =
    jurisdiction === 'any' ||
    contact.jurisdiction === undefined ||
    contact.jurisdiction === jurisdiction ||
    contact.jurisdiction.startsWith(`${jurisdiction}-`);
  return (
    here &&
    rule.asked === (contact.asked ?? 'contact') &&
    rule.binds.includes(contact.by) &&
    (rule.channels === 'all' || rule.channels.includes(contact.channel)) &&
    (rule.purposes === 'all' || rule.purposes.includes(contact.purpose))
  );
}

type Hours = NonNullable<CompiledRule['hours']>;

function isOpen(hours: Hours, t: number, date: LocalDate, zone: string, holidays: ReadonlySet<LocalDate>): boolean {
  if (hours.notOnHolidays === true && holidays.has(date)) return false;
  if (hours.notOnWeekdays?.includes(weekdayOf(date)) === true) return false;
  return t >= timeOn(date, hours.from, zone) && t < timeOn(date, hours.to, zone);
}

/** In several zones the common hours open when the last of them opens, which is one zone's opening. */
function nextOpening(hours: Hours, t: number, zones: readonly string[], permits: (t: number) => boolean): number {
  for (let ahead = 0; ahead <= horizonDays; ahead += 1) {
    const openings = zones
      .map((zone) => timeOn(plusDays(dateAt(t, zone), ahead), hours.from, zone))
      .filter((opening) => opening > t && permits(opening));
    if (openings.length > 0) return Math.min(...openings);
  }
  return Infinity;
}

function closingsOf(hours: Hours, t: number, limit: number, zones: readonly string[]): number[] {
  const closings: number[] = [];
  for (const zone of zones)
    for (let date = dateAt(t, zone); startOf(date, zone) < limit; date = plusDays(date, 1))
      closings.push(startOf(date, zone), timeOn(date, hours.to, zone));
  return closings;
}

/** Dates from whose first moment the rule may answer differently: it comes into force, goes out, or a date in it passes. */
function turningDates(rule: CompiledRule, values: Facts['values']): LocalDate[] {
  const asked = [rule.when, rule.unless, rule.requires].flatMap((condition) =>
    condition === undefined ? [] : datesAsked(condition, values),
  );
  const ends = rule.effectiveTo === undefined ? asked : [...asked, rule.effectiveTo];
  return [rule.effectiveFrom, ...ends.map((date) => plusDays(date, 1))];
}

/**
 * The instant from which fewer than `max` events lie in the window: when the `max`-th newest has left it. With several
 * debts each has a counter of its own, and with several zones each its own midnight: the latest decides.
 */
function releaseOf(
  rule: CompiledRule,
  contact: Contact,
  events: readonly CountedEvent[],
  zones: readonly string[],
): number {
  const { counter } = rule;
  if (counter === undefined) return -Infinity;
  const counted = events.filter(({ kind }) => rule.kinds.has(kind));
  const groups =
    counter.key === 'debt'
      ? contact.debts.map((debt) => counted.filter(({ debts }) => debts?.includes(debt) === true))
      : [counted.filter((event) => sameKey(counter.key, event, contact))];
  return Math.max(...groups.map((group) => leavesWindow(counter, group, zones)), -Infinity);
}

function sameKey(key: 'person' | 'number' | 'case' | 'debt', event: CountedEvent, contact: Contact): boolean {
  if (key === 'person') return event.person === contact.person;
  if (key === 'case') return event.caseId === contact.caseId;
  return contact.number !== undefined && event.number === contact.number;
}

function leavesWindow(
  counter: NonNullable<CompiledRule['counter']>,
  events: readonly CountedEvent[],
  zones: readonly string[],
): number {
  const newestFirst = events.map(({ at }) => Date.parse(at)).sort((one, other) => other - one);
  const last = newestFirst[counter.max - 1];
  if (last === undefined) return -Infinity;
  const { window } = counter;
  if ('rolling' in window) return last + rollingMs(window.rolling);
  return Math.max(...zones.map((zone) => startOf(plusDays(dateAt(last, zone), window.calendarDays), zone)));
}
