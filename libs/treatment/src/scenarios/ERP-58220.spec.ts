import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

import { at, cny, play, shipped, steps } from '../testing/cases.js';

const house = shipped(readFileSync(new URL('../../policies/cn-unsecured-consumer.yaml', import.meta.url), 'utf8'));

describe('ERP-58220: the principal is paid, a fee of 10 is left', () => {
  const rest = {
    earliestUnpaidDue: '2026-11-08',
    principal: cny(0),
    interest: cny(0),
    fees: cny(10),
    overdue: cny(10),
  };
  const start = house.snapshot({ openedOn: '2026-11-09', accounts: [rest] }, at('2026-11-09'));

  it('does not leave: the rest is still claimed, and somebody knows', () => {
    const played = play(house, start, at('2026-11-09'), { until: at('2026-11-20') });
    expect(steps(played.effects)).toEqual(['reminder-1', 'reminder-2', 'reminder-3']);
    for (const { decision } of played.decisions) {
      expect(decision.exits).toEqual([]);
      expect(decision.attention.map((item) => item.code)).toContain('residual-kept');
    }
  });

  it('is told of even when nothing says since when it is due', () => {
    const decision = house.decide(
      { openedOn: '2026-11-09', accounts: [{ ...rest, earliestUnpaidDue: null }] },
      at('2026-11-09'),
    );
    expect(decision).toMatchObject({ exits: [], closeCase: false, effects: [] });
    expect(decision.attention.map((item) => item.code)).toEqual(['no-due-date', 'residual-kept']);
  });
});
