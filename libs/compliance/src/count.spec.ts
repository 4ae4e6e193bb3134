import { describe, expect, it } from '@jest/globals';
import { compilePacks, evaluate, limitUse, type Contact, type CountedEvent } from './index.js';
import { compiled, contactAt, counts, eventAt, factsOf, noon, packOf, ruleOf } from './testing.js';

const day = { event: 'smsSent', key: 'person', window: { calendarDays: 1 }, max: 2 };
const at = (time: string, of: Partial<CountedEvent> = {}) => eventAt(`2026-11-${time}:00+08:00`, of);
const useOf = (counter: object, events: readonly CountedEvent[], of: Partial<Contact> = {}, rule: object = {}) =>
  limitUse(compiled(counts('LIMIT', { ...day, ...counter }, rule)), contactAt(noon, of), factsOf({ events }));
const untilOf = (counter: object, events: readonly CountedEvent[], of: Partial<Contact> = {}) => {
  const verdict = evaluate(compiled(counts('LIMIT', { ...day, ...counter })), contactAt(noon, of), factsOf({ events }));
  return verdict.verdict === 'permit' ? 'now' : verdict.earliest;
};

describe('a limit', () => {
  it('lets as many as it says, and then waits until enough have left its window', () => {
    expect(untilOf({}, [])).toBe('now');
    expect(untilOf({}, [at('09T08:00')])).toBe('now');
    expect(untilOf({}, [at('09T08:00'), at('09T09:00')])).toBe('2026-11-09T16:00:00.000Z');
    expect(untilOf({}, [at('08T23:59'), at('09T09:00')])).toBe('now');
    const rolling = { window: { rolling: { hours: 24 } } };
    expect(untilOf(rolling, [at('09T08:00'), at('08T14:00'), at('08T13:00')])).toBe('2026-11-09T06:00:00.000Z');
    expect(untilOf(rolling, [at('08T12:00'), at('09T08:00')])).toBe('now');
    expect(untilOf({ ...rolling, max: 1 }, [at('08T12:01')])).toBe('2026-11-09T04:01:00.000Z');
    expect(untilOf({ ...rolling, max: 1 }, [at('08T13:00'), at('09T11:00'), at('09T10:00')])).toBe(
      '2026-11-10T03:00:00.000Z',
    );
  });

  it('of several days counts today as one of them', () => {
    const week = { window: { calendarDays: 3 }, max: 1 };
    expect(untilOf(week, [at('07T00:00')])).toBe('2026-11-09T16:00:00.000Z');
    expect(untilOf(week, [at('06T23:59')])).toBe('now');
  });

  it('counts the kinds it names', () => {
    const two = [at('09T08:00'), at('09T09:00', { kind: 'emailSent' })];
    expect(untilOf({}, two)).toBe('now');
    expect(untilOf({ event: ['smsSent', 'emailSent'] }, two)).toBe('2026-11-09T16:00:00.000Z');
  });

  it.each<['person' | 'number' | 'case' | 'debt', Partial<CountedEvent>]>([
    ['person', { number: 'x', caseId: 'x', debts: ['x'] }],
    ['number', { person: 'x', caseId: 'x', debts: ['x'] }],
    ['case', { person: 'x', number: 'x', debts: ['x'] }],
    ['debt', { person: 'x', number: 'x', caseId: 'x' }],
  ])('of a %s counts what happened to it, whatever else was another', (key, elsewhere) => {
    const mine = { person: 'person', number: 'number', caseId: 'case', debts: ['debt'] };
    const other = {
      person: 'x',
      number: 'x',
      caseId: 'x',
      debts: ['x'],
      ...Object.fromEntries(Object.entries(mine).filter(([name]) => name in elsewhere)),
    };
    expect(useOf({ key }, [at('09T08:00', elsewhere)])).toMatchObject([{ used: 1 }]);
    expect(useOf({ key }, [at('09T08:00', other)])).toMatchObject([{ used: 0 }]);
  });

  it('of a debt is one for each of them: the fullest stands in the way', () => {
    const debts = ['a', 'b', 'c'];
    const events = [
      at('09T08:00', { debts: ['a'] }),
      at('09T09:00', { debts: ['b', 'c'] }),
      at('09T10:00', { debts: ['b'] }),
    ];
    expect(useOf({ key: 'debt' }, events, { debts })).toMatchObject([{ used: 2 }]);
    expect(untilOf({ key: 'debt' }, events, { debts })).toBe('2026-11-09T16:00:00.000Z');
    expect(untilOf({ key: 'debt' }, events, { debts: ['a', 'c'] })).toBe('now');
    expect(useOf({ key: 'debt' }, events, { debts: [] })).toMatchObject([{ used: 0, nextFree: null }]);
    const { debts: _, ...untold } = at('09T08:00');
    expect(useOf({ key: 'debt' }, [untold])).toMatchObject([{ used: 0 }]);
  });

  it('of a debt counts each person by himself where it says so', () => {
    const other = { person: 'somebody else' };
    const events = [at('09T08:00'), at('09T09:00', other), at('09T10:00', other)];
    expect(useOf({ key: 'debt' }, events)).toMatchObject([{ used: 3 }]);
    expect(useOf({ key: 'debt', perPerson: true }, events)).toMatchObject([{ used: 1 }]);
    expect(untilOf({ key: 'debt', perPerson: true }, events)).toBe('now');
    expect(untilOf({ key: 'debt', perPerson: true, max: 1 }, events)).toBe('2026-11-09T16:00:00.000Z');
  });

  it('of a number counts nothing where none would be used, not even what had none', () => {
    const { number: _, ...contact } = contactAt(noon);
    const { number: __, ...event } = at('09T08:00');
    const packs = compiled(counts('LIMIT', { ...day, key: 'number', max: 1 }));
    expect(evaluate(packs, contact, factsOf({ events: [event] })).verdict).toBe('permit');
    expect(limitUse(packs, contact, factsOf({ events: [event] }))).toMatchObject([{ used: 0 }]);
  });

  it('of calendar days ends with the last of the midnights when he may be in two zones', () => {
    const zones = ['Asia/Kolkata', 'Asia/Shanghai'];
    expect(untilOf({ max: 1 }, [at('09T08:00')], { zones })).toBe('2026-11-09T18:30:00.000Z');
    expect(useOf({}, [at('09T08:00')], { zones })).toMatchObject([{ nextFree: '2026-11-09T18:30:00.000Z' }]);
  });
});

describe('the use of a limit', () => {
  it('tells what of it is used, of how many, over how many days, and when the first is free again', () => {
    const events = [at('08T09:00'), at('09T08:00'), at('09T12:00'), at('09T12:01')];
    expect(useOf({ event: ['smsSent', 'emailSent'], window: { calendarDays: 2 }, max: 5 }, events)).toEqual([
      {
        ...{ rule: 'LIMIT', zh: '规则', en: 'rule', events: ['smsSent', 'emailSent'], key: 'person' },
        ...{ used: 3, max: 5, days: 2, nextFree: '2026-11-09T16:00:00.000Z' },
      },
    ]);
    const [rolling] = useOf({ window: { rolling: { days: 1 } } }, events);
    expect(rolling).toMatchObject({ used: 2, nextFree: '2026-11-10T00:00:00.000Z' });
    expect(rolling).not.toHaveProperty('days');
  });

  it('is free again with the oldest of what counts, in whatever order that is told', () => {
    const rolling = { window: { rolling: { hours: 24 } }, max: 5 };
    const events = ['09T09:00', '08T14:00', '09T07:00', '08T13:00', '09T11:00'].map((time) => at(time));
    expect(useOf(rolling, events)).toMatchObject([{ used: 5, nextFree: '2026-11-09T05:00:00.000Z' }]);
    expect(useOf(rolling, [...events].reverse())).toMatchObject([{ nextFree: '2026-11-09T05:00:00.000Z' }]);
  });

  it('of a person counts also where the contact is about no debt', () => {
    expect(useOf({}, [at('09T08:00')], { debts: [] })).toMatchObject([{ used: 1 }]);
    expect(untilOf({ max: 1 }, [at('09T08:00')], { debts: [] })).toBe('2026-11-09T16:00:00.000Z');
  });

  it('counts what leaves its window at this very moment no more', () => {
    const rolling = { window: { rolling: { hours: 24 } } };
    expect(useOf(rolling, [at('08T12:00')])).toMatchObject([{ used: 0, nextFree: null }]);
    expect(useOf(rolling, [at('08T12:01')])).toMatchObject([{ used: 1, nextFree: '2026-11-09T04:01:00.000Z' }]);
  });

  it('is told in the order of the packs, of limits that bind this contact alone', () => {
    const packs = compilePacks([
      packOf([counts('A', day), ruleOf('HOURS'), counts('MAIL', day, { channels: ['email'] })]),
      packOf([counts('B', day)], { pack: 'other' }),
    ]);
    expect(limitUse(packs, contactAt(noon), factsOf()).map(({ rule }) => rule)).toEqual(['A', 'B']);
  });

  it.each<[string, object, number]>([
    ['begins tomorrow', { effectiveFrom: '2026-11-10' }, 0],
    ['begins today', { effectiveFrom: '2026-11-09' }, 1],
    ['ended yesterday', { effectiveTo: '2026-11-08' }, 0],
    ['ends today', { effectiveTo: '2026-11-09' }, 1],
    ['concerns him', { when: { fact: 'contact.channel', is: 'sms' } }, 1],
    ['does not concern him', { when: { fact: 'contact.channel', is: 'call' } }, 0],
    ['may concern him', { when: { fact: 'person.refused', is: true } }, 1],
    ['is waived', { unless: { fact: 'contact.purpose', is: 'collect' } }, 0],
    ['is not waived', { unless: { fact: 'contact.purpose', is: 'serve' } }, 1],
    ['may be waived', { unless: { fact: 'person.refused', is: true } }, 1],
  ])('that %s: %j', (_, rule, told) => {
    expect(useOf({}, [], {}, rule)).toHaveLength(told);
  });

  it('is that of any zone he may be in, and of the packs where none is known', () => {
    const zones = ['Asia/Shanghai', 'Pacific/Auckland'];
    const late = '2026-11-09T20:00:00+08:00';
    const packs = (of: object) => compilePacks([packOf([counts('A', day, { effectiveFrom: '2026-11-10' })], of)]);
    const told = (of: object, zonesOfHim: string[]) =>
      limitUse(packs(of), contactAt(late, { zones: zonesOfHim }), factsOf()).length;
    expect([told({}, zones), told({}, ['Asia/Shanghai']), told({ zones }, []), told({}, [])]).toEqual([1, 0, 1, 0]);
  });
});
