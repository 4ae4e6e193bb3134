import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

import { at, bench, id, play, shipped, steps } from '../testing/cases.js';
import { fullPolicy } from '../testing/policies.js';

const house = shipped(readFileSync(new URL('../../policies/cn-unsecured-consumer.yaml', import.meta.url), 'utf8'));
const nobody = { openedOn: '2026-11-09', accounts: [{ earliestUnpaidDue: '2026-11-08' }], persons: [{ points: [] }] };

describe('NO-WAY: all points invalid, debtor never reached', () => {
  it('traces first, then asks a person', () => {
    const full = bench(fullPolicy());
    const played = play(full, full.snapshot(nobody, at('2026-11-09')), at('2026-11-09'), {
      until: at('2026-11-12'),
      outcome: (effect) => (effect.do === 'trace' ? 'exhausted' : 'done'),
    });
    expect(steps(played.effects)).toEqual(['trace-1', 'review-lost']);
  });

  it('is an item for a person under the shipped policy, once, and stays one', () => {
    const played = play(house, house.snapshot(nobody, at('2026-11-09')), at('2026-11-09'), {
      until: at('2026-12-01'),
      outcome: () => 'go-on',
    });
    expect(steps(played.effects)).toEqual(['review-no-way']);
    for (const { decision } of played.decisions)
      expect(decision.attention.map((item) => item.code)).toContain('no-way');
  });

  it('takes another way when the message failed for good, or the gate will never allow it', () => {
    const given = { openedOn: '2026-11-09', accounts: [{ earliestUnpaidDue: '2026-11-08' }] };
    const failed = { step: id<never>('reminder-1'), endedAt: at('2026-11-09', '10:30'), outcome: 'failed' };
    expect(steps(house.decide({ ...given, steps: [failed] }, at('2026-11-10')).effects)).toEqual(['review-no-way']);
    const denied = { step: id<never>('reminder-1'), rule: 'NEVER', until: 'never' as const };
    expect(steps(house.decide({ ...given, denials: [denied] }, at('2026-11-09')).effects)).toEqual(['review-no-way']);
  });

  it('is never silent: with all steps done somebody knows', () => {
    const done = ['reminder-1', 'reminder-2', 'reminder-3', 'final-reminder', 'review-30'].map((step) => ({
      step: id<never>(step),
      plannedAt: at('2026-11-09'),
      endedAt: at('2026-11-09'),
      outcome: 'go-on',
    }));
    const decision = house.decide(
      { openedOn: '2026-11-09', accounts: [{ earliestUnpaidDue: '2026-11-08' }], steps: done },
      at('2026-12-20'),
    );
    expect(decision.attention.map((item) => item.code)).toContain('nothing-planned');
    expect(decision.wakeAt).not.toBeNull();
  });
});
