import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import {
  compilePacks,
  evaluate,
  rulePack,
  type Condition,
  type Contact,
  type Facts,
  type Hold,
  type RulePack,
} from './index.js';

/** A second opinion, written as naively as possible: wall clocks from Intl, plain counting, no turning points. */
const formats = new Map<string, Intl.DateTimeFormat>();
function wall(t: number, zone: string): { date: string; minutes: number } {
  let format = formats.get(zone);
  if (format === undefined) {
    const options = { dateStyle: 'short', timeStyle: 'medium', timeZone: zone } as const;
    formats.set(zone, (format = new Intl.DateTimeFormat('sv-SE', options)));
  }
  const [date = '', time = ''] = format.format(t).split(' ');
  const [hours, minutes] = time.split(':').map(Number);
  return { date, minutes: (hours ?? 0) * 60 + (minutes ?? 0) };
}
const minutesOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
const daysBetween = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / 86_400_000;

function naivePermits(packs: readonly RulePack[], contact: Contact, facts: Facts, t: number): boolean {
  if (facts.neverContact === true) return false;
  const held = facts.holds.some(
    ({ effects, allows, from, until, accounts, persons }) =>
      effects.includes('contact') &&
      !allows.includes(contact.purpose) &&
      Date.parse(from) <= t &&
      (until === undefined || t < Date.parse(until)) &&
      (accounts === undefined || accounts.some((account) => contact.debts.includes(account))) &&
      (persons === undefined || persons.includes(contact.person)),
  );
  if (held) return false;
  return packs.every(({ rules }) =>
    rules.every((rule) => {
      if (rule.purposes !== 'all' && !rule.purposes.includes(contact.purpose)) return true;
      if (rule.channels !== 'all' && !rule.channels.includes(contact.channel)) return true;
      return contact.zones.every((zone) => {
        const now = wall(t, zone);
        if (now.date < rule.effectiveFrom || (rule.effectiveTo !== undefined && now.date > rule.effectiveTo))
          return true;
        if (rule.verdict === 'block') return facts.values['person.refused'] === false;
        if (rule.verdict === 'require') return naiveDate(rule.requires, facts.values['actor.trainedUntil'], now.date);
        const { hours, counter } = rule;
        if (hours) {
          if (hours.notOnHolidays && facts.holidays?.includes(now.date)) return false;
          if (hours.notOnDates?.includes(now.date)) return false;
          if (hours.notOnWeekdays?.includes(new Date(now.date).getUTCDay() || 7)) return false;
          return now.minutes >= minutesOf(hours.from) && now.minutes < minutesOf(hours.to);
        }
        if (!counter) throw new Error('not in these packs');
        const { window } = counter;
        const inWindow = facts.events.filter(({ kind, at }) => {
          if (![counter.event].flat().includes(kind)) return false;
          return 'rolling' in window
            ? Date.parse(at) >
                t - ('days' in window.rolling ? window.rolling.days * 24 : window.rolling.hours) * 3_600_000
            : daysBetween(wall(Date.parse(at), zone).date, now.date) < window.calendarDays;
        });
        const of = {
          person: [inWindow.filter(({ person }) => person === contact.person)],
          number: [inWindow.filter(({ number }) => number === contact.number)],
          case: [inWindow.filter(({ caseId }) => caseId === contact.caseId)],
          debt: contact.debts.map((debt) =>
            inWindow.filter(
              ({ debts, person }) => debts?.includes(debt) && (!counter.perPerson || person === contact.person),
            ),
          ),
        };
        return of[counter.key].every((counted) => counted.length < counter.max);
      });
    }),
  );
}

/** What is required of a date: that it, so many days later, is not over, or that it has come. Untold, it is neither. */
function naiveDate(condition: Condition | undefined, value: unknown, today: string): boolean {
  if (condition === undefined || typeof value !== 'string') return false;
  if ('notAfter' in condition) return Date.parse(value) <= Date.parse(today);
  const days = 'plusDays' in condition ? (condition.plusDays ?? 0) : 0;
  return Date.parse(value) + days * 86_400_000 >= Date.parse(today);
}

const start = Date.parse('2026-03-01T00:00:00Z');
const minute = 60_000;
// Two weeks that hold the change to summer time in New York (8 March) and London (29 March is outside, on purpose).
const someInstant = fc.integer({ min: 0, max: 14 * 24 * 60 }).map((n) => new Date(start + n * minute).toISOString());
const someDate = fc
  .integer({ min: -2, max: 20 })
  .map((n) => new Date(start + n * 1440 * minute).toISOString().slice(0, 10));
const someZone = fc.constantFrom(
  'Asia/Shanghai',
  'Asia/Taipei',
  'America/New_York',
  'Asia/Kolkata',
  'Pacific/Auckland',
);
const words = {
  zh: '规则',
  en: 'rule',
  binds: ['firstParty'],
  severity: 'house',
  citation: { document: 'd', article: 'a' },
};
const examples = [
  { name: 'a', given: { at: '2026-01-01T00:00:00Z' }, expect: 'passes' },
  { name: 'b', given: { at: '2026-01-01T00:00:00Z' }, expect: { denied: { until: 'never' } } },
];
const hour = (n: number) => `${String(n).padStart(2, '0')}:00`;

const someLimit = fc.oneof(
  fc
    .record({
      from: fc.integer({ min: 5, max: 12 }),
      to: fc.integer({ min: 13, max: 24 }),
      holidays: fc.boolean(),
      weekdays: fc.subarray([1, 2, 6, 7]),
      dates: fc.array(someDate, { maxLength: 3 }),
    })
    .map(({ from, to, holidays, weekdays, dates }) => ({
      verdict: 'delay',
      hours: {
        ...{ from: hour(from), to: hour(to), notOnHolidays: holidays, notOnWeekdays: weekdays },
        ...(dates.length === 0 ? {} : { notOnDates: dates }),
      },
    })),
  fc
    .record({
      event: fc.constantFrom('smsSent', 'dialPlaced', ['smsSent', 'dialPlaced']),
      key: fc.constantFrom(...(['person', 'number', 'case', 'debt', 'debt of a person'] as const)),
      window: fc.oneof(
        fc.integer({ min: 1, max: 8 }).map((calendarDays) => ({ calendarDays })),
        fc.integer({ min: 1, max: 8 }).map((days) => ({ rolling: { days } })),
        fc.integer({ min: 1, max: 40 }).map((hours) => ({ rolling: { hours } })),
      ),
      max: fc.integer({ min: 1, max: 4 }),
    })
    .map(({ key, ...counter }) => ({
      verdict: 'delay',
      counter: { ...counter, ...(key === 'debt of a person' ? { key: 'debt', perPerson: true } : { key }) },
    })),
  fc
    .constantFrom({ notAfter: 'today' }, { notBefore: 'today' }, { notBefore: 'today', plusDays: 3 })
    .map((compared) => ({ verdict: 'require', requires: { fact: 'actor.trainedUntil', ...compared } })),
  fc.constant({ verdict: 'block', when: { fact: 'person.refused', is: true } }),
);
const someRule = fc.record({
  limit: someLimit,
  purposes: fc.constantFrom('all', ['collect'], ['collect', 'remind-due'], ['serve']),
  channels: fc.constantFrom('all', ['sms'], ['call', 'sms'], ['letter']),
  from: someDate,
  days: fc.option(fc.integer({ min: 0, max: 9 })),
});
const somePacks = fc.array(fc.array(someRule, { maxLength: 4 }), { minLength: 1, maxLength: 3 }).map((packs) =>
  packs.map((rules, p) =>
    rulePack.parse({
      pack: `pack-${p}`,
      packVersion: '1',
      title: { zh: '包', en: 'pack' },
      jurisdiction: 'any',
      zones: ['Asia/Shanghai'],
      rules: rules.map(({ limit, from, days, ...rule }, r) => ({
        ...words,
        ...rule,
        ...limit,
        id: `R-${r}`,
        effectiveFrom: from,
        ...(days === null
          ? {}
          : { effectiveTo: new Date(Date.parse(from) + days * 1440 * minute).toISOString().slice(0, 10) }),
        examples,
      })),
    }),
  ),
);
const someHold: fc.Arbitrary<Hold> = fc
  .record({
    from: someInstant,
    minutes: fc.option(fc.integer({ min: 0, max: 6_000 })),
    allows: fc.subarray(['serve', 'collect']),
    effects: fc.subarray(['contact', 'interest'] as const),
    accounts: fc.option(fc.subarray(['debt-1', 'debt-2', 'debt-3'])),
    kind: fc.constantFrom('dispute', 'hardship'),
  })
  .map(({ from, minutes, allows, effects, accounts, kind }) => ({
    holdId: 'h',
    kind,
    from,
    allows,
    effects: [...effects],
    ...(minutes === null ? {} : { until: new Date(Date.parse(from) + minutes * minute).toISOString() }),
    ...(accounts === null ? {} : { accounts }),
  }));
const someContact = fc.record({
  at: someInstant,
  channel: fc.constantFrom('sms', 'call'),
  purpose: fc.constantFrom('collect', 'serve'),
  by: fc.constant('firstParty'),
  caseId: fc.constant('case-1'),
  person: fc.constant('person-1'),
  number: fc.constant('number-1'),
  debts: fc.constant(['debt-1', 'debt-2']),
  zones: fc.uniqueArray(someZone, { minLength: 1, maxLength: 2 }),
}) as fc.Arbitrary<Contact>;
const someFacts = fc.record({
  values: fc
    .record({ refused: fc.constantFrom(undefined, false, true), trained: fc.option(someDate, { nil: undefined }) })
    .map(({ refused, trained }) => ({
      ...(refused === undefined ? {} : { 'person.refused': refused }),
      ...(trained === undefined ? {} : { 'actor.trainedUntil': trained }),
    })),
  events: fc.array(
    fc.record({
      kind: fc.constantFrom('smsSent', 'dialPlaced'),
      at: someInstant,
      person: fc.constantFrom('person-1', 'person-2'),
      number: fc.constantFrom('number-1', 'number-2'),
      caseId: fc.constantFrom('case-1', 'case-2'),
      debts: fc.subarray(['debt-1', 'debt-2', 'debt-3']),
    }),
    { maxLength: 12 },
  ),
  holds: fc.array(someHold, { maxLength: 3 }),
  holidays: fc.array(someDate, { maxLength: 3 }),
}) as fc.Arbitrary<Facts>;

jest.setTimeout(60_000);
const runs = { numRuns: 300 };
/** Asks in steps that meet all hours of the day in time; `expect` in such a loop would cost more than the question. */
function someMoment(from: number, to: number, stepMs: number, test: (t: number) => boolean): boolean {
  for (let t = from; t < to; t += stepMs) if (test(t)) return true;
  return false;
}
const at = (contact: Contact, t: number): Contact => ({ ...contact, at: new Date(t).toISOString() });

describe('the evaluator against a naive checker', () => {
  it('permits exactly what the naive checker permits', () => {
    fc.assert(
      fc.property(somePacks, someContact, someFacts, (packs, contact, facts) => {
        const { verdict } = evaluate(compilePacks(packs), contact, facts);
        expect(verdict === 'permit').toBe(naivePermits(packs, contact, facts, Date.parse(contact.at)));
      }),
      runs,
    );
  });

  it('names as earliest the first permitted instant: it permits there, and at no moment before', () => {
    fc.assert(
      fc.property(somePacks, someContact, someFacts, (packs, contact, facts) => {
        const verdict = evaluate(compilePacks(packs), contact, facts);
        if (verdict.verdict === 'permit') return;
        const from = Date.parse(contact.at);
        const found = verdict.earliest === 'never' ? from + 40 * 1440 * minute : Date.parse(verdict.earliest);
        if (verdict.earliest !== 'never') {
          expect(naivePermits(packs, contact, facts, found)).toBe(true);
          expect(evaluate(compilePacks(packs), at(contact, found), facts).verdict).toBe('permit');
          expect(naivePermits(packs, contact, facts, found - 1)).toBe(false);
        }
        expect(someMoment(from, found, 97 * minute, (t) => naivePermits(packs, contact, facts, t))).toBe(false);
      }),
      runs,
    );
  });

  it('ends the window at the first instant that is denied again, looking a day ahead', () => {
    fc.assert(
      fc.property(somePacks, someContact, someFacts, (packs, contact, facts) => {
        const verdict = evaluate(compilePacks(packs), contact, facts);
        if (verdict.verdict === 'deny') return;
        const from = Date.parse(contact.at);
        const ends = Date.parse(verdict.windowEnds);
        expect(ends).toBeGreaterThan(from);
        expect(ends).toBeLessThanOrEqual(from + 1440 * minute);
        if (ends < from + 1440 * minute) expect(naivePermits(packs, contact, facts, ends)).toBe(false);
        expect(naivePermits(packs, contact, facts, ends - 1)).toBe(true);
        expect(someMoment(from, ends, 61 * minute, (t) => !naivePermits(packs, contact, facts, t))).toBe(false);
      }),
      runs,
    );
  });

  it('permits by several packs only what each permits alone, in whatever order they are given', () => {
    fc.assert(
      fc.property(somePacks, someContact, someFacts, (packs, contact, facts) => {
        const together = evaluate(compilePacks(packs), contact, facts);
        const alone = packs.every((pack) => evaluate(compilePacks([pack]), contact, facts).verdict === 'permit');
        expect(together.verdict === 'permit').toBe(alone);
        const turned = evaluate(compilePacks([...packs].reverse()), contact, facts);
        if (together.verdict === 'deny' && turned.verdict === 'deny') expect(turned.earliest).toBe(together.earliest);
        expect(turned.verdict).toBe(together.verdict);
      }),
      runs,
    );
  });

  it('lets never-contact beat everything', () => {
    fc.assert(
      fc.property(somePacks, someContact, someFacts, (packs, contact, facts) => {
        const verdict = evaluate(compilePacks(packs), contact, { ...facts, neverContact: true });
        expect(verdict).toMatchObject({ verdict: 'deny', earliest: 'never' });
      }),
      { numRuns: 100 },
    );
  });
});
