import { describe, expect, it } from '@jest/globals';
import { at, bench } from '../testing/cases.js';
import { fullPolicy } from '../testing/policies.js';

const full = bench(fullPolicy());
const hold = (id: string, from: string, until: string) => ({
  id,
  kind: 'dispute' as const,
  effects: ['treatmentDays' as const],
  scope: {},
  from: at(from),
  until: at(until),
});
const inner = hold('a', '2026-03-10', '2026-03-12');
const outer = hold('b', '2026-03-08', '2026-03-18');
const on = (holds: (typeof inner)[]) =>
  full.decide({ openedOn: '2026-03-02', accounts: [{ earliestUnpaidDue: '2026-03-01' }], holds }, at('2026-03-20'));

describe('FIN-pause: a hold inside a hold', () => {
  it('counts held days once: day 19 less ten is treatment day 9', () => {
    expect(on([inner, outer]).effects[0]?.why.facts).toMatchObject({ dpd: '19', treatmentDay: '9' });
  });

  it('does not care for the order of holds', () => {
    expect(JSON.stringify(on([outer, inner]))).toBe(JSON.stringify(on([inner, outer])));
    expect(JSON.stringify(on([outer]).effects)).toBe(JSON.stringify(on([inner, outer]).effects));
  });
});
