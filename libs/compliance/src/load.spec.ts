import { describe, expect, it } from '@jest/globals';
import { contradictions, judge, loadPack, packErrorText, type Condition, type Rule } from './index.js';
import { blocks, packOf } from './testing.js';

/** A rule of each shape that the laws ask for, on the numbers of a pretended statute. */
const head = `pack: test-1
packVersion: '1'
title: { zh: 试, en: test }
jurisdiction: CN
zones: [Asia/Shanghai]
rules:
`;
const common = `    zh: 规则
    en: rule
    effectiveFrom: 2026-01-01
    binds: [firstParty]
    channels: all
    purposes: all
    severity: law
    citation: { document: Statute, article: '1' }
`;
const noon = `at: '2026-11-09T12:00:00+08:00'`;
const errorsOf = (text: string) => {
  const loaded = loadPack(text, 'test.yaml');
  return loaded.ok ? [] : loaded.errors.map(packErrorText);
};

describe('loadPack', () => {
  it('takes rules of every shape: stop, require, block, dated proof, counters a debt and a number', () => {
    const text = `${head}
  - id: T-STOP
${common}    verdict: stop
    when: { fact: person.refused, is: true }
    examples:
      - { name: refused, given: { ${noon}, facts: { person.refused: true } }, expect: { denied: { until: never } } }
      - { name: did not, given: { ${noon}, facts: { person.refused: false } }, expect: passes }
  - id: T-TRAINED
${common}    verdict: require
    requires: { fact: actor.trainedUntil, notBefore: today }
    examples:
      - { name: until today, given: { ${noon}, facts: { actor.trainedUntil: '2026-11-09' } }, expect: passes }
      - { name: until yesterday, given: { ${noon}, facts: { actor.trainedUntil: '2026-11-08' } }, expect: { denied: { until: never } } }
      - { name: nobody knows, given: { ${noon} }, expect: { denied: { until: never } } }
  - id: T-THIRD
${common}    verdict: require
    when: { fact: person.role, in: [relatedThird, unrelatedThird] }
    requires:
      any:
        - { fact: debtor.numberInvalid, is: true }
        - { fact: debtor.failedTriesInRow, atLeast: 3 }
    examples:
      - { name: the debtor himself, given: { ${noon}, facts: { person.role: debtor } }, expect: passes }
      - { name: three tries failed, given: { ${noon}, facts: { person.role: relatedThird, debtor.failedTriesInRow: 3 } }, expect: passes }
      - { name: two tries failed, given: { ${noon}, facts: { person.role: relatedThird, debtor.failedTriesInRow: 2 } }, expect: { denied: { until: never } } }
  - id: T-7IN7
${common}    verdict: delay
    counter: { event: [dialPlaced, inboundCall], key: debt, window: { rolling: { hours: 48 } }, max: 2 }
    examples:
      - { name: one, given: { ${noon}, events: [{ kind: dialPlaced, at: '2026-11-09T01:00:00Z' }] }, expect: passes }
      - { name: about another debt, given: { ${noon}, events: [{ kind: dialPlaced, at: '2026-11-09T01:00:00Z', other: debt }, { kind: inboundCall, at: '2026-11-09T02:00:00Z' }] }, expect: passes }
      - { name: both kinds, given: { ${noon}, events: [{ kind: dialPlaced, at: '2026-11-09T01:00:00Z' }, { kind: inboundCall, at: '2026-11-09T02:00:00Z' }] }, expect: { denied: { until: '2026-11-11T01:00:00Z' } } }
  - id: T-DIAL
${common}    verdict: delay
    unless: { fact: person.consents, has: more-calls }
    counter: { event: dialUnanswered, key: number, window: { calendarDays: 1 }, max: 1 }
    examples:
      - { name: number 2, given: { ${noon}, events: [{ kind: dialUnanswered, at: '2026-11-09T01:00:00Z', other: number }] }, expect: passes }
      - { name: number 1, given: { ${noon}, events: [{ kind: dialUnanswered, at: '2026-11-09T01:00:00Z' }] }, expect: { denied: { until: '2026-11-10T00:00:00+08:00' } } }
  - id: T-VISIT
${common}    verdict: delay
    hours: { from: '09:00', to: '19:00', notOnHolidays: true, notOnWeekdays: [7] }
    examples:
      - { name: Monday noon, given: { ${noon} }, expect: passes }
      - { name: a holiday before a Sunday, given: { at: '2026-11-14T12:00:00+08:00', holidays: ['2026-11-14'] }, expect: { denied: { until: '2026-11-16T09:00:00+08:00' } } }
  - id: T-PAST
${common}    effectiveTo: 2026-11-09
    verdict: block
    when: { fact: case.planKept, is: true }
    examples:
      - { name: the last day, given: { ${noon}, facts: { case.planKept: true } }, expect: { denied: { until: '2026-11-10T00:00:00+08:00' } } }
      - { name: the day after, given: { at: '2026-11-10T00:00:00+08:00', facts: { case.planKept: true } }, expect: passes }
  - id: T-TEXT
${common}    asked: template
    verdict: block
    when: { fact: template.flags, has: names-a-court }
    examples:
      - { name: names a court, given: { ${noon}, facts: { template.flags: [names-a-court] } }, expect: { denied: { until: never } } }
      - { name: does not, given: { ${noon}, facts: { template.flags: [] } }, expect: passes }
`;
    expect(errorsOf(text)).toEqual([]);
  });

  it('refuses an example that comes out otherwise, with file, line, rule and what was found', () => {
    const text = `${head}  - id: T-STOP
${common}    verdict: stop
    when: { fact: person.refused, is: true }
    examples:
      - { name: refused, given: { ${noon}, facts: { person.refused: true } }, expect: { denied: { until: never } } }
      - { name: unknown is not no, given: { ${noon} }, expect: passes }
`;
    expect(errorsOf(text)).toEqual([
      'test.yaml:20: T-STOP: example "unknown is not no" says passes but is denied until never: correct the rule or the example',
    ]);
  });

  it('refuses a misspelt key, a rule without both kinds of example and one that would deny everybody', () => {
    const text = `${head}  - id: T-ONE
${common}    verdict: block
    severty: law
    examples:
      - { name: a, given: { ${noon} }, expect: passes }
      - { name: b, given: { ${noon} }, expect: passes }
`;
    const errors = errorsOf(text);
    expect(errors.every((error) => error.startsWith('test.yaml:') && error.includes('T-ONE'))).toBe(true);
    expect(errors.join('\n')).toContain('severty');
    const without = errorsOf(text.replace('    severty: law\n', ''));
    expect(without.join('\n')).toContain('no example that is denied');
    expect(without.join('\n')).toContain('would deny everybody for ever');
  });

  it.each([
    ['delay without a limit', 'verdict: delay', 'exactly one of hours or counter'],
    [
      'a stop with a way out',
      'verdict: stop\n    when: { fact: person.refused, is: true }\n    unless: { fact: person.refused, is: false }',
      'stop beats everything',
    ],
    [
      'hours that end before they begin',
      "verdict: delay\n    hours: { from: '22:00', to: '08:00' }",
      'from must come before to',
    ],
    ['a fact nobody knows of', 'verdict: block\n    when: { fact: person.mood, is: bad }', 'when'],
  ])('refuses %s', (_, limit, said) => {
    const text = `${head}  - id: T-BAD
${common}    ${limit}
    examples:
      - { name: a, given: { ${noon} }, expect: passes }
      - { name: b, given: { ${noon} }, expect: { denied: { until: never } } }
`;
    expect(errorsOf(text).join('\n')).toContain(said);
  });

  it('takes a citation that stands in many rules, and no bomb of aliases', () => {
    const many = Array.from(
      { length: 150 },
      (_, n) => `  - id: T-${n}
    zh: 规则
    en: rule
    effectiveFrom: 2026-01-01
    binds: [firstParty]
    channels: all
    purposes: all
    severity: law
    citation: ${n === 0 ? '&cited { document: Statute, article: one }' : '*cited'}
    verdict: block
    when: { fact: person.refused, is: true }
    examples:
      - { name: a, given: { ${noon}, facts: { person.refused: false } }, expect: passes }
      - { name: b, given: { ${noon} }, expect: { denied: { until: never } } }
`,
    );
    expect(errorsOf(`${head}${many.join('')}`)).toEqual([]);
    const nine = (of: string) => `[${Array(9).fill(of).join(', ')}]`;
    const bomb = ['b', 'c', 'd', 'e', 'f'].map((name, n) => `${name}: &${name} ${nine(`*${'abcdef'[n] ?? ''}`)}\n`);
    expect(errorsOf(`a: &a [1]\n${bomb.join('')}`)).toEqual([
      expect.stringMatching(/^test\.yaml:1: Excessive alias count/),
    ]);
  });

  it('names the line of broken YAML and a rule that stands twice', () => {
    expect(errorsOf(`${head}  - id: [`)[0]).toMatch(/^test\.yaml:\d+: /);
    const rule = `  - id: T-A
${common}    verdict: block
    when: { fact: person.refused, is: true }
    examples:
      - { name: a, given: { ${noon}, facts: { person.refused: false } }, expect: passes }
      - { name: b, given: { ${noon} }, expect: { denied: { until: never } } }
`;
    expect(errorsOf(`${head}${rule}${rule}`)).toEqual([
      'test.yaml:21: T-A: rules.1.id: T-A stands twice: give each rule an id of its own',
    ]);
  });
});

describe('a condition on unknown facts', () => {
  const refused: Condition = { fact: 'person.refused', is: true };
  const paid: Condition = { fact: 'case.planKept', is: true };
  const truth = (condition: Condition) => judge(condition, { 'case.planKept': true }, '2026-11-09');

  it('is unknown unless the known parts decide it', () => {
    expect(truth(refused)).toBe('unknown');
    expect(truth({ not: refused })).toBe('unknown');
    expect(truth({ any: [refused, paid] })).toBe(true);
    expect(truth({ all: [refused, paid] })).toBe('unknown');
    expect(truth({ all: [refused, { not: paid }] })).toBe(false);
  });
});

describe('an example', () => {
  const counting = (key: string, of: object, events: string, expected: string) => `${head}  - id: T-COUNT
${common.replace('channels: all', 'channels: [call, sms]').replace('purposes: all', 'purposes: [locate, collect]').replace('[firstParty]', '[agency, firstParty]')}    verdict: delay
    counter: { event: dialPlaced, key: ${key}, window: { rolling: { hours: 24 } }, max: 2 }
    examples:
      - { name: none, given: { ${noon} }, expect: passes }
      - { name: two, given: { ${noon}, events: [{ kind: dialPlaced, at: '2026-11-09T01:00:00Z', times: 2 }] }, expect: { denied: { until: '2026-11-10T01:00:00Z' } } }
      - { name: this, given: ${JSON.stringify({ at: '2026-11-09T12:00:00+08:00', ...of }).replace('}', `, events: ${events} }`)}, expect: ${expected} }
`;
  const two = `[{ kind: dialPlaced, at: '2026-11-09T01:00:00Z', times: 2 }]`;
  const denied = `{ denied: { until: '2026-11-10T09:00:00+08:00' } }`;

  it('happened so many times as it says, and once where it says nothing', () => {
    expect(errorsOf(counting('person', {}, `[{ kind: dialPlaced, at: '2026-11-09T01:00:00Z' }]`, 'passes'))).toEqual(
      [],
    );
    expect(errorsOf(counting('person', {}, two, denied))).toEqual([]);
    expect(errorsOf(counting('person', {}, two, 'passes'))).toEqual([
      'test.yaml:21: T-COUNT: example "this" says passes but is denied until 2026-11-10T01:00:00.000Z: correct the rule or the example',
    ]);
    expect(errorsOf(counting('person', {}, '[]', denied))).toEqual([
      'test.yaml:21: T-COUNT: example "this" says denied until 2026-11-10T01:00:00.000Z but is passes: correct the rule or the example',
    ]);
  });

  it.each(['person', 'number', 'case', 'debt'])(
    'is of another %s where it says so, and of this one in all else',
    (key) => {
      const of = (other: string) => `[{ kind: dialPlaced, at: '2026-11-09T01:00:00Z', times: 2, other: ${other} }]`;
      for (const other of ['person', 'number', 'case', 'debt'])
        expect(errorsOf(counting(key, {}, of(other), other === key ? 'passes' : denied))).toEqual([]);
    },
  );

  it('is an ordinary contact of the rule unless it says otherwise: its first channel, purpose and contactor', () => {
    expect(errorsOf(counting('person', { channel: 'letter' }, two, 'passes'))).toEqual([]);
    expect(errorsOf(counting('person', { channel: 'sms' }, two, denied))).toEqual([]);
    expect(errorsOf(counting('person', { purpose: 'serve' }, two, 'passes'))).toEqual([]);
    expect(errorsOf(counting('person', { purpose: 'collect' }, two, denied))).toEqual([]);
    expect(errorsOf(counting('person', { by: 'buyer' }, two, 'passes'))).toEqual([]);
    expect(errorsOf(counting('person', { by: 'firstParty' }, two, denied))).toEqual([]);
    const asked = (condition: string, of = common) => `${head}  - id: T-ASK
${of}    verdict: block
    when: ${condition}
    examples:
      - { name: ordinary, given: { ${noon} }, expect: { denied: { until: never } } }
      - { name: other, given: { ${noon}, channel: letter, purpose: locate }, expect: passes }
`;
    const all = '{ all: [{ fact: contact.channel, is: sms }, { fact: contact.purpose, is: collect }] }';
    expect(errorsOf(asked(all))).toEqual([]);
    const some = common
      .replace('channels: all', 'channels: [visit, letter]')
      .replace('purposes: all', 'purposes: [serve, locate]');
    expect(errorsOf(asked(all.replace('sms', 'visit').replace('collect', 'serve'), some))).toEqual([]);
  });

  it('is on the days off and in the zones it names, the first of the pack otherwise', () => {
    const text = `${head.replace('[Asia/Shanghai]', '[Europe/London, Asia/Shanghai]')}  - id: T-HOURS
${common}    verdict: delay
    hours: { from: '08:00', to: '20:00', notOnHolidays: true }
    examples:
      - { name: four in London, given: { ${noon} }, expect: { denied: { until: '2026-11-09T08:00:00Z' } } }
      - { name: night in Shanghai, given: { at: '2026-11-09T15:00:00Z' }, expect: passes }
      - { name: noon in Shanghai, given: { ${noon}, zones: [Asia/Shanghai] }, expect: passes }
      - { name: a holiday, given: { ${noon}, zones: [Asia/Shanghai], holidays: ['2026-11-09'] }, expect: { denied: { until: '2026-11-10T08:00:00+08:00' } } }
`;
    expect(errorsOf(text)).toEqual([]);
  });

  it('is tried by its rule alone, or by those that are given', () => {
    const rules = ['A', 'B'].map((id) => blocks(id, { fact: 'person.refused', is: true }));
    const pack = packOf(rules);
    const [first, second] = pack.rules as [Rule, Rule];
    expect(contradictions(pack, first)).toEqual([
      { index: 0, message: 'example "passes" says passes but is denied until never: correct the rule or the example' },
    ]);
    // Without the rule that denies it, what is denied passes.
    expect(contradictions(pack, first, [])).toEqual([
      { index: 1, message: 'example "denied" says denied until never but is passes: correct the rule or the example' },
    ]);
    expect(contradictions(pack, first, [second])).toHaveLength(1);
  });
});

describe('what is wrong with a pack', () => {
  it('is printed a line each, with the rule where it is of one', () => {
    const error = { file: 'a.yaml', line: 7, message: 'is missing' };
    expect(packErrorText({ ...error, rule: 'A' })).toBe('a.yaml:7: A: is missing');
    expect(packErrorText({ ...error, rule: null })).toBe('a.yaml:7: is missing');
  });

  it('is found behind an alias at the list that holds it', () => {
    const text = `${head}  - id: T-A
${common}    verdict: block
    when: { fact: person.refused, is: true }
    examples:
      - &one { name: a, given: { ${noon} }, expect: passes }
      - *one
      - { name: b, given: { ${noon} }, expect: { denied: { until: never } } }
`;
    expect(errorsOf(text).map((error) => error.split(': ')[0])).toEqual(['test.yaml:19', 'test.yaml:19']);
  });
});
