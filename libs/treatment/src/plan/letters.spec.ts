import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { SendEffect } from '../shapes/decision.js';
import type { StepRecord } from '../shapes/snapshot.js';
import { account, at, cny, id, play, shipped, steps, calendar } from '../testing/cases.js';

const policy = shipped(readFileSync(new URL('../../policies/cn-unsecured-consumer.v2.yaml', import.meta.url), 'utf8'));
const overdue = { accounts: [{ accountId: account('a'), earliestUnpaidDue: '2026-11-08', overdue: cny(1_000) }] };
const opened = { openedOn: '2026-11-09', ...overdue };
const begun = (outcome: string, endedAt: string): Partial<StepRecord>[] => [
  { step: id('final-reminder'), plannedAt: at('2026-11-22'), endedAt: at('2026-11-22'), outcome: 'delivered' },
  { step: id('dunning-letter'), plannedAt: at('2026-11-23'), endedAt, outcome, personId: id('person-1') },
];

describe('the term of a letter', () => {
  it.each([
    ['ten days, the first not counted', '2026-11-20', 10, 'calendar', '2026-12-01'],
    ['an end on a Sunday moves to Monday', '2026-11-26', 10, 'calendar', '2026-12-08'],
    ['an end in a holiday moves behind it', '2026-09-22', 10, 'calendar', '2026-10-09'],
    ['business days', '2026-11-20', 3, 'business', '2026-11-26'],
  ] as const)('%s', (_, from, days, dayKind, over) =>
    expect(new Date(calendar.termOver(Date.parse(at(from)), { days, dayKind })).toISOString()).toBe(at(over, '00:00')),
  );

  it('begins with delivery, and what follows waits for its end', () => {
    const waiting = policy.decide({ ...opened, steps: begun('delivered', at('2026-11-26')) }, at('2026-12-07'));
    expect(steps(waiting.effects)).not.toContain('final-demand-letter');
    expect(waiting.upcoming).toContainEqual(
      expect.objectContaining({ step: 'final-demand-letter', earliest: at('2026-12-08', '00:00') }),
    );
    const over = policy.decide({ ...opened, steps: begun('delivered', at('2026-11-26')) }, at('2026-12-08'));
    expect(steps(over.effects)).toEqual(['final-demand-letter']);
  });

  it('never begins while the letter is only posted, and nobody is told that nothing is planned', () => {
    const reviewed = {
      step: id<never>('review-30'),
      plannedAt: at('2026-12-08'),
      endedAt: at('2026-12-08'),
      outcome: 'go-on',
    };
    const given = { ...opened, steps: [...begun('done', at('2026-11-24')), reviewed] };
    const decision = policy.decide(given, at('2027-01-15'));
    expect(decision.effects).toEqual([]);
    expect(decision.attention.map((one) => one.code)).not.toContain('nothing-planned');
  });

  it('comes back: a person looks for the address, and no letter follows', () => {
    const decision = policy.decide({ ...opened, steps: begun('returned', at('2026-11-26')) }, at('2026-11-27'));
    expect(steps(decision.effects)).toEqual(['review-address']);
  });
});

describe('what leaves as a letter', () => {
  it('says how it is posted and when it counts as delivered; a message says neither', () => {
    const [letter] = policy.decide(
      {
        ...opened,
        steps: [
          { step: id('final-reminder'), plannedAt: at('2026-11-23'), endedAt: at('2026-11-23'), outcome: 'done' },
        ],
      },
      at('2026-11-24'),
    ).effects as SendEffect[];
    expect(letter).toMatchObject({
      channel: 'letter',
      delivery: 'registered',
      deemedAfterDays: 3,
      termDays: 10,
      spread: false,
    });
    const [sms] = policy.decide(opened, at('2026-11-09')).effects as SendEffect[];
    expect(Object.keys(sms ?? {})).not.toEqual(expect.arrayContaining(['delivery']));
  });

  it('an unpaid debt, played for ninety days: each step once, letters in their order', () => {
    const played = play(policy, policy.snapshot(opened, at('2026-11-09')), at('2026-11-09'), {
      until: at('2027-02-07'),
      outcome: (effect) =>
        effect.do === 'open-review'
          ? 'go-on'
          : effect.do === 'send' && effect.channel === 'letter'
            ? 'delivered'
            : 'done',
    });
    const letters = played.effects.map((effect) => [effect.step, effect.at.slice(0, 10)]);
    expect(letters.map(([step]) => step)).toEqual([
      'reminder-1',
      'reminder-2',
      'reminder-3',
      'reminder-email',
      'final-reminder',
      'dunning-letter',
      'final-demand-letter',
      'review-30',
      'review-demands',
    ]);
  });

  it('without an address is told once, and reaches a person', () => {
    const sms = { id: 'p', channel: 'sms' as const, reserved: true, valid: 'yes' as const, optedOut: [] };
    const given = { ...opened, persons: [{ points: [sms] }], steps: begun('done', at('2026-11-22')).slice(0, 1) };
    const decision = policy.decide(given, at('2026-11-24'));
    expect(steps(decision.effects)).toEqual(['review-address']);
  });

  it('an e-mail that nobody can receive lapses once', () => {
    const sms = { id: 'p', channel: 'sms' as const, reserved: true, valid: 'yes' as const, optedOut: [] };
    const third = {
      step: id<never>('reminder-3'),
      plannedAt: at('2026-11-16'),
      endedAt: at('2026-11-16'),
      outcome: 'done',
    };
    const email = {
      step: id<never>('reminder-email'),
      plannedAt: at('2026-11-18'),
      endedAt: at('2026-11-18'),
      outcome: 'lapsed',
    };
    const given = { ...opened, persons: [{ points: [sms] }] };
    const emails = (records: (typeof third)[]) =>
      policy
        .decide({ ...given, steps: records }, at('2026-11-19'))
        .lapsed.filter((one) => one.step === id('reminder-email'));
    expect(emails([third])).toHaveLength(1);
    expect(emails([third, email])).toEqual([]);
  });
});

describe('a person who may no longer be addressed', () => {
  const open = [{ step: id<never>('reminder-1'), plannedAt: at('2026-11-09'), personId: id<never>('person-1') }];
  it.each([
    ['claimed dead', { status: 'claimed-dead' as const }, 'claimed-dead'],
    ['never to be contacted again', { neverContact: true }, 'never-contact'],
  ])('%s: what waits for him is called back', (_, person, rule) => {
    const [cancel] = policy.decide({ ...opened, persons: [person], steps: open }, at('2026-11-09', '11:00')).cancel;
    expect(cancel).toMatchObject({ effectKey: 'example/reminder-1/1', why: { code: 'person-status', rule } });
  });
  it('nobody is called back otherwise', () =>
    expect(policy.decide({ ...opened, steps: open }, at('2026-11-09', '11:00')).cancel).toEqual([]));
});
