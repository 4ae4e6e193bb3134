import { describe, expect, it } from '@jest/globals';
import { hold, rulePack } from './index.js';
import { blocks, counts, noon, requires, ruleOf } from './testing.js';

const pack = {
  pack: 'test',
  packVersion: '1',
  title: { zh: '试', en: 'test' },
  jurisdiction: 'CN',
  zones: ['Asia/Shanghai'],
};
/** What the schema says of a pack: path and message of each fault; nothing when it takes it. */
const saidOf = (of: object) => {
  const parsed = rulePack.safeParse({ ...pack, rules: [], ...of });
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
};
const said = (rule: object) => saidOf({ rules: [rule] }).map((text) => text.replace('rules.0.', ''));
const good = (rule: object) => expect(said(rule)).toEqual([]);
/** Refused at that place, or within it. */
const bad = (rule: object, path: string) =>
  expect(said(rule).filter((text) => text.startsWith(`${path}:`) || text.startsWith(`${path}.`))).not.toEqual([]);

const yes = { fact: 'person.refused', is: true };
const day = { event: 'smsSent', key: 'person', window: { calendarDays: 1 }, max: 1 };
const hours = { from: '08:00', to: '22:00' };

describe('a rule', () => {
  it('is of one shape: hours or a counter that delays, a block, a stop, a requirement', () => {
    good(ruleOf('A', { hours }));
    good(counts('A', day));
    good(blocks('A', yes));
    good(blocks('A', yes, { verdict: 'stop' }));
    good(requires('A', yes));
    good(requires('A', yes, { when: yes, unless: yes }));
    good(blocks('A', yes, { unless: yes, purposes: ['collect'] }));
  });

  it.each<[string, object, string]>([
    [
      'a delay without a limit',
      ruleOf('A', { hours: undefined }),
      'verdict: delay needs exactly one of hours or counter',
    ],
    ['a delay with two', ruleOf('A', { counter: day }), 'verdict: delay needs exactly one of hours or counter'],
    ['a block by hours', blocks('A', yes, { hours }), 'verdict: hours and counter belong to the verdict delay'],
    [
      'a stop by a counter',
      blocks('A', yes, { verdict: 'stop', counter: day }),
      'verdict: hours and counter belong to the verdict delay',
    ],
    [
      'a requirement of nothing',
      ruleOf('A', { verdict: 'require', hours: undefined }),
      'requires: require and requires belong together',
    ],
    ['a block that requires', blocks('A', yes, { requires: yes }), 'requires: require and requires belong together'],
    [
      'a block of everybody',
      blocks('A', yes, { when: undefined }),
      'when: block without when would deny everybody for ever',
    ],
    [
      'a stop of everybody',
      blocks('A', yes, { verdict: 'stop', when: undefined }),
      'when: stop without when would deny everybody for ever',
    ],
    [
      'a stop that is waived',
      blocks('A', yes, { verdict: 'stop', unless: yes }),
      'verdict: stop beats everything: it has no unless and binds all purposes',
    ],
    [
      'a stop of one purpose',
      blocks('A', yes, { verdict: 'stop', purposes: ['collect'] }),
      'verdict: stop beats everything: it has no unless and binds all purposes',
    ],
    ['an end before the beginning', ruleOf('A', { effectiveTo: '2025-12-31' }), 'effectiveTo: ends before it begins'],
    [
      'hours that end as they begin',
      ruleOf('A', { hours: { from: '08:00', to: '08:00' } }),
      'hours.from: from must come before to',
    ],
    [
      'a person counted of a person',
      counts('A', { ...day, perPerson: true }),
      'counter.perPerson: perPerson belongs to the key debt',
    ],
    ['an id in small letters', ruleOf('cn-cba'), 'id: an id such as CN-CBA-TIME'],
  ])('%s is refused alone for that', (_, rule, message) => {
    expect(said(rule)).toEqual([message]);
  });

  it('that lasts a day, or counts a debt by persons, is taken', () => {
    good(ruleOf('A', { effectiveTo: '2026-01-01' }));
    good(counts('A', { ...day, key: 'debt', perPerson: true }));
    bad(counts('A', { ...day, key: 'debt', perPerson: false }), 'counter.perPerson');
  });

  it('needs an example that passes and one that is denied', () => {
    const [passes, denied] = ruleOf('A')['examples'] as [object, object];
    expect(said(ruleOf('A', { examples: [passes, passes] }))).toEqual(['examples: no example that is denied']);
    expect(said(ruleOf('A', { examples: [denied, denied] }))).toEqual(['examples: no example that passes']);
    good(ruleOf('A', { examples: [denied, passes, denied] }));
    bad(ruleOf('A', { examples: [passes] }), 'examples');
  });

  it('is asked of contacts and holds unconfirmed nothing, unless it says otherwise', () => {
    const parsed = rulePack.parse({ ...pack, rules: [ruleOf('A'), ruleOf('B', { asked: 'duty', verify: true })] });
    expect(parsed.rules.map(({ asked, verify }) => [asked, verify])).toEqual([
      ['contact', false],
      ['duty', true],
    ]);
    good(ruleOf('A', { asked: 'template' }));
    bad(ruleOf('A', { asked: 'nobody' }), 'asked');
  });

  it.each<[string, readonly unknown[], readonly unknown[]]>([
    ['id', ['A', 'A-1', 'CN-CBA-TIME', 'US-F-7IN7'], ['', 'A-', '-A', 'A--B', 'a', 'A B', 'xA', 'A_B', 'A-b']],
    ['effectiveFrom', ['2024-02-29'], ['2023-02-29', '2024-2-29', 'today', 20240229]],
    ['effectiveTo', ['2026-01-01', '2030-12-31'], ['never', '']],
    ['jurisdiction', ['US', 'any'], [7]],
    ['binds', [['agency'], ['firstParty', 'agency', 'buyer']], [[], 'all', ['bank']]],
    ['channels', ['all', ['sms'], ['voiceBot', 'visit']], [[], 'sms', ['fax']]],
    ['purposes', ['all', ['collect'], ['complaint-reply']], [[], 'collect', ['chat']]],
    ['severity', ['law', 'self-regulation', 'house'], ['custom', undefined]],
    ['zh', ['规'], ['', undefined]],
    ['en', ['r'], ['', undefined]],
    ['verify', [true, false], ['yes']],
  ])('%s: takes %j and not %j', (field, taken, refused) => {
    for (const value of taken) good(ruleOf('A', { [field]: value }));
    for (const value of refused) bad(ruleOf('A', { [field]: value }), field);
  });

  it.each<[object, boolean]>([
    [{ document: 'a', article: 'b' }, true],
    [{ document: { zh: '一', en: 'a' }, article: { zh: '二', en: 'b' }, url: 'https://example.com/a' }, true],
    [{ document: '', article: 'b' }, false],
    [{ document: { zh: '', en: 'a' }, article: 'b' }, false],
    [{ document: { zh: '一', en: '' }, article: 'b' }, false],
    [{ document: { zh: '一' }, article: 'b' }, false],
    [{ document: { zh: '一', en: 'a', fr: 'a' }, article: 'b' }, false],
    [{ document: 'a' }, false],
    [{ document: 'a', article: 'b', url: 'nowhere' }, false],
    [{ document: 'a', article: 'b', page: 1 }, false],
  ])('cites %j: %s', (citation, taken) => {
    expect(said(ruleOf('A', { citation })).length === 0).toBe(taken);
  });

  it.each<[object, boolean]>([
    [{ from: '00:00', to: '24:00' }, true],
    [{ from: '09:30', to: '19:59' }, true],
    [{ from: '20:00', to: '23:59' }, true],
    [{ from: '24:00', to: '24:00' }, false],
    [{ from: '08:00', to: '24:01' }, false],
    [{ from: '08:60', to: '22:00' }, false],
    [{ from: '08:00', to: '25:00' }, false],
    [{ from: '8:00', to: '9:00' }, false],
    [{ from: '08:00', to: '22:000' }, false],
    [{ from: '108:00', to: '22:00' }, false],
    [{ from: '08:00', to: '22:00 ' }, false],
    [{ from: '08:00', to: 'x24:00' }, false],
    [{ from: '08:00', to: '24:00x' }, false],
    [{ from: '08-00', to: '22-00' }, false],
    [{ from: '08:00' }, false],
    [{ ...hours, notOnHolidays: true, notOnWeekdays: [1, 7], notOnDates: ['2027-02-06'] }, true],
    [{ ...hours, notOnHolidays: 'yes' }, false],
    [{ ...hours, notOnWeekdays: [0] }, false],
    [{ ...hours, notOnWeekdays: [8] }, false],
    [{ ...hours, notOnWeekdays: [1.5] }, false],
    [{ ...hours, notOnDates: [] }, false],
    [{ ...hours, notOnDates: ['6 February'] }, false],
    [{ ...hours, notOnSundays: true }, false],
  ])('is open %j: %s', (of, taken) => {
    expect(said(ruleOf('A', { hours: of })).length === 0).toBe(taken);
  });

  it.each<[object, boolean]>([
    [{}, true],
    [{ event: ['smsSent', 'emailSent'], key: 'debt' }, true],
    [{ event: [] }, false],
    [{ event: 'faxSent' }, false],
    [{ key: 'agency' }, false],
    [{ max: 0 }, false],
    [{ max: 10_000 }, true],
    [{ max: 10_001 }, false],
    [{ max: 1.5 }, false],
    [{ window: { calendarDays: 0 } }, false],
    [{ window: { calendarDays: 3660 } }, true],
    [{ window: { calendarDays: 3661 } }, false],
    [{ window: { rolling: { days: 1 } } }, true],
    [{ window: { rolling: { days: 0 } } }, false],
    [{ window: { rolling: { days: 3660 } } }, true],
    [{ window: { rolling: { days: 3661 } } }, false],
    [{ window: { rolling: { hours: 1 } } }, true],
    [{ window: { rolling: { hours: 0 } } }, false],
    [{ window: { rolling: { hours: 8760 } } }, true],
    [{ window: { rolling: { hours: 8761 } } }, false],
    [{ window: { rolling: { hours: 1, days: 1 } } }, false],
    [{ window: { rolling: {} } }, false],
    [{ window: { calendarDays: 1, rolling: { days: 1 } } }, false],
    [{ window: {} }, false],
    [{ every: 'day' }, false],
  ])('counts %j: %s', (of, taken) => {
    expect(said(counts('A', { ...day, ...of })).length === 0).toBe(taken);
  });

  it.each<[object, boolean]>([
    [{ all: [yes] }, true],
    [{ any: [yes, { not: yes }] }, true],
    [{ all: [] }, false],
    [{ any: [] }, false],
    [{ not: {} }, false],
    [{ ...yes, in: ['a'] }, false],
    [{ fact: 'person.role', is: 'debtor' }, true],
    [{ fact: 'person.role', in: ['debtor'] }, true],
    [{ fact: 'person.role', in: [] }, false],
    [{ fact: 'person.role', in: [1] }, false],
    [{ fact: 'visit.collectors', is: 2 }, true],
    [{ fact: 'visit.collectors', atLeast: 2 }, true],
    [{ fact: 'visit.collectors', atMost: 2 }, true],
    [{ fact: 'person.consents', has: 'email' }, true],
    [{ fact: 'actor.trainedUntil', notBefore: 'today' }, true],
    [{ fact: 'actor.trainedUntil', notBefore: 'tomorrow' }, false],
    [{ fact: 'actor.trainedUntil', notBefore: 'today', plusDays: 1 }, true],
    [{ fact: 'actor.trainedUntil', notBefore: 'today', plusDays: 3660 }, true],
    [{ fact: 'actor.trainedUntil', notBefore: 'today', plusDays: 3661 }, false],
    [{ fact: 'actor.trainedUntil', notBefore: 'today', plusDays: 0 }, false],
    [{ fact: 'actor.trainedUntil', notAfter: 'today' }, true],
    [{ fact: 'actor.trainedUntil', notAfter: 'yesterday' }, false],
    [{ fact: 'actor.trainedUntil', known: true }, true],
    [{ fact: 'person.consents', known: true }, true],
    [{ fact: 'person.refused', known: false }, false],
    [{ all: [yes], any: [yes] }, false],
    [{ not: yes, all: [yes] }, false],
    [{ any: [yes], not: yes }, false],
  ])('asks %j: %s', (when, taken) => {
    expect(said(blocks('A', when)).length === 0).toBe(taken);
  });

  it.each<[object, boolean]>([
    [{ given: { at: noon } }, true],
    [{ given: { at: '2026-11-09T12:00:00Z' } }, true],
    [{ given: { at: '2026-11-09T12:00:00' } }, false],
    [{ given: { at: '2026-11-09' } }, false],
    [{ name: '' }, false],
    [{ note: 'x' }, false],
    [{ given: { at: noon, weather: 'fine' } }, false],
    [{ given: { at: noon, zones: ['Asia/Shanghai'], channel: 'call', purpose: 'serve', by: 'buyer' } }, true],
    [{ given: { at: noon, zones: 'Asia/Shanghai' } }, false],
    [{ given: { at: noon, zones: [7] } }, false],
    [{ given: { at: noon, channel: 'fax' } }, false],
    [{ given: { at: noon, purpose: 'chat' } }, false],
    [{ given: { at: noon, by: 'bank' } }, false],
    [{ given: { at: noon, holidays: ['2026-10-01'] } }, true],
    [{ given: { at: noon, holidays: ['October'] } }, false],
    [
      { given: { at: noon, facts: { 'person.refused': true, 'person.consents': ['email'], 'visit.collectors': 2 } } },
      true,
    ],
    [{ given: { at: noon, facts: { 'person.role': 'debtor', 'actor.trainedUntil': '2026-11-09' } } }, true],
    [{ given: { at: noon, facts: { 'person.mood': 'bad' } } }, false],
    [{ given: { at: noon, facts: { 'person.consents': [1] } } }, false],
    [{ given: { at: noon, facts: { 'person.refused': null } } }, false],
    [{ given: { at: noon, events: [{ kind: 'smsSent', at: noon, other: 'debt', times: 100 }] } }, true],
    [{ given: { at: noon, events: [{ kind: 'smsSent', at: noon, times: 1 }] } }, true],
    [{ given: { at: noon, events: [{ kind: 'smsSent', at: noon, times: 0 }] } }, false],
    [{ given: { at: noon, events: [{ kind: 'smsSent', at: noon, times: 101 }] } }, false],
    [{ given: { at: noon, events: [{ kind: 'smsSent', at: noon, other: 'agency' }] } }, false],
    [{ given: { at: noon, events: [{ kind: 'faxSent', at: noon }] } }, false],
    [{ given: { at: noon, events: [{ kind: 'smsSent', at: 'noon' }] } }, false],
    [{ given: { at: noon, events: [{ kind: 'smsSent', at: noon, note: 'x' }] } }, false],
    [{ expect: { denied: { until: noon } } }, true],
    [{ expect: { denied: { until: 'never' } } }, true],
    [{ expect: { denied: { until: 'later' } } }, false],
    [{ expect: { denied: { until: noon, by: 'A' } } }, false],
    [{ expect: { denied: {} } }, false],
    [{ expect: { denied: { until: noon }, because: 'x' } }, false],
    [{ expect: 'denied' }, false],
  ])('has the example %j: %s', (of, taken) => {
    const whole = { name: 'one', given: { at: noon }, expect: 'passes', ...of };
    const examples = [whole, ...(ruleOf('A')['examples'] as object[])];
    expect(said(ruleOf('A', { examples })).length === 0).toBe(taken);
  });
});

describe('a hold', () => {
  const whole = { holdId: 'h', kind: 'dispute', effects: ['contact'], allows: ['serve'], from: '2026-11-01T00:00:00Z' };

  it('has a kind, effects, purposes it allows, and a beginning; an end, accounts and persons where it says so', () => {
    const scoped = { ...whole, until: '2026-11-30T00:00:00Z', accounts: ['a'], persons: ['p'] };
    expect(hold.parse(whole)).toEqual(whole);
    expect(hold.parse(scoped)).toEqual(scoped);
    for (const field of ['holdId', 'kind', 'effects', 'allows', 'from'])
      expect(hold.safeParse({ ...whole, [field]: undefined }).success).toBe(false);
    for (const wrong of [
      { effects: ['mood'] },
      { from: 'now' },
      { until: 'later' },
      { accounts: 'a' },
      { persons: [7] },
    ])
      expect(hold.safeParse({ ...whole, ...wrong }).success).toBe(false);
  });
});

describe('a pack', () => {
  it.each<[object, boolean]>([
    [{}, true],
    [{ pack: 'cn-cba-2026' }, true],
    [{ pack: 'CN' }, false],
    [{ pack: 'a-' }, false],
    [{ pack: '-a' }, false],
    [{ pack: 'a b' }, false],
    [{ pack: 'a--b' }, false],
    [{ packVersion: '' }, false],
    [{ packVersion: 'v'.repeat(40) }, true],
    [{ packVersion: 'v'.repeat(41) }, false],
    [{ packVersion: 2026 }, false],
    [{ title: 'test' }, false],
    [{ title: { zh: '', en: 'a' } }, false],
    [{ title: { zh: '试', en: '' } }, false],
    [{ title: { zh: '试', en: 'a', fr: 'a' } }, false],
    [{ jurisdiction: 'C' }, false],
    [{ jurisdiction: 'a'.repeat(10) }, true],
    [{ jurisdiction: 'a'.repeat(11) }, false],
    [{ zones: [] }, false],
    [{ zones: 'Asia/Shanghai' }, false],
    [{ effectiveFrom: '2026-01-01', effectiveTo: '2026-01-01' }, true],
    [{ effectiveFrom: '2026-01-02', effectiveTo: '2026-01-01' }, false],
    [{ effectiveFrom: 'soon' }, false],
    [{ effectiveTo: 'late' }, false],
    [{ author: 'x' }, false],
    [{ rules: undefined }, false],
  ])('%j: %s', (of, taken) => {
    expect(saidOf(of).length === 0).toBe(taken);
  });

  it('is named as packs are', () => {
    expect(saidOf({ pack: 'CN' })).toEqual(['pack: an id such as cn-cba-2026']);
  });

  it('names a rule once, and every one that stands again', () => {
    const rules = ['A', 'B', 'A', 'C', 'A'].map((id) => ruleOf(id));
    expect(saidOf({ rules })).toEqual([
      'rules.2.id: A stands twice: give each rule an id of its own',
      'rules.4.id: A stands twice: give each rule an id of its own',
    ]);
    expect(saidOf({ effectiveFrom: '2026-01-02', effectiveTo: '2026-01-01' })).toEqual([
      'effectiveTo: ends before it begins',
    ]);
  });
});
