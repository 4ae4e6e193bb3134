import { describe, expect, it } from '@jest/globals';
import { comparisonsIn, turnsOn, type Comparison } from './condition.js';
import { evaluate, factsAsked, judge, type Condition, type FactValue, type FactValues } from './index.js';
import { blocks, compiled, contactAt, factsOf, requires } from './testing.js';

const today = '2026-11-09';

describe('a comparison', () => {
  it.each<[Condition, FactValue, boolean]>([
    [{ fact: 'person.role', is: 'debtor' }, 'debtor', true],
    [{ fact: 'person.role', is: 'debtor' }, 'heir', false],
    [{ fact: 'person.role', in: ['debtor', 'heir'] }, 'heir', true],
    [{ fact: 'person.role', in: ['debtor', 'heir'] }, 'coDebtor', false],
    [{ fact: 'person.consents', has: 'email' }, ['sms', 'email'], true],
    [{ fact: 'person.consents', has: 'email' }, ['sms'], false],
    [{ fact: 'visit.collectors', atLeast: 2 }, 2, true],
    [{ fact: 'visit.collectors', atLeast: 2 }, 1, false],
    [{ fact: 'visit.collectors', atMost: 2 }, 2, true],
    [{ fact: 'visit.collectors', atMost: 2 }, 3, false],
    [{ fact: 'actor.trainedUntil', notBefore: 'today' }, today, true],
    [{ fact: 'actor.trainedUntil', notBefore: 'today' }, '2026-11-08', false],
    [{ fact: 'actor.trainedUntil', notAfter: 'today' }, today, true],
    [{ fact: 'actor.trainedUntil', notAfter: 'today' }, '2026-11-10', false],
    [{ fact: 'debtor.crisisEndedOn', notBefore: 'today', plusDays: 30 }, '2026-10-10', true],
    [{ fact: 'debtor.crisisEndedOn', notBefore: 'today', plusDays: 30 }, '2026-10-09', false],
    [{ fact: 'person.refused', known: true }, false, true],
  ])('%j of %j is %s', (condition, value, truth) => {
    const { fact } = condition as Comparison;
    expect(judge(condition, { [fact]: value }, today)).toBe(truth);
    expect(judge({ not: condition }, { [fact]: value }, today)).toBe(!truth);
  });

  it.each<[Condition, FactValue]>([
    // A list may hold what a text must equal: "in" asks for one text, "has" for a list.
    [{ fact: 'person.role', in: ['debtor'] }, ['debtor']],
    [{ fact: 'person.consents', has: 'mail' }, 'e-mail'],
    [{ fact: 'visit.collectors', atLeast: 2 }, '3'],
    [{ fact: 'visit.collectors', atMost: 2 }, '1'],
    [{ fact: 'actor.trainedUntil', notAfter: 'today' }, 0],
    [{ fact: 'actor.trainedUntil', notBefore: 'today' }, 9_999],
    [{ fact: 'actor.trainedUntil', notBefore: 'today', plusDays: 1 }, true],
  ])('%j is false of %j, which is of another kind', (condition, value) => {
    expect(judge(condition, { [(condition as Comparison).fact]: value }, today)).toBe(false);
  });

  it('with a fact that nobody told is unknown, but for the question whether it was told', () => {
    const ask = (condition: Condition) => judge(condition, {}, today);
    expect(ask({ fact: 'person.refused', is: false })).toBe('unknown');
    expect(ask({ fact: 'person.role', in: ['debtor'] })).toBe('unknown');
    expect(ask({ fact: 'person.consents', has: 'email' })).toBe('unknown');
    expect(ask({ fact: 'actor.trainedUntil', notAfter: 'today' })).toBe('unknown');
    expect(ask({ fact: 'person.refused', known: true })).toBe(false);
    expect(ask({ not: { fact: 'person.refused', known: true } })).toBe(true);
  });
});

describe('conditions together', () => {
  const yes: Condition = { fact: 'person.refused', is: true };
  const no: Condition = { fact: 'person.refused', is: false };
  const unknown: Condition = { fact: 'case.disputed', is: true };
  const ask = (condition: Condition) => judge(condition, { 'person.refused': true }, today);

  it('all are true where each is, false where one is, else unknown', () => {
    expect(
      [
        [yes, yes],
        [yes, no],
        [unknown, no],
        [no, unknown],
        [yes, unknown],
      ].map((all) => ask({ all })),
    ).toEqual([true, false, false, false, 'unknown']);
  });

  it('any is true where one is, false where each is false, else unknown', () => {
    expect(
      [
        [no, no],
        [no, yes],
        [unknown, yes],
        [yes, unknown],
        [no, unknown],
      ].map((any) => ask({ any })),
    ).toEqual([false, true, true, true, 'unknown']);
  });

  it('name every comparison and every fact they ask for, at whatever depth', () => {
    const deep: Condition = { all: [yes, { any: [{ not: unknown }, { fact: 'visit.collectors', atLeast: 2 }] }] };
    expect(comparisonsIn(deep)).toEqual([yes, unknown, { fact: 'visit.collectors', atLeast: 2 }]);
    expect(factsAsked(deep)).toEqual(['person.refused', 'case.disputed', 'visit.collectors']);
  });
});

describe('a date in a condition', () => {
  it.each<[Comparison, string | null]>([
    [{ fact: 'actor.trainedUntil', notBefore: 'today' }, '2026-12-01'],
    [{ fact: 'actor.trainedUntil', notBefore: 'today', plusDays: 5 }, '2026-12-06'],
    [{ fact: 'actor.trainedUntil', notAfter: 'today' }, '2026-11-30'],
    [{ fact: 'actor.trainedUntil', known: true }, null],
    [{ fact: 'agency.inspectedUntil', notBefore: 'today' }, null],
    [{ fact: 'visit.collectors', atLeast: 2 }, null],
  ])('%j answers otherwise from %s on', (comparison, day) => {
    expect(turnsOn(comparison, { 'actor.trainedUntil': '2026-11-30', 'visit.collectors': 2 })).toBe(day);
  });

  const verdict = (rule: object, values: FactValues) =>
    evaluate(compiled(rule), contactAt('2026-11-09T12:00:00+08:00'), factsOf({ values }));

  it('that a rule requires ends the window with its last day', () => {
    const rule = requires('TRAINED', { fact: 'actor.trainedUntil', notBefore: 'today' });
    expect(verdict(rule, { 'actor.trainedUntil': today })).toEqual({
      verdict: 'permit',
      windowEnds: '2026-11-09T16:00:00.000Z',
    });
    expect(verdict(rule, { 'actor.trainedUntil': '2026-11-08' })).toMatchObject({ earliest: 'never' });
  });

  it('and so many days behind it: a crisis that ended protects for thirty more, the thirtieth included', () => {
    const rule = blocks('CRISIS', { fact: 'debtor.crisisEndedOn', notBefore: 'today', plusDays: 30 });
    expect(verdict(rule, { 'debtor.crisisEndedOn': '2026-10-09' }).verdict).toBe('permit');
    expect(verdict(rule, { 'debtor.crisisEndedOn': '2026-10-10' })).toMatchObject({
      earliest: '2026-11-09T16:00:00.000Z',
      denials: [{ rule: 'CRISIS', until: '2026-11-09T16:00:00.000Z' }],
    });
    expect(verdict(rule, { 'debtor.crisisEndedOn': '2026-11-01' })).toMatchObject({
      earliest: '2026-12-01T16:00:00.000Z',
    });
  });

  it('that a rule waits for opens with its first moment', () => {
    const rule = requires('NOTICE', { fact: 'case.validationNoticeOn', notAfter: 'today' });
    expect(verdict(rule, { 'case.validationNoticeOn': today }).verdict).toBe('permit');
    expect(verdict(rule, { 'case.validationNoticeOn': '2026-11-12' })).toMatchObject({
      earliest: '2026-11-11T16:00:00.000Z',
    });
    expect(verdict(rule, {})).toMatchObject({ earliest: 'never' });
  });

  it('is not over with the first of two dates when the second still lies ahead', () => {
    const both = {
      all: [
        { fact: 'case.firstContactOn', notAfter: 'today' },
        { fact: 'case.validationNoticeOn', notAfter: 'today' },
      ],
    };
    const values = { 'case.firstContactOn': '2026-11-11', 'case.validationNoticeOn': '2026-11-14' };
    for (const told of [values, { 'case.firstContactOn': '2026-11-14', 'case.validationNoticeOn': '2026-11-11' }])
      expect(verdict(requires('BOTH', both), told)).toMatchObject({
        ...{ earliest: '2026-11-13T16:00:00.000Z', denials: [{ until: '2026-11-13T16:00:00.000Z' }] },
      });
  });

  it('frees only where somebody told it: known asks just that', () => {
    const rule = blocks('FRESH', { not: { fact: 'case.firstContactOn', known: true } });
    expect(verdict(rule, {}).verdict).toBe('deny');
    expect(verdict(rule, { 'case.firstContactOn': '2020-01-01' }).verdict).toBe('permit');
  });
});
