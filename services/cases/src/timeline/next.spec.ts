import { describe, expect, it } from '@jest/globals';
import type { PermitPreview } from '@arrears/contracts';
import { nextOf, type NextInput } from './next.js';
import type { Planned } from './planned.js';
import { barText, whenText } from './sentences.js';

const now = '2026-11-09T02:00:00.000Z';
const tomorrow8 = '2026-11-10T00:00:00.000Z';
const row = { case_id: 'c-1', status: 'open', time_zone: 'Asia/Shanghai' } as NextInput['row'];
const planned: Planned = {
  key: 'call-1/next-0',
  step: 'call-1',
  state: 'planned',
  channel: 'call',
  covers: ['a-1'],
  earliest: now,
  blockedBy: [],
  ask: { key: 'call-1/next-0' } as Planned['ask'],
  unreachable: false,
};
const answer = (change: Partial<PermitPreview['answers'][number]> = {}): PermitPreview => ({
  answers: [{ key: 'call-1/next-0', verdict: 'granted', earliest: now, denials: [], limits: [], ...change }],
});
const next = (change: Partial<NextInput> = {}) => {
  const standing = { openSteps: [], denials: [], holds: [] };
  return nextOf({ row, last: null, standing, planned: [planned], preview: answer(), now, ...change });
};
const says = (change: Partial<NextInput> = {}) => {
  const { upcoming } = next(change);
  const [first] = upcoming as { says: { zh: string; en: string }; possible: string | null }[];
  return first;
};

describe('why not now', () => {
  const limits = [
    {
      rule: 'CN-CBA-FREQ-DAY',
      zh: '每日有效通话不超过三次',
      en: 'At most three effective calls a day',
      events: ['effectiveCall'],
      key: 'person' as const,
      used: 2,
      max: 3,
      days: 1,
      nextFree: null,
    },
  ];
  const denials = [
    {
      rule: 'CN-CBA-TIME',
      pack: 'cn-cba-2026',
      packVersion: '1',
      severity: 'self-regulation' as const,
      citation: { document: 'd', article: '9' },
      zh: '22:00至次日08:00不得联系',
      en: 'no contact from 22:00 to 08:00',
      until: tomorrow8,
    },
  ];

  it('says how much of a limit is used and when it is possible again', () =>
    expect(says({ preview: answer({ verdict: 'denied', earliest: tomorrow8, limits }) })).toMatchObject({
      possible: tomorrow8,
      says: {
        en: '2 of 3 effective calls today used; next possible tomorrow 08:00',
        zh: '今日有效通话已用 2/3；最早明天 08:00',
      },
    }));

  it('names each rule that denies, with the words of the rule', () =>
    expect(says({ preview: answer({ verdict: 'denied', earliest: tomorrow8, denials }) })?.says).toEqual({
      en: 'no contact from 22:00 to 08:00 (CN-CBA-TIME); next possible tomorrow 08:00',
      zh: '22:00至次日08:00不得联系（CN-CBA-TIME）；最早明天 08:00',
    }));

  it('says that nothing stands in the way', () => expect(says()?.says).toEqual({ en: 'possible now', zh: '现在可行' }));

  it('tells of a hold, and lets the later of plan and gate count', () => {
    const until = '2026-11-20T16:00:00.000Z';
    const blocked = { ...planned, earliest: until, blockedBy: [{ code: 'hold', rule: 'dispute', until }] };
    expect(says({ planned: [blocked], preview: answer({ earliest: tomorrow8 }) })).toMatchObject({
      possible: until,
      says: { en: 'a hold (dispute) stops it, until 2026-11-21 00:00; next possible 2026-11-21 00:00' },
    });
  });

  it.each([
    ['stopped', null, 'a stop order is in force; when it becomes possible is not known'],
    ['denied', 'never', 'not possible'],
    ['stale', null, 'the case has moved on and is planned anew; when it becomes possible is not known'],
    ['facts-behind', null, 'the gate has not yet heard the latest of this case; when it becomes possible is not known'],
  ] as const)('%s, %s', (verdict, earliest, en) =>
    expect(says({ preview: answer({ verdict, earliest }) })?.says.en).toBe(en),
  );

  it('without the gate it says so, with what the case itself knows', () => {
    const denied = { step: 'call-1', rule: 'CN-CBA-TIME', until: tomorrow8 };
    const standing = { openSteps: [], denials: [denied], holds: [] };
    expect(next({ preview: null, standing })).toMatchObject({ gate: 'away' });
    expect(says({ preview: null, standing })).toMatchObject({
      blockedBy: [{ code: 'denied', rule: 'CN-CBA-TIME', until: tomorrow8 }],
      gate: null,
      says: {
        en: 'the gate said no (CN-CBA-TIME), until tomorrow 08:00; next possible tomorrow 08:00; the gate does not answer: this is what the case itself knows',
      },
    });
  });

  it('forgets what the gate said last once it has answered anew', () => {
    const denied = { step: 'call-1', rule: 'CN-CBA-TIME', until: tomorrow8 };
    expect(says({ standing: { openSteps: [], denials: [denied], holds: [] } })?.says.en).toBe('possible now');
  });

  it('asks nobody about what reaches nobody', () => {
    const review = { ...planned, step: 'review-30', channel: 'review', ask: null };
    expect(next({ planned: [review], preview: null })).toMatchObject({ gate: 'not-asked' });
    expect(says({ planned: [{ ...planned, ask: null, unreachable: true }], preview: null })?.says.en).toContain(
      'no contact point',
    );
  });

  it('a closed case has nothing ahead', () =>
    expect(next({ row: { ...row, status: 'closed' } })).toMatchObject({ upcoming: [], wakeAt: null }));
});

describe('words', () => {
  it.each([
    ['2026-11-09T06:30:00Z', 'today 14:30'],
    ['2026-11-09T16:00:00Z', 'tomorrow 00:00'],
    ['2026-11-11T00:00:00Z', '2026-11-11 08:00'],
    ['never', 'never'],
  ])('%s is %s in Shanghai', (until, en) => expect(whenText(until, now, 'Asia/Shanghai').en).toBe(en));

  it.each([
    'hold',
    'promise-open',
    'gather',
    'spacing',
    'frequency',
    'enough-for-today',
    'mandatory-first',
    'pause',
    'step-open',
    'cycle-ended',
    'gate-not-met',
    'gate-unknown',
    'limitation-expired',
    'denied',
  ])('%s is said in both languages', (code) => {
    const { zh, en } = barText({ code, rule: 'x' }, now, 'UTC');
    expect(zh).toMatch(/[一-鿿]/);
    expect(en).not.toBe(`${code} x`);
  });

  it('what nobody has words for is named by its code', () =>
    expect(barText({ code: 'new-reason', until: 'never' }, now, 'UTC').en).toBe('new-reason, for ever'));
});
