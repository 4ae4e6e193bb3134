import { addCalendarDays, toInstant, toLocal } from '@arrears/calendar';
import {
  inForce,
  judge,
  rollingMs,
  type CompiledPacks,
  type CompiledRule,
  type CountedEvent,
} from '@arrears/compliance';
import type { LimitUse } from '@arrears/contracts';
import type { Asked } from './gate.js';

/** How far each limit that binds this contact is used, reached or not. Pure. */
export function limitsOf(packs: CompiledPacks, asked: Asked | null): LimitUse[] {
  if (asked === null) return [];
  return packs.rules.filter((rule) => binds(rule, asked)).map((rule) => useOf(rule, asked));
}

function binds(rule: CompiledRule, { contact, facts }: Asked): boolean {
  if (rule.counter === undefined || rule.asked !== 'contact') return false;
  const { date } = toLocal(contact.at, zoneOf(contact.zones));
  const values = { 'contact.channel': contact.channel, 'contact.purpose': contact.purpose, ...facts.values };
  return (
    rule.binds.includes(contact.by) &&
    (rule.channels === 'all' || rule.channels.includes(contact.channel)) &&
    (rule.purposes === 'all' || rule.purposes.includes(contact.purpose)) &&
    inForce(rule, date) &&
    (rule.when === undefined || judge(rule.when, values, date) !== false) &&
    (rule.unless === undefined || judge(rule.unless, values, date) !== true)
  );
}

function useOf(rule: CompiledRule, asked: Asked): LimitUse {
  const { counter } = rule;
  if (counter === undefined) throw new Error('a limit has a counter');
  const { contact } = asked;
  const counted = asked.facts.events.filter(({ kind }) => rule.kinds.has(kind));
  // Each debt has a counter of its own: the fullest one is what stands in the way.
  const groups =
    counter.key === 'debt'
      ? contact.debts.map((debt) => counted.filter(({ debts }) => debts?.includes(debt) === true))
      : [counted.filter((event) => sameKey(counter.key, event, contact))];
  const inWindow = groups
    .map((events) => leaving(counter.window, events, asked))
    .sort((one, other) => other.length - one.length);
  const [fullest = []] = inWindow;
  const [first] = fullest;
  const { id, zh, en } = rule;
  return {
    ...{ rule: id, zh, en, events: [...rule.kinds], key: counter.key, used: fullest.length, max: counter.max },
    ...('calendarDays' in counter.window ? { days: counter.window.calendarDays } : {}),
    nextFree: first === undefined ? null : new Date(first).toISOString(),
  };
}

function sameKey(key: 'person' | 'number' | 'case' | 'debt', event: CountedEvent, contact: Asked['contact']): boolean {
  if (key === 'person') return event.person === contact.person;
  if (key === 'case') return event.caseId === contact.caseId;
  return contact.number !== undefined && event.number === contact.number;
}

/** When each of the events that still count leaves the window, the first first. */
function leaving(
  window: NonNullable<CompiledRule['counter']>['window'],
  events: readonly CountedEvent[],
  { contact }: Asked,
): number[] {
  const at = Date.parse(contact.at);
  const zone = zoneOf(contact.zones);
  return events
    .filter((event) => Date.parse(event.at) <= at)
    .map((event) => {
      if ('rolling' in window) return Date.parse(event.at) + rollingMs(window.rolling);
      const day = addCalendarDays(toLocal(event.at, zone).date, window.calendarDays);
      return Date.parse(toInstant(day, '00:00', zone));
    })
    .filter((leaves) => leaves > at)
    .sort((one, other) => one - other);
}

const zoneOf = (zones: readonly string[]): string => zones[0] ?? 'UTC';
