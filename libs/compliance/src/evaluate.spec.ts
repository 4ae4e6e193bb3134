import { describe, expect, it } from '@jest/globals';
import { compilePacks, evaluate, type Contact, type Facts } from './index.js';
import { counts, packOf, ruleOf } from './testing.js';

const everybody = { binds: ['firstParty', 'agency', 'buyer'] };
const reminders = { ...everybody, channels: ['sms'], purposes: ['collect', 'remind-due'] };
const perPerson = { event: 'smsSent', key: 'person' };
const cba = packOf(
  [
    ruleOf('CN-CBA-TIME', {
      ...everybody,
      unless: { fact: 'person.consents', has: 'any-hour' },
      hours: { from: '08:00', to: '22:00' },
    }),
  ],
  { pack: 'cn-cba-2026', packVersion: '2026.1' },
);
const house = packOf(
  [
    counts('HOUSE-SMS-DAY', { ...perPerson, window: { calendarDays: 1 }, max: 1 }, reminders),
    counts('HOUSE-SMS-WEEK', { ...perPerson, window: { rolling: { days: 7 } }, max: 3 }, reminders),
  ],
  { pack: 'house-default', jurisdiction: 'any' },
);
const packs = compilePacks([cba, house]);
/** Of an ordinary debtor, on a number of his own. */
const values = { 'person.role': 'debtor', 'point.place': 'other', 'person.hasOtherPoint': true } as const;
const nothing: Facts = { values, events: [], holds: [] };
const sms = (at: string, of: Partial<Contact> = {}): Contact => ({
  at: new Date(at).toISOString(),
  channel: 'sms',
  purpose: 'collect',
  by: 'firstParty',
  caseId: 'case-1',
  person: 'person-1',
  debts: ['debt-1'],
  zones: ['Asia/Shanghai'],
  ...of,
});
const sent = (at: string, of: { person?: string; caseId?: string } = {}) => ({
  kind: 'smsSent' as const,
  at,
  person: 'person-1',
  ...of,
});

describe('evaluate', () => {
  it('permits a reminder at noon until ten in the evening', () => {
    const verdict = evaluate(packs, sms('2026-11-09T12:00:00+08:00'), nothing);
    expect(verdict).toEqual({ verdict: 'permit', windowEnds: '2026-11-09T14:00:00.000Z' });
  });

  it('NIGHT: at three in the morning it is denied until eight, with the citation', () => {
    const verdict = evaluate(packs, sms('2026-11-09T03:00:00+08:00'), nothing);
    expect(verdict).toMatchObject({
      verdict: 'deny',
      earliest: '2026-11-09T00:00:00.000Z',
      denials: [{ rule: 'CN-CBA-TIME', pack: 'cn-cba-2026', packVersion: '2026.1', until: '2026-11-09T00:00:00.000Z' }],
    });
  });

  it('lists every rule that denied, and computes when all of them would permit', () => {
    // Sent at 21:30; asked at 22:30: the day's limit ends at midnight, the night at eight.
    const facts = { ...nothing, events: [sent('2026-11-09T13:30:00.000Z')] };
    const verdict = evaluate(packs, sms('2026-11-09T22:30:00+08:00'), facts);
    expect(verdict).toMatchObject({ verdict: 'deny', earliest: '2026-11-10T00:00:00.000Z' });
    expect(verdict.verdict === 'deny' && verdict.denials.map(({ rule, until }) => [rule, until])).toEqual([
      ['CN-CBA-TIME', '2026-11-10T00:00:00.000Z'],
      ['HOUSE-SMS-DAY', '2026-11-09T16:00:00.000Z'],
    ]);
  });

  it('MERGE-2-CLIENTS: counts a person across cases', () => {
    const facts = { ...nothing, events: [sent('2026-11-09T02:00:00.000Z', { caseId: 'case-of-another-bank' })] };
    expect(evaluate(packs, sms('2026-11-09T12:00:00+08:00'), facts).verdict).toBe('deny');
  });

  it('lets a thank-you pass the counters, not the night', () => {
    const facts = { ...nothing, events: [sent('2026-11-09T02:00:00.000Z')] };
    const purpose = 'confirm-payment';
    expect(evaluate(packs, sms('2026-11-09T12:00:00+08:00', { purpose }), facts).verdict).toBe('permit');
    expect(evaluate(packs, sms('2026-11-09T23:00:00+08:00', { purpose }), facts).verdict).toBe('deny');
  });

  it('needs every zone of the packs when the debtor lives nobody knows where', () => {
    const wide = compilePacks([{ ...cba, zones: ['Asia/Shanghai', 'America/New_York'] }]);
    const verdict = evaluate(wide, sms('2026-11-09T12:00:00+08:00', { zones: [] }), nothing);
    // 08:00 in New York is 21:00 in Shanghai: one hour a day is right in both.
    expect(verdict).toMatchObject({ verdict: 'deny', earliest: '2026-11-09T13:00:00.000Z' });
    const inside = evaluate(wide, sms('2026-11-09T21:00:00+08:00', { zones: [] }), nothing);
    expect(inside).toEqual({ verdict: 'permit', windowEnds: '2026-11-09T14:00:00.000Z' });
  });

  it('does not take a debtor elsewhere for one who may live where the house has its own limits', () => {
    const elsewhere = { ...cba, pack: 'uk', jurisdiction: 'UK', zones: ['Europe/London'] };
    expect(compilePacks([house, elsewhere]).zones).toEqual(['Europe/London']);
    expect(compilePacks([house]).zones).toEqual(['Asia/Shanghai']);
    const unknown = sms('2026-11-09T20:00:00Z', { zones: [] });
    expect(evaluate(compilePacks([elsewhere, house]), unknown, nothing).verdict).toBe('permit');
  });

  it('asks each zone by its own clock alone: a law that is not in force there yet counts nothing there', () => {
    // On the eve of the law in Urumqi it is in force in Auckland, where the one that was sent yesterday no longer counts.
    const begins = { ...house, rules: house.rules.map((rule) => ({ ...rule, effectiveFrom: '2026-11-10' })) };
    const zones = ['Asia/Urumqi', 'Pacific/Auckland'];
    const facts = { ...nothing, events: [sent('2026-11-09T10:00:00.000Z')] };
    expect(evaluate(compilePacks([begins]), sms('2026-11-09T15:00:00.000Z', { zones }), facts).verdict).toBe('permit');
    expect(evaluate(compilePacks([house]), sms('2026-11-09T15:00:00.000Z', { zones }), facts).verdict).toBe('deny');
  });

  it('says never when no common hour exists', () => {
    const far = { zones: ['Asia/Shanghai', 'Europe/London', 'America/Los_Angeles'] };
    const verdict = evaluate(packs, sms('2026-11-09T12:00:00+08:00', far), nothing);
    expect(verdict).toMatchObject({ verdict: 'deny', earliest: 'never' });
  });

  it('refuses to guess when neither the debtor nor a pack names a zone', () => {
    expect(() => evaluate(compilePacks([]), sms('2026-11-09T12:00:00+08:00', { zones: [] }), nothing)).toThrow(
      'no time zone',
    );
  });

  it('denies under a hold that does not allow the purpose, until the hold ends, and permits what it allows', () => {
    const hold = {
      holdId: 'h',
      kind: 'dispute',
      effects: ['contact' as const],
      allows: ['serve'],
      from: '2026-11-01T00:00:00.000Z',
      until: '2026-11-20T20:00:00.000Z',
    };
    const verdict = evaluate(packs, sms('2026-11-09T12:00:00+08:00'), { ...nothing, holds: [hold] });
    expect(verdict).toMatchObject({
      verdict: 'deny',
      earliest: '2026-11-21T00:00:00.000Z',
      denials: [{ rule: 'HOLD', citation: { article: 'dispute' }, until: '2026-11-20T20:00:00.000Z' }],
    });
    const serve = sms('2026-11-09T12:00:00+08:00', { purpose: 'serve' });
    expect(evaluate(packs, serve, { ...nothing, holds: [hold] }).verdict).toBe('permit');
  });

  it('ends the window when a hold begins', () => {
    const hold = {
      holdId: 'h',
      kind: 'promise',
      effects: ['contact' as const],
      allows: [],
      from: '2026-11-09T06:00:00.000Z',
    };
    const verdict = evaluate(packs, sms('2026-11-09T12:00:00+08:00'), { ...nothing, holds: [hold] });
    expect(verdict).toEqual({ verdict: 'permit', windowEnds: '2026-11-09T06:00:00.000Z' });
  });

  it('says what must be counted and how far back', () => {
    expect(packs.counted).toEqual([
      { kind: 'smsSent', key: 'person' },
      { kind: 'smsSent', key: 'person' },
    ]);
    expect(packs.reachMs).toBe(7 * 86_400_000);
    expect(packs.versions).toEqual([
      { pack: 'cn-cba-2026', packVersion: '2026.1' },
      { pack: 'house-default', packVersion: '1' },
    ]);
  });
});
