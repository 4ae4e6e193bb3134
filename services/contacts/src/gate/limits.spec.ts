import { describe, expect, it } from '@jest/globals';
import { compilePacks, rulePack, type CountedEvent } from '@arrears/compliance';
import type { Asked } from './gate.js';
import { limitsOf } from './limits.js';

const rule = (id: string, counter: object, of: object = {}) => ({
  id,
  zh: '限额',
  en: 'limit',
  effectiveFrom: '2026-01-01',
  binds: ['firstParty'],
  channels: ['call'],
  purposes: 'all',
  verdict: 'delay',
  counter,
  severity: 'house',
  citation: { document: 'House', article: id },
  examples: [
    { name: 'passes', given: { at: '2026-11-09T10:00:00+08:00' }, expect: 'passes' },
    { name: 'denied', given: { at: '2026-11-09T10:00:00+08:00' }, expect: { denied: { until: 'never' } } },
  ],
  ...of,
});
const packOf = (...rules: object[]) =>
  compilePacks([
    rulePack.parse({
      ...{
        pack: 'test',
        packVersion: '1',
        title: { zh: '测', en: 'test' },
        jurisdiction: 'any',
        zones: ['Asia/Shanghai'],
      },
      rules,
    }),
  ]);
const now = '2026-11-09T04:00:00.000Z';
const asked = (events: readonly CountedEvent[], of: Partial<Asked['contact']> = {}): Asked => ({
  contact: {
    ...{ at: now, channel: 'call', purpose: 'collect', by: 'firstParty', caseId: 'c', person: 'p', number: 'n' },
    ...{ debts: ['d1', 'd2'], zones: ['Asia/Shanghai'] },
    ...of,
  },
  facts: { values: {}, events, holds: [] },
});
const event = (at: string, of: Partial<CountedEvent> = {}): CountedEvent => ({
  ...{ kind: 'effectiveCall', at: `2026-11-${at}:00.000Z`, person: 'p', number: 'n', caseId: 'c', debts: ['d1'] },
  ...of,
});
const day = { event: 'effectiveCall', key: 'person', window: { calendarDays: 1 }, max: 3 };

describe('a limit that binds', () => {
  it('says how much of it is used, and when the first of that counts no more', () => {
    const events = [event('09T02:00'), event('09T01:00'), event('08T15:59'), event('09T03:00', { person: 'q' })];
    expect(limitsOf(packOf(rule('DAY', day)), asked(events))).toEqual([
      {
        ...{ rule: 'DAY', zh: '限额', en: 'limit', events: ['effectiveCall'], key: 'person', used: 2, max: 3, days: 1 },
        nextFree: '2026-11-09T16:00:00.000Z',
      },
    ]);
  });

  it('is shown also where nothing of it is used', () => {
    expect(limitsOf(packOf(rule('DAY', day)), asked([]))).toMatchObject([{ used: 0, nextFree: null }]);
    expect(limitsOf(packOf(rule('DAY', day)), null)).toEqual([]);
  });

  it('of a rolling span lets each go when it is old enough', () => {
    const rolling = { ...day, window: { rolling: { hours: 24 } } };
    const events = [event('08T04:00'), event('08T04:01'), event('09T01:00')];
    expect(limitsOf(packOf(rule('ROLL', rolling)), asked(events))).toMatchObject([
      { used: 2, nextFree: '2026-11-09T04:01:00.000Z' },
    ]);
  });

  it.each<['number' | 'case' | 'debt' | 'person', Partial<CountedEvent>]>([
    ['number', { number: 'other' }],
    ['case', { caseId: 'other' }],
    ['debt', { debts: ['other'] }],
    ['person', { person: 'other' }],
  ])('counts by %s', (key, other) => {
    const packs = packOf(rule('KEY', { ...day, key }));
    expect(limitsOf(packs, asked([event('09T01:00'), event('09T02:00', other)]))).toMatchObject([{ key, used: 1 }]);
  });

  it('by debt is that of the fullest debt', () => {
    const packs = packOf(rule('DEBT', { ...day, key: 'debt' }));
    const events = [event('09T01:00', { debts: ['d2'] }), event('09T02:00', { debts: ['d1', 'd2'] })];
    expect(limitsOf(packs, asked(events))).toMatchObject([{ used: 2 }]);
  });

  it('counts no number where none is asked about', () => {
    const { number: _, ...contact } = asked([]).contact;
    const question = { contact, facts: { values: {}, events: [event('09T01:00')], holds: [] } };
    expect(limitsOf(packOf(rule('NUMBER', { ...day, key: 'number' })), question)).toMatchObject([{ used: 0 }]);
  });

  it('counts nothing of the future', () => {
    expect(limitsOf(packOf(rule('DAY', day)), asked([event('09T05:00')]))).toMatchObject([{ used: 0 }]);
  });
});

describe('a limit that does not bind', () => {
  it.each<[string, object, Partial<Asked['contact']>]>([
    ['of another channel', { channels: ['sms'] }, {}],
    ['of another purpose', { purposes: ['locate'] }, {}],
    ['of agencies', { binds: ['agency'] }, {}],
    ['that is over', { effectiveTo: '2026-11-08' }, {}],
    ['that has not begun', { effectiveFrom: '2026-11-10' }, {}],
    ['that does not concern it', { when: { fact: 'contact.channel', is: 'sms' } }, {}],
    ['that is waived', { unless: { fact: 'contact.purpose', is: 'collect' } }, {}],
  ])('%s is not shown', (_, of, contact) => {
    expect(limitsOf(packOf(rule('DAY', day, of)), asked([], contact))).toEqual([]);
  });

  it('is one of hours, or a duty', () => {
    const hours = rule('HOURS', day, { counter: undefined, hours: { from: '08:00', to: '22:00' } });
    expect(limitsOf(packOf(hours, rule('DUTY', day, { asked: 'duty' })), asked([]))).toEqual([]);
  });

  it('but one whose condition nobody can answer is', () => {
    const unknown = { when: { fact: 'person.refused', is: true } };
    expect(limitsOf(packOf(rule('DAY', day, unknown)), asked([]))).toHaveLength(1);
    expect(limitsOf(packOf(rule('DAY', day, { unless: unknown.when })), asked([]))).toHaveLength(1);
  });
});
