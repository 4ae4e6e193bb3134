import { inForce, type CompiledRule } from './compile.js';
import { judge, turnsOn } from './condition.js';
import { releasesOf } from './count.js';
import type { Contact, Facts } from './evaluate.js';
import { dateOf, dayNumber, localDay, startOf, timeOn, weekdayOf } from './local-time.js';
import type { FactValues, LocalDate } from './vocabulary.js';

/**
 * One contact with its facts, as all rules are asked about it. A rule is a function of time: does it permit at `t`, and at
 * which instants can its answer change? All times are epoch milliseconds. Since the answer is constant between those
 * instants, the earliest permitted time is found among them, without stepping through the minutes.
 */
export interface Inquiry {
  contact: Contact;
  facts: Facts;
  values: FactValues;
  /** What the calendars on the walls show at `t`, one a zone. */
  localAt(t: number): readonly Local[];
  isHoliday(date: LocalDate): boolean;
  /** From when fewer events than the rule's limit lie in its window, one a zone. */
  releases(rule: CompiledRule): readonly number[];
}

interface Local {
  /** Which of the zones. */
  index: number;
  zone: string;
  day: number;
  date: LocalDate;
}

export function inquire(contact: Contact, facts: Facts, zones: readonly string[]): Inquiry {
  const values = { ...facts.values, 'contact.channel': contact.channel, 'contact.purpose': contact.purpose };
  const known = new Map<CompiledRule, readonly number[]>();
  // All rules are asked about one instant before they are asked about another.
  let lastAt = Number.NaN;
  let lastLocal: readonly Local[] = [];
  let holidays: ReadonlySet<string> | undefined;
  return {
    ...{ contact, facts, values },
    localAt(t) {
      if (t !== lastAt) {
        lastLocal = zones.map((zone, index) => localOf(t, zone, index));
        lastAt = t;
      }
      return lastLocal;
    },
    isHoliday(date) {
      holidays ??= new Set(facts.holidays);
      return holidays.has(date);
    },
    releases(rule) {
      let releases = known.get(rule);
      if (releases === undefined) known.set(rule, (releases = releasesOf(rule, contact, facts.events, zones)));
      return releases;
    },
  };
}

function localOf(t: number, zone: string, index: number): Local {
  const day = localDay(t, zone);
  return { index, zone, day, date: dateOf(day) };
}

/** How many days ahead opening hours are looked for: longer than any run of days off. */
const horizonDays = 60;

/** Whether the rule permits the contact at `t`: by the clock of each zone. */
export function permits(rule: CompiledRule, inquiry: Inquiry, t: number): boolean {
  return inquiry.localAt(t).every((local) => permitsIn(rule, inquiry, t, local));
}

function permitsIn(rule: CompiledRule, inquiry: Inquiry, t: number, local: Local): boolean {
  const { when, unless, requires } = rule;
  const { date } = local;
  if (!inForce(rule, date)) return true;
  if (when !== undefined && judge(when, inquiry.values, date) === false) return true;
  if (unless !== undefined && judge(unless, inquiry.values, date) === true) return true;
  if (requires !== undefined) return judge(requires, inquiry.values, date) === true;
  if (rule.hours !== undefined) return isOpen(rule, inquiry, t, local);
  return rule.counter !== undefined && t >= (inquiry.releases(rule)[local.index] ?? Infinity);
}

function isOpen(rule: CompiledRule, inquiry: Inquiry, t: number, { zone, day, date }: Local): boolean {
  const { hours } = rule;
  if (hours?.notOnHolidays === true && inquiry.isHoliday(date)) return false;
  if (hours?.notOnWeekdays?.includes(weekdayOf(day)) === true) return false;
  if (hours?.notOnDates?.includes(date) === true) return false;
  return t >= timeOn(day, rule.opens, zone) && t < timeOn(day, rule.closes, zone);
}

/** First instant at or after `t` at which the rule permits; Infinity when there is none within the horizon. */
export function nextPermitted(rule: CompiledRule, inquiry: Inquiry, t: number): number {
  if (permits(rule, inquiry, t)) return t;
  const turns = turningTimes(rule, inquiry, t);
  if (rule.counter !== undefined) turns.push(...inquiry.releases(rule));
  const fixed = earliest(turns.filter((turn) => turn > t && permits(rule, inquiry, turn)));
  return rule.hours === undefined ? fixed : Math.min(fixed, nextOpening(rule, inquiry, t));
}

/** First instant after `t`, at most `limit`, at which the rule does not permit; `limit` when there is none. */
export function nextDenied(rule: CompiledRule, inquiry: Inquiry, t: number, limit: number): number {
  const turns = turningTimes(rule, inquiry, t);
  if (turns.length === 0 && rule.hours === undefined) return limit;
  if (rule.hours !== undefined) turns.push(...closings(rule, inquiry, t, limit));
  return Math.min(limit, earliest(turns.filter((turn) => turn > t && turn < limit && !permits(rule, inquiry, turn))));
}

const earliest = (times: readonly number[]): number => Math.min(...times, Infinity);

/** In several zones the common hours open when the last of them opens, which is one zone's opening. */
function nextOpening(rule: CompiledRule, inquiry: Inquiry, t: number): number {
  const today = inquiry.localAt(t);
  for (let ahead = 0; ahead <= horizonDays; ahead += 1) {
    const openings = today
      .map(({ zone, day }) => timeOn(day + ahead, rule.opens, zone))
      .filter((opening) => opening > t && permits(rule, inquiry, opening));
    if (openings.length > 0) return earliest(openings);
  }
  return Infinity;
}

function closings(rule: CompiledRule, inquiry: Inquiry, t: number, limit: number): number[] {
  const found: number[] = [];
  for (const { zone, day: today } of inquiry.localAt(t))
    for (let day = today; startOf(day, zone) < limit; day += 1)
      found.push(startOf(day, zone), timeOn(day, rule.closes, zone));
  return found;
}

/** When after `t` the rule may answer differently: it comes into force, goes out, or a date in it passes. In no order. */
function turningTimes(rule: CompiledRule, inquiry: Inquiry, t: number): number[] {
  const local = inquiry.localAt(t);
  // Most rules have been in force for long, until further notice.
  if (rule.dated.length === 0 && local.every(({ day }) => rule.lastTurn <= day)) return [];
  const days = [...rule.turns];
  for (const part of rule.dated) {
    const date = turnsOn(part, inquiry.values);
    if (date !== null) days.push(dayNumber(date));
  }
  return local.flatMap(({ zone, day: today }) => days.filter((day) => day > today).map((day) => startOf(day, zone)));
}
