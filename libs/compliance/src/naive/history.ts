import type { Contact, CountedEvent, Facts } from '../evaluate.js';
import type { Hold } from '../rule.js';
import {
  channels,
  contactors,
  purposes,
  templateFlags,
  type EventKind,
  type FactValues,
  type Purpose,
} from '../vocabulary.js';
import { dice, type Dice } from './dice.js';
import { wall } from './question.js';

/**
 * A random life of a debtor, and one contact that is asked for in it. Persons, their numbers, cases and debts are few, so
 * that what happened often belongs together. Most facts are as the law wants them; a few are not, are just at a limit, or
 * nobody told them: were each thrown alone, hardly any contact would be permitted and hardly any rule would decide.
 */
export interface History {
  jurisdiction: string;
  contact: Contact;
  facts: Facts;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

interface Place {
  jurisdiction: string;
  zones: readonly string[];
  /** Days around which something changes: a law comes into force, a festival, clocks are turned. */
  days: readonly string[];
}
const places: readonly Place[] = [
  {
    jurisdiction: 'CN',
    zones: ['Asia/Shanghai', 'Asia/Urumqi'],
    days: ['2025-02-28', '2026-01-30', '2026-02-16', '2026-02-17', '2027-02-05', '2027-02-06', '2026-10-01'],
  },
  {
    jurisdiction: 'US',
    zones: ['America/New_York', 'America/Chicago', 'America/Los_Angeles', 'America/Phoenix', 'Pacific/Honolulu'],
    days: ['2021-11-30', '2026-03-08', '2026-11-01', '2026-07-04', '2027-03-14', '2026-02-16'],
  },
  {
    jurisdiction: 'GB',
    zones: ['Europe/London'],
    days: ['2021-05-04', '2026-03-29', '2026-10-25', '2027-03-28', '2027-02-05'],
  },
];
/** China three times: it has the most rules. */
const draw = [0, 0, 0, 1, 2] as const;

export function randomHistory(seed: number): History {
  const roll = dice(seed);
  const place = places[roll.pick(draw)] as Place;
  const risk = roll.pick([0.01, 0.03, 0.03, 0.08, 0.3]);
  const zones = someZones(roll, place);
  const t = someTime(roll, place, zones[0] ?? place.zones[0] ?? 'UTC', risk);
  const role = roll.pick(roles);
  const contact = someContact(roll, { place, role, zones, t, risk });
  const today = Math.floor(Date.parse(wall(t, zones[0] ?? 'UTC').date) / dayMs);
  const day = (days: number) => dateOf(today + days);
  const values = someValues(roll, { contact, role, risk, day });
  return {
    jurisdiction: place.jurisdiction,
    contact,
    facts: {
      values,
      events: someEvents(roll, contact, t),
      holds: Array.from({ length: roll.chance(risk * 4) ? 1 + roll.int(3) : 0 }, () => someHold(roll, t)),
      holidays: Array.from({ length: roll.int(3) }, () => day(roll.int(5) - 2)),
      ...(roll.chance(risk / 4) ? { neverContact: true } : {}),
    },
  };
}

const dates: string[] = [];
/** Of days since 1970, remembered: they are few and asked for often. */
const dateOf = (day: number): string => (dates[day] ??= new Date(day * dayMs).toISOString().slice(0, 10));

/** One for most; two for who may live here or there; none for whom nobody knows. */
function someZones(roll: Dice, { zones }: Place): string[] {
  if (roll.chance(0.05)) return [];
  const own = roll.pick(zones);
  if (roll.chance(0.85)) return [own];
  const other = roll.pick([...zones, 'America/New_York', 'Pacific/Auckland', 'Asia/Kolkata']);
  return [...new Set([own, other])];
}

/** In a year and a half, at hours that every law allows, at the very turn of one, or at any. */
function someTime(roll: Dice, place: Place, zone: string, risk: number): number {
  const start = Date.parse('2026-01-20T00:00:00Z');
  const midnight = roll.chance(0.25)
    ? Date.parse(roll.pick(place.days)) + (roll.int(3) - 1) * dayMs
    : start + roll.int(540) * dayMs;
  const byTheClock = (hours: number): number => {
    const there = midnight + hours * hourMs;
    const shown = wall(there, zone);
    const difference = Date.parse(`${shown.date}T00:00:00Z`) + shown.minutes * minuteMs - there;
    return there - difference;
  };
  if (roll.chance(1 - 3 * Math.min(risk, 0.25))) return byTheClock(10) + roll.int(8 * 60 * 60 * 1000);
  if (roll.chance(0.7)) return byTheClock(roll.pick([0, 8, 9, 19, 21, 22, 24])) + roll.pick([-1, 0, 0, 1, -minuteMs]);
  return byTheClock(0) + roll.int(dayMs);
}

const roles = [
  ...['debtor', 'debtor', 'debtor', 'debtor', 'coDebtor', 'jointGuarantor', 'generalGuarantor', 'heir'],
  ...['representative', 'relatedThird', 'relatedThird', 'unrelatedThird'],
];
const isThird = (role: string): boolean => role === 'relatedThird' || role === 'unrelatedThird';
const persons = ['person-1', 'person-2', 'person-3'] as const;
const numbers = ['number-1', 'number-2', 'number-3'] as const;
const cases = ['case-1', 'case-2'] as const;
const debts = ['debt-1', 'debt-2', 'debt-3'] as const;

function someContact(
  roll: Dice,
  of: { place: Place; role: string; zones: readonly string[]; t: number; risk: number },
): Contact {
  const { place, role, zones, t, risk } = of;
  const channel = roll.pick([...channels, 'sms', 'call', 'call', 'voiceBot', 'visit'] as const);
  const usual: Purpose = isThird(role) ? 'locate' : 'collect';
  const purpose: Purpose = roll.chance(0.6) ? usual : roll.pick(purposes);
  const number = channel === 'call' || channel === 'voiceBot' || channel === 'sms' || roll.chance(0.2);
  return {
    ...{ at: new Date(t).toISOString(), channel, purpose, by: roll.pick(contactors) },
    ...{ caseId: roll.pick(cases), person: 'person-1' },
    ...(number && !roll.chance(risk) ? { number: roll.pick(numbers) } : {}),
    ...{ debts: roll.pick([['debt-1'], ['debt-1', 'debt-2']]), zones: [...zones], jurisdiction: place.jurisdiction },
    ...(roll.chance(0.05) ? { asked: 'template' as const } : {}),
  };
}

/** What can be told of a contact, each as it should be unless chance wants it otherwise. */
function someValues(
  roll: Dice,
  of: { contact: Contact; role: string; risk: number; day: (days: number) => string },
): FactValues {
  const { contact, role, risk, day } = of;
  const values: Record<string, FactValues[keyof FactValues]> = {};
  const tell = <Value extends FactValues[keyof FactValues]>(
    fact: keyof FactValues,
    good: Value,
    ...others: readonly NonNullable<FactValues[keyof FactValues]>[]
  ): void => {
    // One more side than there are others: nobody told it.
    const odd = roll.chance(risk) ? others[roll.int(others.length + 1)] : good;
    if (odd !== undefined) values[fact] = odd;
  };
  const third = isThird(role);
  tell('contact.recorded', true, false);
  tell('contact.publicPlace', false, true);
  tell('person.role', role);
  tell('person.relation', third ? roll.pick(['parent', 'colleague', 'friend', 'other', '']) : 'self');
  tell('person.status', 'normal', 'represented', 'no-capacity', 'claimed-dead', 'dead');
  tell('person.refused', false, true);
  tell('person.represented', false, true);
  tell(
    'person.consents',
    roll.chance(0.1) ? ['any-hour', 'more-calls'] : [],
    ['any-hour'],
    ['more-calls'],
    ['workplace'],
  );
  tell('person.ceased', [], ['all'], [contact.channel], ['letter'], [contact.channel, 'all']);
  tell('person.hasOtherPoint', roll.chance(0.5), true, false);
  tell('point.kind', 'mobile', 'landline', 'email', 'address');
  tell('point.place', roll.chance(0.9) ? 'other' : 'workplace', 'workplace');
  tell('point.reserved', roll.chance(0.5), true, false);
  tell('point.optedOut', [], ['sms'], [contact.channel], ['email', 'push']);
  const unreachable = third ? roll.chance(0.9) : roll.chance(0.2);
  tell('debtor.numberInvalid', unreachable && roll.chance(0.4), true, false);
  tell('debtor.reachable', !unreachable, true, false);
  tell('debtor.failedTriesInRow', unreachable ? 3 + roll.int(3) : roll.int(3), 2, 3, 4);
  tell('debtor.daysOfFailedTries', unreachable ? 2 + roll.int(2) : roll.int(2), 1, 2);
  tell('debtor.hoursBetweenFailedTries', unreachable ? 3 + roll.int(9) : roll.int(9), 2.99, 3, 3.5);
  tell('debtor.employerForbids', roll.chance(0.05), true, false);
  tell('debtor.breathingSpace', false, true);
  tell('debtor.breathingSpaceFrom', day(-roll.int(70)), day(-59), day(-60), day(-61), day(1));
  tell('debtor.crisis', 'none', 'in-treatment', 'over', 'over');
  tell('debtor.crisisEndedOn', day(-roll.int(40)), day(-29), day(-30), day(-31));
  tell('case.stage', roll.pick(['reminder', 'calling', 'letter', 'legal']));
  tell('case.planKept', false, true);
  tell('case.disputed', false, true);
  tell('case.timeBarred', roll.chance(0.1), true);
  tell('case.contacted', roll.chance(0.5), true, false);
  tell('case.firstContactOn', day(-roll.int(10)), day(-4), day(-5), day(-6), day(0));
  tell(
    'case.validationNoticeOn',
    roll.chance(0.2) ? day(1) : day(-35 - roll.int(60)),
    day(-roll.int(40)),
    day(-40),
    day(-41),
    day(-42),
    day(0),
  );
  tell('actor.kind', roll.pick(['human', 'machine']));
  tell('actor.trainedUntil', day(100), day(-1), day(0), day(1));
  tell('actor.violentRecord', false, true);
  tell('agency.listed', true, false);
  tell('agency.published', true, false);
  tell('agency.inspectedUntil', day(100), day(-1), day(0));
  tell('agency.evaluatedUntil', day(100), day(-1), day(0));
  const terms = ['purpose', 'term', 'no-sub-entrusting', 'return-or-delete'];
  tell('agency.contractTerms', terms, ...terms.map((left) => terms.filter((term) => term !== left)));
  tell('visit.collectors', 2 + roll.int(2), 1, 2);
  tell('visit.credentials', true, false);
  tell('visit.entered', roll.chance(0.3), true, false);
  tell('visit.consent', true, false);
  const found = contact.asked === 'template' && roll.chance(0.5) ? [roll.pick(templateFlags)] : [];
  tell('template.flags', found, ...templateFlags.map((flag) => [flag]), [...templateFlags]);
  return values;
}

/** What happened, and what each of it is counted as. */
const acts: Readonly<Record<string, readonly EventKind[]>> = {
  unanswered: ['dialPlaced', 'dialUnanswered', 'anyContact'],
  'wrong person': ['dialPlaced', 'conversation', 'anyContact'],
  reached: ['dialPlaced', 'conversation', 'effectiveCall', 'anyContact'],
  'called in': ['inboundCall'],
  sms: ['smsSent', 'anyContact'],
  'sms and receipt': ['smsSent', 'smsDelivered', 'anyContact'],
  email: ['emailSent', 'anyContact'],
  push: ['pushSent', 'anyContact'],
  letter: ['letterPosted', 'anyContact'],
  'letter arrived': ['letterDelivered'],
  visit: ['visitMade', 'anyContact'],
  'third person': ['thirdPartyContact', 'dialPlaced', 'conversation', 'anyContact'],
};
const actNames = Object.keys(acts);

function someEvents(roll: Dice, contact: Contact, t: number): CountedEvent[] {
  const events: CountedEvent[] = [];
  const mostly = roll.pick([...actNames, 'unanswered', 'unanswered', 'reached']);
  const often = roll.pick([0, 1, 2, 3, 5, 8, 12]);
  const same = roll.pick([0.5, 0.8, 1]);
  const purely = roll.pick([0.6, 1]);
  const within = roll.pick([dayMs / 2, dayMs, 3 * dayMs, 8 * dayMs, 33 * dayMs]);
  for (let n = 0; n < often; n += 1) {
    const mine = <Id extends string>(own: Id, all: readonly Id[]): Id => (roll.chance(same) ? own : roll.pick(all));
    const at = new Date(someMoment(roll, t, within, contact.zones[0] ?? 'Asia/Shanghai')).toISOString();
    const person = mine(contact.person, persons);
    const number = mine(contact.number ?? 'number-1', numbers);
    const caseId = mine(contact.caseId, cases);
    const about = roll.chance(same) ? [...contact.debts] : [roll.pick(debts)];
    for (const kind of acts[roll.chance(purely) ? mostly : roll.pick(actNames)] ?? [])
      events.push({ kind, at, person, number, caseId, debts: about });
  }
  return events;
}

/** Before now: lately, at the midnight between two days, or a whole number of days ago to the millisecond. */
function someMoment(roll: Dice, t: number, within: number, zone: string): number {
  if (roll.chance(0.7)) return t - roll.int(within);
  const off = roll.pick([-1, 0, 1]);
  if (roll.chance(0.5)) return t - roll.pick([1, 2, 6, 7, 8, 30]) * dayMs - off * roll.pick([1, 1, minuteMs]);
  const sinceMidnight = wall(t, zone).minutes * minuteMs + (t % minuteMs);
  return Math.min(t, t - sinceMidnight - roll.pick([0, 0, 1, 6, 7]) * dayMs + off);
}

function someHold(roll: Dice, t: number): Hold {
  const from = t + (roll.int(20) - 14) * hourMs * roll.pick([1, 24]);
  const until = from + roll.int(40) * 12 * hourMs;
  return {
    holdId: 'hold',
    kind: roll.pick(['dispute', 'hardship', 'promise', 'complaint', 'plan-in-force']),
    effects: roll.pick([['contact'], ['contact', 'interest'], ['interest', 'treatmentDays']]),
    allows: roll.pick([[], ['serve'], ['serve', 'collect'], ['plan-admin', 'remind-due', 'serve']]),
    from: new Date(roll.chance(0.1) ? t : from).toISOString(),
    ...(roll.chance(0.7) ? { until: new Date(roll.chance(0.1) ? t : until).toISOString() } : {}),
    ...(roll.chance(0.3) ? { accounts: [roll.pick(debts)] } : {}),
    ...(roll.chance(0.3) ? { persons: [roll.pick(persons)] } : {}),
  };
}
