import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Cond, Fact } from '../shapes/cond.js';
import { cny, id } from '../testing/cases.js';
import { compileCond, type FactReader, type FactValue, type Tri } from './conditions.js';

const facts = (known: Partial<Record<Fact, FactValue>>, days: number[] = []): FactReader => ({
  today: 100,
  fact: (name) => known[name],
  didOn: () => days,
  proofsOn: () => days,
});
const ask = (cond: Cond, known: Partial<Record<Fact, FactValue>> = {}, days: number[] = []): Tri =>
  compileCond(cond).holds(facts(known, days));
const score = (unknown: 'no' | 'yes' | 'review'): Cond => ({ fact: 'score', is: 'ge', than: 0.5, unknown });

describe('conditions of three values', () => {
  it('answer as the condition says while a fact is unknown', () => {
    expect([ask(score('no')), ask(score('yes')), ask(score('review'))]).toEqual(['no', 'yes', 'review']);
  });

  it('let a plain answer outweigh a review where it decides', () => {
    const [yes, no]: Cond[] = [{ all: [] }, { any: [] }];
    expect(ask({ all: [score('review'), no as Cond] })).toBe('no');
    expect(ask({ all: [score('review'), yes as Cond] })).toBe('review');
    expect(ask({ any: [score('review'), yes as Cond] })).toBe('yes');
    expect(ask({ not: score('review') })).toBe('review');
  });

  it('compare money in one currency, and nothing with nothing in all', () => {
    const overdue = (than: { minor: string; currency: string }): Cond => ({
      fact: 'overdue',
      is: 'ge',
      than,
      unknown: 'review',
    });
    const twd = { minor: 500n, currency: 'TWD' };
    expect(ask(overdue(cny(1)), { overdue: { minor: 100n, currency: 'CNY' } })).toBe('yes');
    expect(ask(overdue(cny(1)), { overdue: twd })).toBe('review');
    expect(ask({ fact: 'overdue', is: 'eq', than: cny(0), unknown: 'no' }, { overdue: { ...twd, minor: 0n } })).toBe(
      'yes',
    );
  });

  it('count steps within days and proofs that lie apart', () => {
    expect(ask({ did: id('letter'), withinDays: 10 }, {}, [89])).toBe('no');
    expect(ask({ did: id('letter'), withinDays: 11 }, {}, [89])).toBe('yes');
    expect(ask({ proof: 'compliant-demand', atLeast: 2, spacedDays: 30 }, {}, [50, 60, 79])).toBe('no');
    expect(ask({ proof: 'compliant-demand', atLeast: 2, spacedDays: 30 }, {}, [50, 60, 80])).toBe('yes');
    expect(ask({ proof: 'compliant-demand', atLeast: 1, maxAgeDays: 10 }, {}, [80])).toBe('no');
  });

  it('know on which day time alone turns them', () => {
    const fact = fc.constantFrom<Fact>('dpd', 'daysSinceRpc', 'limitationDaysLeft');
    const is = fc.constantFrom('eq', 'ne', 'lt', 'le', 'gt', 'ge');
    fc.assert(
      fc.property(
        fact,
        is,
        fc.integer({ min: -5, max: 40 }),
        fc.integer({ min: -5, max: 40 }),
        (name, op, value, than) => {
          const { holds, turns } = compileCond({ fact: name, is: op as 'eq', than, unknown: 'no' });
          const on = (day: number): Tri =>
            holds(facts({ [name]: name === 'limitationDaysLeft' ? value - day : value + day }));
          const quiet = turns(facts({ [name]: value })) ?? 60;
          for (let day = 1; day < quiet; day += 1) expect(on(day)).toBe(on(0));
        },
      ),
      { numRuns: 300 },
    );
  });
});
