import { describe, expect, it } from '@jest/globals';
import { loadPack, packErrorText } from './index.js';
import { ruleOf } from './testing.js';

/** One key a line, so that a line names a key. */
const head = `pack: test
packVersion: '1'
title: { zh: 试, en: test }
jurisdiction: CN
zones: [Asia/Shanghai]
rules:
`;
const errorsOf = (text: string) => {
  const loaded = loadPack(text, 'test.yaml');
  return loaded.ok ? [] : loaded.errors.map(packErrorText);
};
/** The rule `T-BAD`, first line 7; what is left out of it is as in `ruleOf`. */
const withRule = (of: Record<string, unknown>) =>
  errorsOf(
    head +
      Object.entries({ ...ruleOf('T-BAD'), ...of })
        .filter(([, value]) => value !== undefined)
        .map(([key, value], index) => `${index === 0 ? '  - ' : '    '}${key}: ${JSON.stringify(value)}`)
        .join('\n'),
  );
/** The sentence alone: not where, nor the path. */
const saidOf = (of: Record<string, unknown>) =>
  withRule(of).map((error) => error.replace(/^.*?T-BAD: (rules\.0\.)?/, ''));
const when = (condition: unknown) => saidOf({ verdict: 'block', hours: undefined, when: condition });
const example = (given: object, more: object = {}) => ({
  examples: [
    { name: 'a', given: { at: '2026-11-09T12:00:00+08:00', ...given }, expect: 'passes', ...more },
    ...(ruleOf('X')['examples'] as []),
  ],
});

describe('a pack is refused with file, line, rule, what is wrong and how to put it right', () => {
  it('for a field that a rule does not have', () => {
    expect(withRule({ severty: 'law' })).toEqual([
      'test.yaml:19: T-BAD: rules.0.severty: "severty" is no field of a pack: did you mean "severity"?',
    ]);
    expect(withRule({ hours: { from: '08:00', till: '22:00' } })).toEqual(
      expect.arrayContaining([
        'test.yaml:15: T-BAD: rules.0.hours.to: is missing',
        expect.stringMatching(/^test\.yaml:15: T-BAD: rules\.0\.hours\.till: "till" is no field of a pack: /),
      ]),
    );
  });

  it('for a field that stands at the wrong place', () => {
    expect(saidOf({ from: '08:00' })).toEqual(['from: "from" does not belong here']);
    const words = [
      'all',
      'any',
      'not',
      'fact',
      'plusDays',
      'calendarDays',
      'rolling',
      'days',
      'denied',
      'until',
      'kind',
    ];
    for (const word of [...words, 'other', 'times', 'window', 'perPerson', 'notOnDates', 'url', 'given', 'at', 'rules'])
      expect(saidOf({ [word]: 1 })).toEqual([`${word}: "${word}" does not belong here`]);
    expect(saidOf(example({ hours: 1 }))).toEqual(['examples.0.given.hours: "hours" does not belong here']);
    expect(saidOf(example({ fact: true }))).toEqual(['examples.0.given.fact: "fact" does not belong here']);
  });

  it('for a field that looks like none: it names those there are', () => {
    const [said] = saidOf({ wobble: 1 });
    expect(said).toMatch(/^wobble: "wobble" is no field of a pack: known are pack, packVersion, title,/);
    expect(said).toContain(' verdict,');
  });

  it('for a fact that nobody knows of', () => {
    expect(withRule({ verdict: 'block', hours: undefined, when: { fact: 'person.refussed', is: true } })).toEqual([
      'test.yaml:18: T-BAD: rules.0.when: there is no fact "person.refussed": did you mean "person.refused"?',
    ]);
    // Of two words that are near, the nearer, wherever it stands.
    expect(when({ fact: 'debtor.breathingSpaceFro', known: true })).toEqual([
      'when: there is no fact "debtor.breathingSpaceFro": did you mean "debtor.breathingSpaceFrom"?',
    ]);
    expect(when({ fact: 'weather', is: 'fine' })[0]).toMatch(
      /^when: there is no fact "weather": known are contact\.channel, contact\.purpose,/,
    );
    expect(when({ fact: 7, is: 'fine' })[0]).toMatch(/^when: there is no fact ""/);
    expect(saidOf(example({ facts: { 'Person.Refused': true } }))).toEqual([
      'examples.0.given.facts.Person.Refused: there is no fact "Person.Refused": did you mean "person.refused"?',
    ]);
  });

  it('wherever in a condition that stands', () => {
    const good = { fact: 'person.refused', is: true };
    const bad = { fact: 'person.rolle', is: 'debtor' };
    expect(when({ all: [good, { any: [good, { not: bad }] }] })).toEqual([
      'when.all.1.any.1.not: there is no fact "person.rolle": did you mean "person.role"?',
    ]);
    expect(when({ any: [bad, { fact: 'case.plankept', is: true }] })).toEqual([
      'when.any.0: there is no fact "person.rolle": did you mean "person.role"?',
      'when.any.1: there is no fact "case.plankept": did you mean "case.planKept"?',
    ]);
    expect(when({ any: [{ all: [] }, bad] })).toEqual([
      'when.any.0: "all" takes a list of at least one condition',
      'when.any.1: there is no fact "person.rolle": did you mean "person.role"?',
    ]);
    expect(saidOf({ unless: bad })).toEqual(['unless: there is no fact "person.rolle": did you mean "person.role"?']);
    expect(saidOf({ verdict: 'require', hours: undefined, requires: bad })).toEqual([
      'requires: there is no fact "person.rolle": did you mean "person.role"?',
    ]);
  });

  it.each<[unknown, string]>([
    [{ fact: 'person.refused', iss: true }, '"iss" compares nothing: did you mean "is"?'],
    [{ fact: 'visit.collectors', atleast: 2 }, '"atleast" compares nothing: did you mean "atLeast"?'],
    [
      { fact: 'visit.collectors', over: 2 },
      '"over" compares nothing: known are is, in, has, atLeast, atMost, notBefore, notAfter, known',
    ],
    [
      { fact: 'person.refused' },
      'compare person.refused with exactly one of is, in, has, atLeast, atMost, notBefore, notAfter, known',
    ],
    [
      { fact: 'visit.collectors', atLeast: 1, atMost: 2 },
      'compare visit.collectors with exactly one of is, in, has, atLeast, atMost, notBefore, notAfter, known',
    ],
    [{ fact: 'person.refused', is: null }, '"is" takes a text, a number, true or false'],
    [{ fact: 'person.role', in: 'debtor' }, '"in" takes a list of texts'],
    [{ fact: 'person.consents', has: ['a'] }, '"has" takes a text'],
    [{ fact: 'visit.collectors', atLeast: '2' }, '"atLeast" takes a number'],
    [{ fact: 'visit.collectors', atMost: '2' }, '"atMost" takes a number'],
    [{ fact: 'actor.trainedUntil', notAfter: '2026-01-01' }, '"notAfter" takes today'],
    [
      { fact: 'actor.trainedUntil', notBefore: '2026-01-01' },
      '"notBefore" takes today, and beside it plusDays, a whole number from 1 to 3660',
    ],
    [
      { fact: 'actor.trainedUntil', notBefore: 'today', plusDays: 1.5 },
      '"notBefore" takes today, and beside it plusDays, a whole number from 1 to 3660',
    ],
    [{ fact: 'person.refused', known: false }, '"known" takes true'],
    [{ any: { fact: 'person.refused', is: true } }, '"any" takes a list of at least one condition'],
    [{ any: 7, fact: 'person.refused' }, '"any" stands alone in its braces'],
    [{ not: { fact: 'person.refused', is: true }, all: [] }, '"all" stands alone in its braces'],
    [null, 'a condition is { all: […] }, { any: […] }, { not: … } or { fact: …, is: … }'],
    ['person.refused', 'a condition is { all: […] }, { any: […] }, { not: … } or { fact: …, is: … }'],
  ])('for the condition %j', (condition, said) => {
    expect(when(condition)).toEqual([`when: ${said}`]);
  });

  it.each<[unknown, string]>([
    [{ fact: 'person.role', in: [] }, 'in: Too small: expected array to have >=1 items'],
    [{ all: [] }, 'all: Too small: expected array to have >=1 items'],
    [{ any: [] }, 'any: Too small: expected array to have >=1 items'],
    [{ fact: 'actor.trainedUntil', notBefore: 'today', plusDays: 0 }, 'plusDays: Too small: expected number to be >=1'],
    [
      { fact: 'actor.trainedUntil', notBefore: 'today', plusDays: 3661 },
      'plusDays: Too big: expected number to be <=3660',
    ],
    [{ fact: 'actor.trainedUntil', notAfter: 'today', plusDays: 1 }, 'plusDays: "plusDays" does not belong here'],
  ])('for the condition %j, at the part that is wrong', (condition, said) => {
    expect(when(condition)).toEqual([`when.${said}`]);
  });

  it.each<[unknown, string]>([
    [{ fact: 'person.refused', is: 'true' }, 'person.refused is true or false, never "true"'],
    [{ fact: 'person.role', is: true }, 'person.role is a text, never true'],
    [{ fact: 'visit.collectors', is: '2' }, 'visit.collectors is a number, never "2"'],
    [{ fact: 'person.refused', atLeast: 1 }, 'person.refused is true or false: compare it with is or known'],
    [{ fact: 'person.consents', is: 'email' }, 'person.consents is a list of texts: compare it with has or known'],
    [
      { fact: 'visit.collectors', in: ['2'] },
      'visit.collectors is a number: compare it with is or atLeast or atMost or known',
    ],
    [
      { fact: 'actor.trainedUntil', is: '2026-01-01' },
      'actor.trainedUntil is a date such as 2026-01-30: compare it with notBefore or notAfter or known',
    ],
    [{ fact: 'person.role', has: 'debtor' }, 'person.role is a text: compare it with is or in or known'],
  ])('for a comparison that could never come out: %j', (condition, said) => {
    expect(when(condition)).toEqual([`when: ${said}`]);
    expect(saidOf({ unless: condition })).toEqual([`unless: ${said}`]);
    expect(saidOf({ verdict: 'require', hours: undefined, requires: condition })).toEqual([`requires: ${said}`]);
  });

  it.each<[string, unknown, string]>([
    ['person.refused', 'yes', 'person.refused is true or false, never "yes"'],
    ['person.consents', 'email', 'person.consents is a list of texts, never "email"'],
    ['visit.collectors', '2', 'visit.collectors is a number, never "2"'],
    ['person.role', 3, 'person.role is a text, never 3'],
    ['actor.trainedUntil', 'soon', 'actor.trainedUntil is a date such as 2026-01-30, never "soon"'],
    ['actor.trainedUntil', 'on 2026-01-30', 'actor.trainedUntil is a date such as 2026-01-30, never "on 2026-01-30"'],
    ['actor.trainedUntil', '2026-01-30T00', 'actor.trainedUntil is a date such as 2026-01-30, never "2026-01-30T00"'],
    ['actor.trainedUntil', ['2026-01-30'], 'actor.trainedUntil is a date such as 2026-01-30, never ["2026-01-30"]'],
    ['actor.trainedUntil', 20_260_130, 'actor.trainedUntil is a date such as 2026-01-30, never 20260130'],
  ])('for an example that tells %s as %j', (fact, value, said) => {
    expect(saidOf(example({ facts: { [fact]: value } }))).toEqual([`examples.0.given.facts.${fact}: ${said}`]);
  });

  it('not for what fits', () => {
    const told = {
      'person.refused': false,
      'person.consents': [],
      'visit.collectors': 0,
      'person.role': '',
      'actor.trainedUntil': '2026-01-30',
    };
    const all = Object.keys(told).map((fact) => ({ fact, known: true }));
    // Only the examples do not come out: everything about the shape is right.
    for (const error of saidOf({ ...example({ facts: told }), unless: { all } })) expect(error).toMatch(/^example "/);
  });

  it('for what is not there, or not written as such things are', () => {
    expect(saidOf({ severity: undefined })).toEqual(['severity: is missing']);
    expect(saidOf({ channels: undefined })).toEqual(['channels: is missing']);
    expect(saidOf({ effectiveFrom: '2026-02-30' })).toEqual(['effectiveFrom: is no date: write it as 2026-01-30']);
    expect(saidOf(example({ at: '2026-11-09 12:00' }))).toEqual([
      'examples.0.given.at: is no instant: write it with its offset, as 2026-11-09T12:00:00+08:00',
    ]);
    expect(saidOf({ id: 'T-BAD', hours: { from: '8:00', to: '22:00' } })).toContain(
      'hours.from: a local time such as "08:00", at most "24:00"',
    );
    expect(saidOf({ severity: 'grave' })).toEqual([
      'severity: Invalid option: expected one of "law"|"self-regulation"|"house"',
    ]);
  });

  it('for one wrong word in a list, at that word', () => {
    const [said] = saidOf({ channels: ['sms', 'fax'] });
    expect(said).toBe(
      'channels.1: Invalid option: expected one of "sms"|"email"|"push"|"voiceBot"|"call"|"letter"|"visit"',
    );
    expect(saidOf({ channels: 'some' })).toEqual(['channels: expected "all", or expected array, received string']);
    expect(saidOf(example({}, { expect: { denied: { until: 'tomorrow' } } }))[0]).toMatch(
      /^examples\.0\.expect\.denied\.until: /,
    );
  });

  it('naming the rule by its number where it has no id, and no rule where none is meant', () => {
    expect(withRule({ id: undefined })[0]).toMatch(/^test\.yaml:7: rule number 1: rules\.0\.id: is missing$/);
    expect(withRule({ id: 7 })[0]).toMatch(/^test\.yaml:7: rule number 1: rules\.0\.id: /);
    expect(errorsOf(head.replace('jurisdiction: CN\n', ''))).toEqual(
      expect.arrayContaining(['test.yaml:1: jurisdiction: is missing']),
    );
    expect(errorsOf(`${head}  - null\n`)).toEqual([
      'test.yaml:7: rule number 1: rules.0: Invalid input: expected object, received null',
    ]);
    expect(errorsOf(head.replace('[Asia/Shanghai]', '[7]').replace('rules:', 'rules: []'))).toEqual([
      'test.yaml:5: zones.0: Invalid input: expected string, received number',
    ]);
    expect(errorsOf(`${head}  - 7\n`)).toEqual([
      'test.yaml:7: rule number 1: rules.0: Invalid input: expected object, received number',
    ]);
    expect(errorsOf(head.replace('rules:', 'rules: 7'))).toEqual([
      'test.yaml:6: rules: Invalid input: expected array, received number',
    ]);
  });

  it('also when there is nothing in it', () => {
    expect(errorsOf('')[0]).toBe('test.yaml:1: : Invalid input: expected object, received null');
    expect(errorsOf('# a list\n\n- 1')[0]).toBe('test.yaml:3: : Invalid input: expected object, received array');
    expect(errorsOf('- 1')[0]).toBe('test.yaml:1: : Invalid input: expected object, received array');
  });

  it('with every line that is no YAML', () => {
    const errors = errorsOf(`${head}  - id: a\n   zh: [\n`);
    expect(errors.length).toBeGreaterThan(0);
    for (const error of errors) expect(error).toMatch(/^test\.yaml:\d+: [A-Z]/);
    expect(errorsOf('pack: a\npack: b\n')[0]).toMatch(/^test\.yaml:2: Map keys must be unique/);
  });
});
