import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  channels,
  compilePacks,
  contactors,
  evaluate,
  inShadow,
  loadPack,
  loadPacks,
  packErrorText,
  purposes,
  versionsOn,
  type CompiledPacks,
  type Contact,
} from './index.js';
import { blocks, compiled, contactAt, counts, eventAt, factsOf, noon, packOf, ruleOf } from './testing.js';

const day = { event: 'smsSent', key: 'person', window: { calendarDays: 1 } };
const until2026 = packOf([counts('DAY', { ...day, max: 1 })], { packVersion: '1', effectiveTo: '2026-12-31' });
const from2027 = packOf([counts('DAY', { ...day, max: 2 })], { packVersion: '2', effectiveFrom: '2027-01-01' });
const both = compilePacks([until2026, from2027]);
const file = (name: string, of: object = {}) => ({
  file: name,
  text: JSON.stringify({ ...until2026, ...of, rules: [] }),
});
const told = (...files: { file: string; text: string }[]) => {
  const loaded = loadPacks(files);
  return loaded.ok ? [] : loaded.errors.map(packErrorText);
};

describe('two versions of a pack', () => {
  const denials = (at: string, sent: readonly string[]) => {
    const verdict = evaluate(both, contactAt(at), factsOf({ events: sent.map((time) => eventAt(time)) }));
    return verdict.verdict === 'deny' ? verdict.denials.map(({ packVersion, until }) => [packVersion, until]) : [];
  };

  it('bind each on its own days, to the last moment of the old and from the first of the new', () => {
    expect(denials('2026-12-31T23:59:59+08:00', ['2026-12-31T09:00:00+08:00'])).toEqual([
      // The day ends, and with it what it counted.
      ['1', '2026-12-31T16:00:00.000Z'],
    ]);
    expect(denials('2027-01-01T12:00:00+08:00', ['2027-01-01T09:00:00+08:00'])).toEqual([]);
    expect(denials('2027-01-01T12:00:00+08:00', ['2027-01-01T09:00:00+08:00', '2027-01-01T10:00:00+08:00'])).toEqual([
      ['2', '2027-01-01T16:00:00.000Z'],
    ]);
  });

  it('end a window where the new one forbids what the old allowed', () => {
    const stricter = packOf([blocks('NONE', { fact: 'person.refused', is: true })], { effectiveFrom: '2027-01-01' });
    const verdict = evaluate(compilePacks([stricter]), contactAt('2026-12-31T22:00:00+08:00'), factsOf());
    expect(verdict).toEqual({ verdict: 'permit', windowEnds: '2026-12-31T16:00:00.000Z' });
  });

  it('are named in the answers, and on a date only the one that is in force', () => {
    expect(both.versions).toEqual([
      { pack: 'test', packVersion: '1', effectiveTo: '2026-12-31' },
      { pack: 'test', packVersion: '2', effectiveFrom: '2027-01-01' },
    ]);
    const on = (date: string) => versionsOn(both, date).map(({ packVersion }) => packVersion);
    expect([on('1999-01-01'), on('2026-12-31'), on('2027-01-01')]).toEqual([['1'], ['1'], ['2']]);
    expect(versionsOn(compilePacks([packOf([])]), '2026-01-01')).toEqual([{ pack: 'test', packVersion: '1' }]);
  });

  it('narrow the dates of their rules and never widen them', () => {
    const rules = [
      ruleOf('OWN', { effectiveFrom: '2026-05-01', effectiveTo: '2026-06-30' }),
      ruleOf('WIDE', { effectiveFrom: '2020-01-01', effectiveTo: '2030-01-01' }),
      ruleOf('OPEN', { effectiveFrom: '2020-01-01' }),
    ];
    const dates = (of: object) =>
      compilePacks([packOf(rules, of)]).rules.map(({ effectiveFrom, effectiveTo }) => [effectiveFrom, effectiveTo]);
    expect(dates({ effectiveFrom: '2026-01-01', effectiveTo: '2026-12-31' })).toEqual([
      ['2026-05-01', '2026-06-30'],
      ['2026-01-01', '2026-12-31'],
      ['2026-01-01', '2026-12-31'],
    ]);
    expect(dates({})).toEqual([
      ['2026-05-01', '2026-06-30'],
      ['2020-01-01', '2030-01-01'],
      ['2020-01-01', undefined],
    ]);
  });
});

describe('files of one pack', () => {
  it('load together when one ends before the next begins, in whatever order', () => {
    const next = file('b.yaml', { packVersion: '2', effectiveFrom: '2027-01-01', effectiveTo: undefined });
    expect(told(file('a.yaml'), next)).toEqual([]);
    expect(told(next, file('a.yaml'))).toEqual([]);
    const loaded = loadPacks([file('a.yaml'), next]);
    expect(loaded.ok && loaded.packs.map(({ packVersion }) => packVersion)).toEqual(['1', '2']);
  });

  it('are refused when a day is in both, naming both files and both periods', () => {
    expect(
      told(file('a.yaml'), file('b.yaml', { packVersion: '2', effectiveFrom: '2026-12-31', effectiveTo: undefined })),
    ).toEqual([
      'b.yaml:1: test 2 (2026-12-31 to …) overlaps version 1 (… to 2026-12-31) in a.yaml: let one end (effectiveTo) before the other begins (effectiveFrom)',
    ]);
    expect(told(file('a.yaml', { effectiveTo: undefined }), file('b.yaml', { packVersion: '2' }))[0]).toContain(
      'test 2 (… to 2026-12-31) overlaps version 1 (… to …) in a.yaml',
    );
    expect(
      told(
        file('a.yaml', { effectiveFrom: '2026-06-01' }),
        file('b.yaml', { packVersion: '2', effectiveTo: '2026-05-31' }),
      ),
    ).toEqual([]);
    expect(
      told(
        file('a.yaml', { effectiveFrom: '2026-06-01' }),
        file('b.yaml', { packVersion: '2', effectiveTo: '2026-06-01' }),
      ),
    ).toHaveLength(1);
  });

  it('name the line of the date, and every pair that clashes', () => {
    const yaml = (version: string, from: string) => ({
      file: `${version}.yaml`,
      text: `pack: test\npackVersion: '${version}'\ntitle: { zh: 试, en: test }\njurisdiction: CN\nzones: [Asia/Shanghai]\neffectiveFrom: ${from}\nrules: []\n`,
    });
    const all = [yaml('1', '2026-01-01'), yaml('2', '2026-06-01'), yaml('3', '2026-09-01')];
    expect(told(...all).map((text) => text.replace(/: let.*/, ''))).toEqual([
      '2.yaml:6: test 2 (2026-06-01 to …) overlaps version 1 (2026-01-01 to …) in 1.yaml',
      '3.yaml:6: test 3 (2026-09-01 to …) overlaps version 1 (2026-01-01 to …) in 1.yaml',
      '3.yaml:6: test 3 (2026-09-01 to …) overlaps version 2 (2026-06-01 to …) in 2.yaml',
    ]);
  });

  it('may not bear one version twice, and are no matter of another pack', () => {
    expect(told(file('a.yaml'), file('b.yaml', { effectiveFrom: '2027-01-01', effectiveTo: undefined }))).toEqual([
      'b.yaml:1: test 1 stands in a.yaml too: give one another packVersion',
    ]);
    expect(told(file('a.yaml'), file('b.yaml', { pack: 'other' }))).toEqual([]);
    const text = `pack: test\npackVersion: '1'\ntitle: { zh: 试, en: test }\njurisdiction: CN\nzones: [Asia/Shanghai]\nrules: []\n`;
    expect(told({ file: 'a.yaml', text }, { file: 'b.yaml', text })).toEqual([
      'b.yaml:2: test 1 stands in a.yaml too: give one another packVersion',
    ]);
  });

  it('are refused all together, with what is wrong in each', () => {
    const errors = told(
      file('a.yaml', { zones: [] }),
      { file: 'b.yaml', text: 'pack: [' },
      file('c.yaml'),
      file('d.yaml'),
    );
    expect(errors.map((error) => error.split(':')[0])).toEqual(expect.arrayContaining(['a.yaml', 'b.yaml', 'd.yaml']));
    expect(errors.join()).toContain('test 1 stands in c.yaml too');
  });

  it('end no earlier than they begin', () => {
    expect(told(file('a.yaml', { effectiveFrom: '2027-01-01' }))).toEqual([
      'a.yaml:1: effectiveTo: ends before it begins',
    ]);
    expect(told(file('a.yaml', { effectiveFrom: '2026-12-31' }))).toEqual([]);
  });
});

describe('a pack in shadow', () => {
  const future = packOf(
    [
      counts('DAY', { ...day, max: 1 }, { effectiveFrom: '2027-03-01' }),
      blocks('OVER', { fact: 'person.refused', is: true }, { effectiveFrom: '2027-02-01', effectiveTo: '2027-06-30' }),
    ],
    { packVersion: '3', effectiveFrom: '2027-01-01', effectiveTo: '2028-12-31' },
  );
  const sent = factsOf({ events: [eventAt('2026-11-09T09:00:00+08:00')], values: { 'person.refused': true } });
  const rules = (packs: CompiledPacks, at = noon) => {
    const verdict = evaluate(packs, contactAt(at), sent);
    return verdict.verdict === 'deny' ? verdict.denials.map(({ rule }) => rule) : [];
  };

  it('is asked about the past as if it had been in force', () => {
    expect(rules(compilePacks([future]))).toEqual([]);
    expect(rules(compilePacks([inShadow(future)]))).toEqual(['DAY', 'OVER']);
    expect(rules(compilePacks([inShadow(future)]), '2027-07-01T12:00:00+08:00')).toEqual([]);
  });

  it('is the same pack but for its dates, and changes nothing of the one it was made from', () => {
    const { pack, packVersion, effectiveFrom, effectiveTo } = inShadow(future);
    expect([pack, packVersion, effectiveFrom, effectiveTo]).toEqual(['test', '3', undefined, undefined]);
    expect(inShadow(future).rules.map(({ effectiveFrom: from, effectiveTo: to }) => [from, to])).toEqual([
      ['1970-01-01', undefined],
      ['1970-01-01', '2027-06-30'],
    ]);
    expect(future.rules[0]?.effectiveFrom).toBe('2027-03-01');
    expect(future.effectiveFrom).toBe('2027-01-01');
  });

  it('is in force on every date', () => {
    expect(versionsOn(compilePacks([inShadow(future)]), '2000-01-01')).toEqual([{ pack: 'test', packVersion: '3' }]);
  });
});

describe('an example of a version that is not in force yet', () => {
  it('is of its rule: the dates of the pack are no matter of it', () => {
    const text = JSON.stringify({
      ...packOf([]),
      effectiveFrom: '2030-01-01',
      effectiveTo: '2030-12-31',
      rules: [
        blocks(
          'NO',
          { fact: 'person.refused', is: true },
          {
            examples: [
              {
                name: 'refused',
                given: { at: noon, facts: { 'person.refused': true } },
                expect: { denied: { until: 'never' } },
              },
              { name: 'did not', given: { at: noon, facts: { 'person.refused': false } }, expect: 'passes' },
            ],
          },
        ),
      ],
    });
    expect(loadPack(text, 'future.yaml').ok).toBe(true);
  });
});

describe('the index of rules', () => {
  const someOf = <T>(all: readonly T[]) => fc.oneof(fc.constant('all'), fc.subarray([...all], { minLength: 1 }));
  const someRules = fc.array(
    fc.record({
      channels: someOf(channels),
      purposes: someOf(purposes),
      binds: fc.subarray([...contactors], { minLength: 1 }),
      asked: fc.constantFrom('contact', 'template', 'duty'),
      jurisdiction: fc.constantFrom(undefined, 'CN', 'US', 'US-NY', 'any'),
    }),
    { maxLength: 8 },
  );
  const someContact = fc.record({
    channel: fc.constantFrom(...channels),
    purpose: fc.constantFrom(...purposes),
    by: fc.constantFrom(...contactors),
    asked: fc.constantFrom(undefined, 'contact', 'template', 'duty'),
    jurisdiction: fc.constantFrom(undefined, 'CN', 'US', 'US-NY', 'US-CA', 'CN-33', 'USA'),
  });
  const refused = { fact: 'person.refused', is: true };

  /** Written from the words of a rule, without the engine: does it speak of such a contact? */
  function speaksOf(rule: CompiledPacks['rules'][number], contact: Contact): boolean {
    if (rule.channels !== 'all' && !rule.channels.includes(contact.channel)) return false;
    if (rule.purposes !== 'all' && !rule.purposes.includes(contact.purpose)) return false;
    if (!rule.binds.includes(contact.by)) return false;
    if (rule.asked !== (contact.asked ?? 'contact')) return false;
    const place = rule.jurisdiction ?? rule.packJurisdiction;
    const [country] = (contact.jurisdiction ?? '').split('-');
    return place === 'any' || contact.jurisdiction === undefined || [contact.jurisdiction, country].includes(place);
  }

  it('finds just the rules that speak of a contact, in order, asked once or again', () => {
    fc.assert(
      fc.property(someRules, fc.array(someContact, { minLength: 1, maxLength: 6 }), (rules, contacts) => {
        const packs = compiled(...rules.map((of, index) => blocks(`R-${index}`, refused, of)));
        for (const of of [...contacts, ...contacts]) {
          const contact = contactAt(noon, of as Partial<Contact>);
          const wanted = packs.rules.filter((rule) => speaksOf(rule, contact)).map(({ id }) => id);
          expect(packs.concerning(contact).map(({ id }) => id)).toEqual(wanted);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('gives the same answer as asking every rule', () => {
    fc.assert(
      fc.property(someRules, someContact, fc.constantFrom(undefined, true, false), (rules, of, value) => {
        const packs = compiled(...rules.map((rule, index) => blocks(`R-${index}`, refused, rule)));
        const contact = contactAt(noon, of as Partial<Contact>);
        const facts = factsOf({ values: value === undefined ? {} : { 'person.refused': value } });
        const all = { ...packs, concerning: () => packs.rules.filter((rule) => speaksOf(rule, contact)) };
        expect(evaluate(packs, contact, facts)).toEqual(evaluate(all, contact, facts));
      }),
      { numRuns: 300 },
    );
  });
});
