import { describe, expect, it } from '@jest/globals';
import { compilePacks, rulePack } from '@arrears/compliance';
import { emptyReport, shadowPeriod, tryOn, type PastAnswer } from './shadow.js';

const pack = rulePack.parse({
  pack: 'house-default',
  packVersion: '2',
  title: { zh: '限额', en: 'limits' },
  jurisdiction: 'any',
  zones: ['Asia/Shanghai'],
  rules: [
    {
      ...{ id: 'HOUSE-SMS-DAY', zh: '每日', en: 'a day', effectiveFrom: '2026-01-01', binds: ['firstParty'] },
      ...{ channels: ['sms'], purposes: 'all', verdict: 'delay', severity: 'house' },
      counter: { event: 'smsSent', key: 'person', window: { calendarDays: 1 }, max: 2 },
      citation: { document: 'House', article: 'a day' },
      examples: [
        { name: 'passes', given: { at: '2026-11-09T10:00:00+08:00' }, expect: 'passes' },
        { name: 'denied', given: { at: '2026-11-09T10:00:00+08:00' }, expect: { denied: { until: 'never' } } },
      ],
    },
  ],
});
const candidate = { name: pack.pack, compiled: compilePacks([pack]) };
const sent = (hour: number) => ({ kind: 'smsSent' as const, at: `2026-11-09T0${hour}:00:00.000Z`, person: 'p' });
const past = (of: Partial<PastAnswer> = {}): PastAnswer => ({
  ...{
    kind: 'permit',
    contactId: 'm',
    caseId: 'c',
    effectKey: 'e',
    at: '2026-11-09T04:00:00.000Z',
    events: [],
    deniedBy: [],
  },
  asked: {
    contact: {
      ...{
        at: '2026-11-09T04:00:00.000Z',
        channel: 'sms',
        purpose: 'collect',
        by: 'firstParty',
        caseId: 'c',
        person: 'p',
      },
      ...{ debts: ['d'], zones: ['Asia/Shanghai'] },
    },
    facts: {
      values: {},
      events: [],
      // What held the contact then is not what is tried now.
      holds: [{ holdId: 'h', kind: 'dispute', effects: ['contact'], allows: [], from: '2026-11-01T00:00:00.000Z' }],
      neverContact: true,
    },
  },
  ...of,
});
const reportOf = (...answers: PastAnswer[]) => {
  const report = emptyReport();
  for (const answer of answers) tryOn(report, candidate, answer);
  return report;
};

describe('a pack in shadow', () => {
  it('would have denied what its own rules deny, and says which', () => {
    const denied = past({ contactId: 'n', events: [sent(1), sent(2)] });
    expect(reportOf(past(), past({ events: [sent(1)] }), denied)).toEqual({
      asked: 3,
      denied: 1,
      byRule: { 'HOUSE-SMS-DAY': 1 },
      newlyPermitted: 0,
      samples: [
        { kind: 'permit', contactId: 'n', caseId: 'c', effectKey: 'e', at: denied.at, rules: ['HOUSE-SMS-DAY'] },
      ],
    });
  });

  it('would newly permit what only its earlier version denied', () => {
    const denial = (deniedBy: string[], events = [sent(1)]) => past({ kind: 'denial', deniedBy, events });
    expect(reportOf(denial(['house-default']))).toMatchObject({
      denied: 0,
      newlyPermitted: 1,
      samples: [{ kind: 'denial' }],
    });
    expect(reportOf(denial(['house-default', 'gate']))).toMatchObject({ newlyPermitted: 0, samples: [] });
    expect(reportOf(denial([]))).toMatchObject({ newlyPermitted: 0 });
    expect(reportOf(denial(['house-default'], [sent(1), sent(2)]))).toMatchObject({ newlyPermitted: 0, denied: 0 });
  });

  it('permits nothing anew that was permitted, and names the rules that would deny in order', () => {
    expect(reportOf(past({ deniedBy: ['house-default'] }))).toMatchObject({ newlyPermitted: 0, samples: [] });
    const [rule] = pack.rules;
    if (rule === undefined) throw new Error('the pack has a rule');
    const several = { ...pack, rules: ['Z-RULE', 'A-RULE', 'M-RULE'].map((id) => ({ ...rule, id })) };
    const report = emptyReport();
    tryOn(report, { name: 'several', compiled: compilePacks([several]) }, past({ events: [sent(1), sent(2)] }));
    expect(report.samples[0]?.rules).toEqual(['A-RULE', 'M-RULE', 'Z-RULE']);
    expect(report.byRule).toEqual({ 'A-RULE': 1, 'M-RULE': 1, 'Z-RULE': 1 });
  });

  it('keeps a few samples and counts all', () => {
    const many = Array.from({ length: 30 }, () => past({ events: [sent(1), sent(2)] }));
    const report = reportOf(...many);
    expect(report).toMatchObject({ asked: 30, denied: 30, byRule: { 'HOUSE-SMS-DAY': 30 } });
    expect(report.samples).toHaveLength(20);
  });
});

describe('the period of a shadow run', () => {
  const now = '2026-11-30T04:00:00.000Z';

  it('is the 30 days before now, or before the end that was named', () => {
    expect(shadowPeriod(now, {})).toEqual({ from: '2026-10-31T04:00:00.000Z', to: now });
    expect(shadowPeriod(now, { to: '2026-11-01T00:00:00+08:00' })).toEqual({
      from: '2026-10-01T16:00:00.000Z',
      to: '2026-10-31T16:00:00.000Z',
    });
  });

  it('is 92 days at most and ends after it begins', () => {
    const to = '2026-11-30T00:00:00.000Z';
    expect(shadowPeriod(now, { from: '2026-08-30T00:00:00.000Z', to })).toMatchObject({ to });
    expect(shadowPeriod(now, { from: '2026-08-29T23:59:59.999Z', to })).toEqual({ fault: 'at most 92 days at a time' });
    expect(shadowPeriod(now, { from: to, to })).toEqual({ fault: 'ends before it begins' });
  });
});
