import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { contradictions, loadPacks, packErrorText, type Condition, type Rule } from './index.js';

const folder = new URL('../packs/', import.meta.url);
const loaded = loadPacks(
  readdirSync(folder).map((file) => ({ file, text: readFileSync(new URL(file, folder), 'utf8') })),
);
if (!loaded.ok) throw new Error(loaded.errors.map(packErrorText).join('\n'));
const rules = loaded.packs.flatMap((pack) => pack.rules.map((rule) => ({ pack, rule })));

/** Changes after which a rule says the same: there is no example to tell them apart. */
const same = new Set([
  // An unknown relation is as little a recorded one as an empty one; the rule says both for who reads it.
  'CN-CBA-3P-KIND: requires without {"fact":"person.relation","known":true}',
]);

/** A number that is moved by one, or a part of a condition that is left out, must turn an example of the rule red. */
it.each(rules)('$rule.id: each part of it shows in its examples', ({ pack, rule }) => {
  const unseen = changesOf(rule)
    .filter(({ changed }) => contradictions(pack, rule, [changed]).length === 0)
    .map(({ what }) => `${rule.id}: ${what}`);
  expect(unseen.filter((what) => !same.has(what))).toEqual([]);
});

interface Change<Of> {
  what: string;
  changed: Of;
}
type Hours = NonNullable<Rule['hours']>;
type Counter = NonNullable<Rule['counter']>;

const byOne = [-1, 1];

function changesOf(rule: Rule): Change<Rule>[] {
  const { unless: _, ...always } = rule;
  const { when: __, ...everybody } = rule;
  const conditions = (['when', 'unless', 'requires'] as const).flatMap((key) => {
    const condition = rule[key];
    return condition === undefined
      ? []
      : ofCondition(condition).map(({ what, changed }) => ({
          what: `${key} ${what}`,
          changed: { ...rule, [key]: changed },
        }));
  });
  return [
    ...conditions,
    ...(rule.unless === undefined ? [] : [{ what: 'no unless', changed: always }]),
    ...(rule.when === undefined ? [] : [{ what: 'no when', changed: everybody }]),
    ...(rule.hours === undefined
      ? []
      : ofHours(rule.hours).map(({ what, changed }) => ({ what, changed: { ...rule, hours: changed } }))),
    ...(rule.counter === undefined
      ? []
      : ofCounter(rule.counter).map(({ what, changed }) => ({ what, changed: { ...rule, counter: changed } }))),
  ];
}

function ofCondition(condition: Condition): Change<Condition>[] {
  if ('all' in condition) return ofParts(condition.all, (all) => ({ all }));
  if ('any' in condition) return ofParts(condition.any, (any) => ({ any }));
  if ('not' in condition)
    return ofCondition(condition.not).map(({ what, changed }) => ({ what: `not ${what}`, changed: { not: changed } }));
  const { fact } = condition;
  const moved = (by: number, changed: Condition) => ({ what: `${fact} moved by ${by}`, changed });
  if ('in' in condition)
    return leftOut(condition.in).map(({ what, changed }) => ({
      what: `${fact} ${what}`,
      changed: { fact, in: changed },
    }));
  if ('atLeast' in condition) return byOne.map((by) => moved(by, { fact, atLeast: condition.atLeast + by }));
  if ('atMost' in condition) return byOne.map((by) => moved(by, { fact, atMost: condition.atMost + by }));
  if ('notBefore' in condition)
    return byOne.map((by) => moved(by, { ...condition, plusDays: (condition.plusDays ?? 0) + by }));
  return [];
}

function ofParts(parts: readonly Condition[], whole: (parts: Condition[]) => Condition): Change<Condition>[] {
  return [
    ...leftOut(parts).map(({ what, changed }) => ({ what, changed: whole(changed) })),
    ...parts.flatMap((part, index) =>
      ofCondition(part).map(({ what, changed }) => ({ what, changed: whole(parts.with(index, changed)) })),
    ),
  ];
}

/** One of several items less; of a single item nothing would be left. */
function leftOut<Item>(items: readonly Item[]): Change<Item[]>[] {
  return items.length < 2
    ? []
    : items.map((item, index) => ({ what: `without ${JSON.stringify(item)}`, changed: items.toSpliced(index, 1) }));
}

function ofHours(hours: Hours): Change<Hours>[] {
  const moved = (['from', 'to'] as const).flatMap((key) =>
    byOne
      .map((by) => clock(minutes(hours[key]) + by))
      .filter((time) => minutes(time) >= 0 && minutes(time) <= 1440)
      .map((time) => ({ what: `hours ${key} ${time}`, changed: { ...hours, [key]: time } })),
  );
  return hours.notOnHolidays === true
    ? [...moved, { what: 'holidays', changed: { ...hours, notOnHolidays: false } }]
    : moved;
}

const minutes = (time: string): number => Number(time.slice(0, -3)) * 60 + Number(time.slice(-2));
const clock = (of: number): string =>
  `${String(Math.floor(of / 60)).padStart(2, '0')}:${String(((of % 60) + 60) % 60).padStart(2, '0')}`;

function ofCounter(counter: Counter): Change<Counter>[] {
  const { perPerson: _, ...forAll } = counter;
  const events = [counter.event].flat();
  return [
    ...byOne
      .filter((by) => counter.max + by > 0)
      .map((by) => ({ what: `max moved by ${by}`, changed: { ...counter, max: counter.max + by } })),
    ...byOne.flatMap((by) =>
      windowMoved(counter.window, by).map((window) => ({
        what: `window moved by ${by}`,
        changed: { ...counter, window },
      })),
    ),
    ...leftOut(events).map(({ what, changed }) => ({ what: `event ${what}`, changed: { ...counter, event: changed } })),
    ...(['person', 'number', 'debt', 'case'] as const)
      .filter((key) => key !== counter.key)
      .map((key) => ({ what: `by ${key}`, changed: { ...forAll, key } })),
    ...(counter.perPerson === true ? [{ what: 'of everybody', changed: forAll }] : []),
  ];
}

function windowMoved(window: Counter['window'], by: number): Counter['window'][] {
  if ('calendarDays' in window) return window.calendarDays + by > 0 ? [{ calendarDays: window.calendarDays + by }] : [];
  const { rolling } = window;
  return [{ rolling: 'days' in rolling ? { days: rolling.days + by } : { hours: rolling.hours + by } }];
}
