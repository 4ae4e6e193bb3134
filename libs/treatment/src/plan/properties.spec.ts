import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson } from '../canonical.js';
import { at, bench, calendar, cny, id, play, shipped } from '../testing/cases.js';
import { fullPolicy, fullSteps } from '../testing/policies.js';
import { HOLD_KINDS, STEP_OUTCOMES } from '../shapes/base.js';
import type { Decision } from '../shapes/decision.js';
import { ACCOUNT_STATUSES, type PartialSnapshot } from '../shapes/snapshot.js';
import { dateOf, dayOf } from './dates.js';
import { plan } from './planner.js';

const full = bench(fullPolicy());
const house = shipped(readFileSync(new URL('../../policies/credit-card.yaml', import.meta.url), 'utf8'));
const today = dayOf('2026-06-10');
const date = (from: number, to: number): fc.Arbitrary<string> =>
  fc.integer({ min: from, max: to }).map((n) => dateOf(today + n));

const account = (accountId: string) =>
  fc.record({
    accountId: fc.constant(id<never>(accountId)),
    status: fc.constantFrom(...ACCOUNT_STATUSES),
    earliestUnpaidDue: fc.option(date(-200, 0)),
    principal: fc.integer({ min: 0, max: 30_000 }).map(cny),
    overdue: fc.oneof(fc.constant(cny(0)), fc.integer({ min: 1, max: 900 }).map(cny)),
    lastPayment: fc.record({
      valueDate: date(-9, 0),
      amount: fc.constant(cny(5)),
      by: fc.constant('debtor' as const),
      final: fc.boolean(),
    }),
  });
const past = (steps: readonly string[]) =>
  fc
    .record({
      step: fc.constantFrom(...steps),
      day: fc.integer({ min: -60, max: 0 }),
      outcome: fc.option(fc.constantFrom(...STEP_OUTCOMES)),
      covers: fc.subarray(['a', 'b'], { minLength: 1 }),
      occurrence: fc.integer({ min: 1, max: 3 }),
    })
    .map(({ step, day, outcome, covers, occurrence }) => {
      const plannedAt = at(dateOf(today + day), '09:00');
      const ended = outcome === null ? {} : { endedAt: plannedAt, outcome };
      return {
        step: id<never>(step),
        plannedAt,
        covers: covers as never[],
        occurrence,
        anchor: dateOf(today - 30),
        ...ended,
      };
    });
const hold = fc.record({
  id: fc.uuid(),
  kind: fc.constantFrom(...HOLD_KINDS),
  effects: fc.subarray(['contact', 'treatmentDays', 'escalation'] as const),
  scope: fc.constantFrom({}, { accounts: [id<never>('a')] }, { persons: [id<never>('person-1')] }),
  from: date(-40, 5).map((one) => at(one)),
  until: date(-20, 30).map((one) => at(one)),
});
const cases = (steps: readonly string[]): fc.Arbitrary<PartialSnapshot> =>
  fc.record({
    openedOn: date(-120, 0),
    accounts: fc.tuple(account('a'), account('b')).map((pair) => [...pair]),
    steps: fc.array(past(steps), { maxLength: 8 }),
    holds: fc.array(hold, { maxLength: 4 }),
  }) as fc.Arbitrary<PartialSnapshot>;

const when = at('2026-06-10');
const COLLECTING: ReadonlySet<string> = new Set(['collect', 'legal-notice', 'locate']);
const worlds = [
  { name: 'all kinds of steps', policy: full, cases: cases(fullSteps.map((step) => step.id)) },
  {
    name: 'the shipped card policy',
    policy: house,
    cases: cases(['reminder-1', 'reminder-2', 'review-30', 'thank-you']),
  },
];

describe.each(worlds)('whatever the case, under $name', ({ policy, cases: arbitrary }) => {
  const always = (check: (decision: Decision, given: PartialSnapshot) => void): void =>
    fc.assert(
      fc.property(arbitrary, (given) => check(policy.decide(given, when), given)),
      { numRuns: 150 },
    );

  it('the same input gives the same bytes, whatever the order of holds and of keys', () =>
    always((decision, given) => {
      const turned = policy.snapshot({ ...given, holds: [...(given.holds ?? [])].reverse() }, when);
      const again = plan(JSON.parse(canonicalJson(turned)) as typeof turned, policy.set, calendar, when, 'hash');
      expect(JSON.stringify(again)).toBe(JSON.stringify(decision));
    }));

  it('no key is given twice, nor one that was given before', () =>
    always((decision, given) => {
      const old = (given.steps ?? []).map((one) => `example/${String(one.step)}/${String(one.occurrence)}`);
      const keys = decision.effects.map((effect) => effect.effectKey as string);
      expect(new Set(keys).size).toBe(keys.length);
      expect(keys.filter((key) => old.includes(key))).toEqual([]);
    }));

  it('nothing is demanded where nothing is overdue, or from one who has paid', () =>
    always((decision, given) => {
      const free = (given.accounts ?? [])
        .filter((one) => one.overdue?.minor === '0' || one.status === 'closed')
        .map((one) => one.accountId);
      for (const effect of decision.effects) {
        if ('purpose' in effect && COLLECTING.has(effect.purpose))
          expect(effect.covers.filter((one) => free.includes(one))).toEqual([]);
      }
    }));

  it('a step in progress is never planned again for the same account', () =>
    always((decision, given) => {
      for (const open of (given.steps ?? []).filter((one) => one.endedAt === undefined)) {
        const again = decision.effects.filter(
          (effect) => effect.step === open.step && effect.covers.some((one) => open.covers?.includes(one)),
        );
        expect(again).toEqual([]);
      }
    }));

  it('the case wakes later than now, and sleeps for ever only when closed', () =>
    always((decision) => {
      if (decision.closeCase) expect(decision.wakeAt).toBeNull();
      else expect(Date.parse(decision.wakeAt ?? when)).toBeGreaterThan(Date.parse(when));
    }));

  it('every effect ends after it begins, and begins no earlier than now', () =>
    always((decision) => {
      for (const effect of decision.effects) {
        expect(effect.notBefore >= when).toBe(true);
        expect(effect.notAfter > effect.notBefore).toBe(true);
      }
      expect(decision.upcoming.length).toBeLessThanOrEqual(10);
    }));
});

describe('a case played to its rest', () => {
  it('comes to rest: it never wakes in a loop, and never sends one step twice', () => {
    fc.assert(
      fc.property(
        date(-60, -1),
        fc.constantFrom('delivered', 'failed', 'stale', 'refused', 'exhausted', 'unknown'),
        (due, outcome) => {
          const start = house.snapshot({ openedOn: '2026-06-10', accounts: [{ earliestUnpaidDue: due }] }, when);
          let first = true;
          const played = play(house, start, when, {
            until: at('2026-09-30'),
            outcome: () => {
              const now = first ? outcome : 'delivered';
              first = false;
              return now;
            },
          });
          const sent = played.end.steps.filter((one) => one.outcome === 'delivered').map((one) => one.step);
          expect(new Set(sent).size).toBe(sent.length);
          expect(played.decisions.length).toBeLessThan(60);
        },
      ),
      { numRuns: 60 },
    );
  });
});
