import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

import { at, bench, paid, play, calendar, shipped } from '../testing/cases.js';
import { diffPolicies, replay } from '../simulate.js';

const house = shipped(readFileSync(new URL('../../policies/cn-unsecured-consumer.yaml', import.meta.url), 'utf8'));
const start = house.snapshot(
  { openedOn: '2026-11-09', accounts: [{ earliestUnpaidDue: '2026-11-08' }] },
  at('2026-11-09'),
);
const month = play(house, start, at('2026-11-09'), {
  until: at('2026-12-20'),
  events: [{ at: at('2026-12-01'), change: (one) => paid(one, '2026-12-01', true) }],
}).decisions;

describe('SIM-SAME: last month replayed', () => {
  it('under the same policy gives zero differences', () => {
    expect(month.length).toBeGreaterThan(5);
    expect(replay(JSON.parse(JSON.stringify(month)) as typeof month, house.set, calendar)).toEqual([]);
  });

  it('under another policy names the decisions and the parts that change', () => {
    const gentler = bench({
      ...house.policy,
      steps: house.policy.steps.filter((step) => step.id !== ('reminder-2' as never)),
    });
    const differences = replay(month, gentler.set, calendar);
    expect(differences.filter((one) => one.parts.includes('effects')).map((one) => one.decidedFor)).toEqual([
      at('2026-11-12', '00:00'),
    ]);
    expect(diffPolicies(house.policy, gentler.policy)).toEqual([{ path: 'steps/reminder-2', kind: 'removed' }]);
  });
});
