import { describe, expect, it } from '@jest/globals';
import { compilePacks, evaluate, type Contact, type Facts, type Hold } from './index.js';
import { blocks, compiled, contactAt, counts, eventAt, factsOf, noon, packOf, requires, ruleOf } from './testing.js';

const verdictOf = (rule: object, at: string, facts: Partial<Facts> = {}, of: Partial<Contact> = {}) =>
  evaluate(compiled(rule), contactAt(at, of), factsOf(facts));
/** As the debtor's clock shows it in Shanghai. */
const local = (until: string) =>
  until === 'never' ? until : new Date(Date.parse(until) + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');
const earliest = (...of: Parameters<typeof verdictOf>) => {
  const verdict = verdictOf(...of);
  return verdict.verdict === 'permit' ? 'now' : local(verdict.earliest);
};
const ends = (...of: Parameters<typeof verdictOf>) => {
  const verdict = verdictOf(...of);
  return verdict.verdict === 'permit' ? local(verdict.windowEnds) : 'denied';
};

describe('a denial', () => {
  const rule = blocks('R-1', { fact: 'person.refused', is: true });

  it('carries the rule, its pack and version, its severity, its texts and its citation in both languages', () => {
    const citation = {
      document: { zh: '法规', en: 'Statute' },
      article: { zh: '第一条', en: 'article 1' },
      url: 'https://example.com/statute',
    };
    expect(verdictOf({ ...rule, citation }, noon)).toEqual({
      verdict: 'deny',
      earliest: 'never',
      denials: [
        {
          ...{ rule: 'R-1', pack: 'test', packVersion: '1', severity: 'law', zh: '规则', en: 'rule', until: 'never' },
          citation: {
            ...{ document: 'Statute', article: 'article 1', url: 'https://example.com/statute' },
            zh: { document: '法规', article: '第一条' },
          },
        },
      ],
    });
  });

  it('cites one text for both languages where only one is written, and no address where there is none', () => {
    expect(compiled(rule).rules[0]?.citation).toEqual({
      ...{ document: 'Statute', article: '1' },
      zh: { document: 'Statute', article: '1' },
    });
  });

  it('by the never-contact mark comes first, with its citation in both languages', () => {
    const verdict = verdictOf(rule, noon, { neverContact: true });
    expect(verdict).toMatchObject({ verdict: 'deny', earliest: 'never' });
    expect(verdict.verdict === 'deny' && verdict.denials.map((denial) => denial.rule)).toEqual([
      'NEVER-CONTACT',
      'R-1',
    ]);
    expect(verdict.verdict === 'deny' && verdict.denials[0]).toEqual({
      ...{ rule: 'NEVER-CONTACT', pack: 'gate', packVersion: '1', severity: 'house', until: 'never' },
      citation: {
        ...{ document: 'Never-contact mark', article: 'person' },
        zh: { document: '永不联系标记', article: '人员' },
      },
      zh: '该人员已标记为永不联系',
      en: 'This person may never be contacted',
    });
    expect(verdictOf(ruleOf('OPEN'), noon, { neverContact: false }).verdict).toBe('permit');
  });

  it('says never also where a limit alone would end', () => {
    const night = ruleOf('HOURS', { hours: { from: '13:00', to: '22:00' } });
    expect(verdictOf(night, noon, { neverContact: true })).toMatchObject({
      earliest: 'never',
      denials: [{ rule: 'NEVER-CONTACT' }, { rule: 'HOURS', until: '2026-11-09T05:00:00.000Z' }],
    });
  });
});

describe('holds', () => {
  const hold = (kind: string, from: string, until?: string): Hold => ({
    ...{ holdId: 'h', kind, effects: ['contact'], allows: ['serve'], from },
    ...(until === undefined ? {} : { until }),
  });
  const denials = (holds: Hold[], at = noon) => {
    const verdict = verdictOf(ruleOf('OPEN'), at, { holds });
    return verdict.verdict === 'deny' ? verdict.denials : [];
  };

  it('deny once a kind, in the order of their names, each until it alone would end', () => {
    const holds = [
      hold('promise', '2026-11-01T00:00:00Z', '2026-11-12T00:00:00Z'),
      hold('dispute', '2026-11-05T00:00:00Z', '2026-11-10T00:00:00Z'),
      hold('dispute', '2026-11-08T00:00:00Z', '2026-11-11T00:00:00Z'),
      hold('hardship', '2026-11-01T00:00:00Z', '2026-11-09T04:00:00Z'),
      hold('complaint', '2026-11-09T04:00:01Z', '2026-11-20T00:00:00Z'),
    ];
    expect(denials(holds).map(({ citation, until }) => [citation.article, until])).toEqual([
      ['dispute', '2026-11-11T00:00:00.000Z'],
      ['promise', '2026-11-12T00:00:00.000Z'],
    ]);
  });

  it('are cited in both languages', () => {
    expect(denials([hold('dispute', '2026-11-01T00:00:00Z')])).toEqual([
      {
        ...{ rule: 'HOLD', pack: 'gate', packVersion: '1', severity: 'house', until: 'never' },
        citation: {
          ...{ document: 'Hold on the case', article: 'dispute' },
          zh: { document: '案件暂停', article: 'dispute' },
        },
        zh: '案件处于暂停状态，此目的的触达不被允许',
        en: 'A hold on the case does not allow a contact for this purpose',
      },
    ]);
  });

  it('begin with their first instant and end before their last', () => {
    const holds = [hold('dispute', '2026-11-09T04:00:00Z', '2026-11-09T05:00:00Z')];
    expect(denials(holds, '2026-11-09T03:59:59.999Z')).toHaveLength(0);
    expect(denials(holds, '2026-11-09T04:00:00Z')).toHaveLength(1);
    expect(denials(holds, '2026-11-09T04:59:59.999Z')).toHaveLength(1);
    expect(denials(holds, '2026-11-09T05:00:00Z')).toHaveLength(0);
  });

  it('end the window that is open when the next of them begins', () => {
    const holds = [
      hold('dispute', '2026-11-09T10:00:00Z', '2026-11-09T11:00:00Z'),
      hold('promise', '2026-11-09T08:00:00Z', '2026-11-09T09:00:00Z'),
      hold('hardship', '2026-11-08T08:00:00Z', '2026-11-09T03:00:00Z'),
      hold('complaint', '2026-11-12T08:00:00Z'),
    ];
    expect(ends(ruleOf('OPEN'), noon, { holds })).toBe('2026-11-09 16:00');
    expect(ends(ruleOf('OPEN'), noon, { holds: holds.slice(2) })).toBe('2026-11-10 12:00');
  });

  it('and rules climb together to the first instant that all of them permit', () => {
    const hours = ruleOf('HOURS', { hours: { from: '09:00', to: '10:00' } });
    const holds = [
      hold('dispute', '2026-11-09T00:00:00Z', '2026-11-10T01:30:00Z'),
      hold('promise', '2026-11-10T02:30:00Z', '2026-11-11T01:59:00Z'),
      hold('hardship', '2026-11-12T00:00:00Z', '2026-11-12T01:10:00Z'),
    ];
    expect(earliest(hours, noon, { holds })).toBe('2026-11-10 09:30');
    expect(earliest(hours, '2026-11-10T11:00:00+08:00', { holds })).toBe('2026-11-11 09:59');
    expect(earliest(hours, '2026-11-11T11:00:00+08:00', { holds })).toBe('2026-11-12 09:10');
    expect(earliest(hours, noon, { holds: [hold('dispute', '2026-11-09T00:00:00Z')] })).toBe('never');
  });
});

describe('hours', () => {
  const visits = ruleOf('VISIT', { hours: { from: '09:00', to: '19:00', notOnWeekdays: [6, 7] } });

  it('open with their first instant and close before their last', () => {
    expect(earliest(visits, '2026-11-09T09:00:00+08:00')).toBe('now');
    expect(earliest(visits, '2026-11-09T08:59:59.999+08:00')).toBe('2026-11-09 09:00');
    expect(earliest(visits, '2026-11-09T18:59:59.999+08:00')).toBe('now');
    expect(earliest(visits, '2026-11-09T19:00:00+08:00')).toBe('2026-11-10 09:00');
    expect(ends(visits, '2026-11-09T09:00:00+08:00')).toBe('2026-11-09 19:00');
  });

  it('are none on days off: of the week, of the calendar, and those named', () => {
    expect(earliest(visits, '2026-11-13T19:00:00+08:00')).toBe('2026-11-16 09:00');
    expect(earliest(visits, '2026-11-15T12:00:00+08:00')).toBe('2026-11-16 09:00');
    const holidays = ['2026-11-10', '2026-11-11'];
    const off = ruleOf('OFF', { hours: { from: '09:00', to: '19:00', notOnHolidays: true } });
    expect(earliest(off, '2026-11-10T12:00:00+08:00', { holidays })).toBe('2026-11-12 09:00');
    expect(earliest(off, '2026-11-09T12:00:00+08:00', { holidays })).toBe('now');
    expect(
      earliest(ruleOf('ON', { hours: { from: '09:00', to: '19:00' } }), '2026-11-10T12:00:00+08:00', { holidays }),
    ).toBe('now');
    const not = ruleOf('NOT', { hours: { from: '09:00', to: '19:00', notOnHolidays: false } });
    expect(earliest(not, '2026-11-10T12:00:00+08:00', { holidays })).toBe('now');
    const eve = ruleOf('EVE', { hours: { from: '00:00', to: '24:00', notOnDates: ['2027-02-05', '2027-02-06'] } });
    expect(earliest(eve, '2027-02-05T12:00:00+08:00')).toBe('2027-02-07 00:00');
    expect(ends(eve, '2027-02-04T12:00:00+08:00')).toBe('2027-02-05 00:00');
    expect(earliest(eve, '2027-02-04T12:00:00+08:00')).toBe('now');
  });

  it('that run to midnight open again at once, and the window ends only a day ahead', () => {
    const evening = ruleOf('EVENING', { hours: { from: '12:00', to: '24:00' } });
    expect(earliest(evening, '2026-11-09T11:59:00+08:00')).toBe('2026-11-09 12:00');
    expect(ends(evening, '2026-11-09T12:00:00+08:00')).toBe('2026-11-10 00:00');
    expect(ends(ruleOf('ALL'), noon)).toBe('2026-11-10 12:00');
  });

  it('are looked for sixty days ahead and no further', () => {
    const days = (count: number) =>
      Array.from({ length: count }, (_, index) => new Date(Date.UTC(2026, 10, 9 + index)).toISOString().slice(0, 10));
    const off = (count: number) => ruleOf('OFF', { hours: { from: '09:00', to: '19:00', notOnDates: days(count) } });
    expect(earliest(off(60), noon)).toBe('2027-01-08 09:00');
    expect(earliest(off(61), noon)).toBe('never');
  });

  it('in two zones are those in both', () => {
    const zones = ['Asia/Shanghai', 'Asia/Kolkata'];
    expect(earliest(visits, '2026-11-09T09:00:00+08:00', {}, { zones })).toBe('2026-11-09 11:30');
    expect(ends(visits, '2026-11-09T12:00:00+08:00', {}, { zones })).toBe('2026-11-09 19:00');
    expect(ends(visits, '2026-11-09T12:00:00+08:00', {}, { zones: [...zones].reverse() })).toBe('2026-11-09 19:00');
  });

  it('end by themselves on the last day of the rule, and begin on the first', () => {
    const closed = { from: '09:00', to: '10:00' };
    expect(earliest(ruleOf('OVER', { hours: closed, effectiveTo: '2026-11-09' }), noon)).toBe('2026-11-10 00:00');
    expect(ends(ruleOf('SOON', { hours: closed, effectiveFrom: '2026-11-10' }), noon)).toBe('2026-11-10 00:00');
    expect(earliest(ruleOf('SOON', { hours: closed, effectiveFrom: '2026-11-10' }), noon)).toBe('now');
    expect(earliest(ruleOf('TODAY', { hours: closed, effectiveFrom: '2026-11-09' }), noon)).toBe('2026-11-10 09:00');
  });
});

describe('when and unless', () => {
  const yes = { fact: 'person.refused', is: true };
  const hours = { from: '13:00', to: '14:00' };

  it.each<[string, object, boolean | undefined, boolean]>([
    ['a rule that concerns him', { when: yes }, true, false],
    ['a rule that does not', { when: yes }, false, true],
    ['a rule of which nobody knows whether it does', { when: yes }, undefined, false],
    ['a rule that is waived', { unless: yes }, true, true],
    ['a rule that is not', { unless: yes }, false, false],
    ['a rule of which nobody knows whether it is', { unless: yes }, undefined, false],
    ['a rule that concerns him and is waived', { when: yes, unless: yes }, true, true],
  ])('%s: %j of %s permits %s', (_, of, value, permitted) => {
    const values = value === undefined ? {} : { 'person.refused': value };
    const limits = [
      ruleOf('HOURS', { hours, ...of }),
      counts('COUNT', { event: 'smsSent', key: 'person', window: { calendarDays: 1 }, max: 1 }, of),
    ];
    for (const rule of limits)
      expect(verdictOf(rule, noon, { values, events: [eventAt(noon)] }).verdict === 'permit').toBe(permitted);
  });

  it('speak of the contact that is asked about, whatever the facts say', () => {
    const values = { 'contact.channel': 'call', 'contact.purpose': 'serve' };
    const byChannel = blocks('CHANNEL', { fact: 'contact.channel', is: 'sms' });
    const byPurpose = blocks('PURPOSE', { fact: 'contact.purpose', is: 'collect' });
    expect(verdictOf(byChannel, noon, { values }).verdict).toBe('deny');
    expect(verdictOf(byPurpose, noon, { values }).verdict).toBe('deny');
    expect(verdictOf(byChannel, noon, { values }, { channel: 'email' }).verdict).toBe('permit');
    expect(verdictOf(byPurpose, noon, { values }, { purpose: 'locate' }).verdict).toBe('permit');
  });

  it('a block blocks and a stop stops where they concern him, and a requirement must be known to be met', () => {
    for (const verdict of ['block', 'stop'] as const) {
      const rule = blocks('NO', yes, { verdict });
      expect(verdictOf(rule, noon, { values: { 'person.refused': true } }).verdict).toBe('deny');
      expect(verdictOf(rule, noon, { values: { 'person.refused': false } }).verdict).toBe('permit');
    }
    const rule = requires('MUST', yes);
    expect(verdictOf(rule, noon, { values: { 'person.refused': true } }).verdict).toBe('permit');
    expect(verdictOf(rule, noon, { values: { 'person.refused': false } }).verdict).toBe('deny');
    expect(verdictOf(rule, noon).verdict).toBe('deny');
  });
});

describe('packs together', () => {
  it('take zones only from where a debtor may live, in order and each once', () => {
    const [cn, uk] = [packOf([]), packOf([], { jurisdiction: 'UK', zones: ['Europe/London', 'Asia/Shanghai'] })];
    expect(compilePacks([cn, uk]).zones).toEqual(['Asia/Shanghai', 'Europe/London']);
  });

  it('say what must be counted, kind by kind, and how far back at most', () => {
    const packs = compiled(
      counts('A', { event: ['smsSent', 'dialPlaced'], key: 'debt', window: { rolling: { hours: 48 } }, max: 2 }),
      counts('B', { event: 'visitMade', key: 'number', window: { calendarDays: 3 }, max: 2 }),
      ruleOf('C'),
    );
    expect(packs.counted).toEqual([
      { kind: 'smsSent', key: 'debt' },
      { kind: 'dialPlaced', key: 'debt' },
      { kind: 'visitMade', key: 'number' },
    ]);
    // A calendar window may reach a day and a change of zones further.
    expect(packs.reachMs).toBe(5 * 86_400_000);
    expect(compiled(ruleOf('C')).reachMs).toBe(0);
    const rolling = (window: object) =>
      compiled(counts('A', { event: 'smsSent', key: 'debt', window: { rolling: window }, max: 2 })).reachMs;
    expect([rolling({ days: 7 }), rolling({ hours: 7 })]).toEqual([7 * 86_400_000, 7 * 3_600_000]);
  });

  it('carry each rule with the name and version of its pack', () => {
    const [rule] = compilePacks([packOf([ruleOf('A')], { pack: 'other', packVersion: '7' })]).rules;
    expect(rule).toMatchObject({ id: 'A', pack: 'other', packVersion: '7', packJurisdiction: 'CN' });
  });
});
