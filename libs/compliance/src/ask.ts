import { inForce, type CompiledRule } from './compile.js';
import { judge, turnsOn } from './condition.js';
import { releaseOf } from './count.js';
import type { Contact, Facts } from './evaluate.js';
import { dateOf, dayNumber, localDay, startOf, timeOn, weekdayOf } from './local-time.js';
import type { FactValues } from './vocabulary.js';

/**
 * One contact with its facts, as all rules are asked about it. A rule is a function of time: does it permit at `t`, and at
 * which instants can its answer change? All times are epoch milliseconds. Since the answer is constant between those
 * instants, the earliest permitted time is found among them, without stepping through the minutes.
 */
export interface Inquiry {
  contact: Contact;
  facts: Facts;
  values: FactValues;
  zones: readonly string[];
  /** Local day numbers at `t`, one a zone. */
  daysAt(t: number): readonly number[];
  isHoliday(day: number): boolean;
  /** From when fewer events than the rule's limit lie in its window. */
  release(rule: CompiledRule): number;
}

export function inquire(contact: Contact, facts: Facts, zones: readonly string[]): Inquiry {
  const values = { ...facts.values, 'contact.channel': contact.channel, 'contact.purpose': contact.purpose };
  const releases = new Map<CompiledRule, number>();
  // All rules are asked about one instant before they are asked about another.
  let lastAt = Number.NaN;
  let lastDays: readonly number[] = [];
  let holidays: ReadonlySet<string> | undefined;
  return {
    ...{ contact, facts, values, zones },
    daysAt(t) {
      if (t !== lastAt) {
        lastDays = zones.map((zone) => localDay(t, zone));
        lastAt = t;
      }
      return lastDays;
    },
    isHoliday(day) {
      holidays ??= new Set(facts.holidays);
      return holidays.has(dateOf(day));
    },
    release(rule) {
      let release = releases.get(rule);
      if (release === undefined) releases.set(rule, (release = releaseOf(rule, contact, facts.events, zones)));
      return release;
    },
  };
}

/** How many days ahead opening hours are looked for: longer than any run of days off. */
const horizonDays = 60;

/** Whether the rule permits the contact at `t`: by the clock of each zone. */
export function permits(rule: CompiledRule, inquiry: Inquiry, t: number): boolean {
  const days = inquiry.daysAt(t);
  return inquiry.zones.every((zone, index) => permitsIn(rule, inquiry, t, zone, days[index] ?? 0));
}

function permitsIn(rule: CompiledRule, inquiry: Inquiry, t: number, zone: string, day: number): boolean {
  const { when, unless, requires } = rule;
  const date = dateOf(day);
  if (!inForce(rule, date)) return true;
  if (when !== undefined && judge(when, inquiry.values, date) === false) return true;
  if (unless !== undefined && judge(unless, inquiry.values, date) === true) return true;
  if (requires !== undefined) return judge(requires, inquiry.values, date) === true;
  if (rule.hours !== undefined) return isOpen(rule, inquiry, t, zone, day);
  return rule.counter !== undefined && t >= inquiry.release(rule);
}

function isOpen(rule: CompiledRule, inquiry: Inquiry, t: number, zone: string, day: number): boolean {
  const { hours } = rule;
  if (hours?.notOnHolidays === true && inquiry.isHoliday(day)) return false;
  if (hours?.notOnWeekdays?.includes(weekdayOf(day)) === true) return false;
  if (hours?.notOnDates?.includes(dateOf(day)) === true) return false;
  return t >= timeOn(day, rule.opens, zone) && t < timeOn(day, rule.closes, zone);
}

/** First instant at or after `t` at which the rule permits; Infinity when there is none within the horizon. */
export function nextPermitted(rule: CompiledRule, inquiry: Inquiry, t: number): number {
  if (permits(rule, inquiry, t)) return t;
  const turns = turningTimes(rule, inquiry, t);
  if (rule.counter !== undefined) turns.push(inquiry.release(rule));
  const fixed = earliest(turns.filter((turn) => turn > t && permits(rule, inquiry, turn)));
  return rule.hours === undefined ? fixed : Math.min(fixed, nextOpening(rule, inquiry, t));
}

/** First instant after `t`, at most `limit`, at which the rule does not permit; `limit` when there is none. */
export function nextDenied(rule: CompiledRule, inquiry: Inquiry, t: number, limit: number): number {
  const turns = turningTimes(rule, inquiry, t);
  if (rule.hours !== undefined) turns.push(...closings(rule, inquiry, t, limit));
  return Math.min(limit, earliest(turns.filter((turn) => turn > t && turn < limit && !permits(rule, inquiry, turn))));
}

const earliest = (times: readonly number[]): number => Math.min(...times, Infinity);

/** In several zones the common hours open when the last of them opens, which is one zone's opening. */
function nextOpening(rule: CompiledRule, inquiry: Inquiry, t: number): number {
  for (let ahead = 0; ahead <= horizonDays; ahead += 1) {
    const openings = inquiry.zones
      .map((zone) => timeOn(localDay(t, zone) + ahead, rule.opens, zone))
      .filter((opening) => opening > t && permits(rule, inquiry, opening));
    if (openings.length > 0) return earliest(openings);
  }
  return Infinity;
}

function closings(rule: CompiledRule, { zones }: Inquiry, t: number, limit: number): number[] {
  const found: number[] = [];
  for (const zone of zones)
    for (let day = localDay(t, zone); startOf(day, zone) < limit; day += 1)
      found.push(startOf(day, zone), timeOn(day, rule.closes, zone));
  return found;
}

/** When after `t` the rule may answer differently: it comes into force, goes out, or a date in it passes. In no order. */
function turningTimes(rule: CompiledRule, inquiry: Inquiry, t: number): number[] {
  const days = [...rule.turns];
  for (const part of rule.dated) {
    const date = turnsOn(part, inquiry.values);
    if (date !== null) days.push(dayNumber(date));
  }
  const today = inquiry.daysAt(t);
  return inquiry.zones.flatMap((zone, index) =>
    days.filter((day) => day > (today[index] ?? 0)).map((day) => startOf(day, zone)),
  );
}
