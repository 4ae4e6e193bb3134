import { inForce, rollingMs, type CompiledPacks, type CompiledRule } from './compile.js';
import { judge } from './condition.js';
import type { Contact, CountedEvent, Facts } from './evaluate.js';
import { dateOf, localDay, startOf } from './local-time.js';
import type { CounterKey, EventKind, Instant } from './vocabulary.js';

type Counter = NonNullable<CompiledRule['counter']>;

/**
 * The instant from which fewer than `max` events lie in the window, one a zone, since each has its own midnight: when the
 * `max`-th newest has left it. With several debts each has a counter of its own, and the latest decides.
 */
export function releasesOf(
  rule: CompiledRule,
  contact: Contact,
  events: readonly CountedEvent[],
  zones: readonly string[],
): number[] {
  const { counter } = rule;
  if (counter === undefined) return zones.map(() => -Infinity);
  const decisive: number[] = [];
  for (const times of countedTimes(rule, counter, contact, events)) {
    const last = times.sort((one, other) => other - one)[counter.max - 1];
    if (last !== undefined) decisive.push(last);
  }
  return zones.map((zone) => Math.max(-Infinity, ...decisive.map((last) => leaves(counter, last, [zone]))));
}

/** A limit that binds a contact, reached or not: 2 of 3 used, the first of them counts no more at. */
export interface LimitUse {
  rule: string;
  zh: string;
  en: string;
  events: EventKind[];
  key: CounterKey;
  used: number;
  max: number;
  /** Days of the debtor's calendar that it counts over; left out: a rolling span. */
  days?: number;
  /** Null: nothing counts now. */
  nextFree: Instant | null;
}

/** Every limit that binds this contact, in the order of the packs. Pure. */
export function limitUse(packs: CompiledPacks, contact: Contact, facts: Facts): LimitUse[] {
  const zones = contact.zones.length > 0 ? contact.zones : packs.zones;
  const at = Date.parse(contact.at);
  return packs
    .concerning(contact)
    .filter((rule) => zones.some((zone) => binds(rule, contact, facts, dateOf(localDay(at, zone)))))
    .flatMap((rule) => (rule.counter === undefined ? [] : [useOf(rule, rule.counter, { contact, facts, zones, at })]));
}

function binds(rule: CompiledRule, contact: Contact, facts: Facts, date: string): boolean {
  const values = { ...facts.values, 'contact.channel': contact.channel, 'contact.purpose': contact.purpose };
  return (
    inForce(rule, date) &&
    (rule.when === undefined || judge(rule.when, values, date) !== false) &&
    (rule.unless === undefined || judge(rule.unless, values, date) !== true)
  );
}

function useOf(
  rule: CompiledRule,
  counter: Counter,
  of: { contact: Contact; facts: Facts; zones: readonly string[]; at: number },
): LimitUse {
  // Each debt has a counter of its own: the fullest one is what stands in the way.
  const [fullest = []] = countedTimes(rule, counter, of.contact, of.facts.events)
    .map((times) =>
      times
        .filter((time) => time <= of.at)
        .map((time) => leaves(counter, time, of.zones))
        .filter((end) => end > of.at)
        .sort((one, other) => one - other),
    )
    .sort((one, other) => other.length - one.length);
  const [first] = fullest;
  const { id, zh, en } = rule;
  return {
    ...{ rule: id, zh, en, events: [...rule.kinds], key: counter.key, used: fullest.length, max: counter.max },
    ...('calendarDays' in counter.window ? { days: counter.window.calendarDays } : {}),
    nextFree: first === undefined ? null : new Date(first).toISOString(),
  };
}

/** Times of what the rule counts for this contact: one list, or one a debt. */
function countedTimes(
  { kinds }: CompiledRule,
  counter: Counter,
  contact: Contact,
  events: readonly CountedEvent[],
): number[][] {
  const debts = counter.key === 'debt' ? contact.debts : [null];
  return debts.map((debt) =>
    events
      .filter((event) => kinds.has(event.kind) && isCounted(counter, event, contact, debt))
      .map(({ at }) => Date.parse(at)),
  );
}

function isCounted(counter: Counter, event: CountedEvent, contact: Contact, debt: string | null): boolean {
  const { key, perPerson } = counter;
  if (perPerson === true && event.person !== contact.person) return false;
  if (key === 'person') return event.person === contact.person;
  if (key === 'case') return event.caseId === contact.caseId;
  if (key === 'number') return contact.number !== undefined && event.number === contact.number;
  return debt !== null && event.debts?.includes(debt) === true;
}

/** When an event leaves the window: a span after it, or with the day on which the window no longer reaches back to it. */
function leaves({ window }: Counter, time: number, zones: readonly string[]): number {
  if ('rolling' in window) return time + rollingMs(window.rolling);
  return Math.max(...zones.map((zone) => startOf(localDay(time, zone) + window.calendarDays, zone)));
}
