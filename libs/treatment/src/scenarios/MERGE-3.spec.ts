import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

import { at, bench, play, shipped, steps } from '../testing/cases.js';
import { fullPolicy } from '../testing/policies.js';

const house = shipped(readFileSync(new URL('../../policies/cn-unsecured-consumer.yaml', import.meta.url), 'utf8'));
const three = ['a', 'b', 'c'].map((accountId) => ({
  accountId: accountId as never,
  earliestUnpaidDue: '2026-11-08',
  joinedAt: at('2026-11-09', '09:59'),
}));

describe('MERGE-3: three accounts of one debtor overdue on one day', () => {
  it('waits until they have gathered, then sends one SMS that names all three', () => {
    const start = house.snapshot({ openedOn: '2026-11-09', accounts: three }, at('2026-11-09'));
    const played = play(house, start, at('2026-11-09'), { until: at('2026-11-09', '23:00') });
    expect(played.effects.map(({ step, covers, at: when }) => [step, covers, when])).toEqual([
      ['reminder-1', ['a', 'b', 'c'], at('2026-11-09', '10:09')],
    ]);
    expect(played.decisions[0]?.decision.upcoming[0]?.blockedBy[0]).toMatchObject({
      code: 'gather',
      until: at('2026-11-09', '10:09'),
    });
  });

  it('opens one call task for all', () => {
    const full = bench(fullPolicy());
    const decision = full.decide(
      {
        openedOn: '2026-11-09',
        accounts: three,
        steps: [{ step: 'sms-1' as never, endedAt: at('2026-11-09'), outcome: 'delivered' }],
      },
      at('2026-11-10'),
    );
    expect(decision.effects).toMatchObject([
      { do: 'open-call-task', covers: ['a', 'b', 'c'], budget: { perDay: 2, max: 26 } },
    ]);
  });

  it('covers an account whose step is due within three days, and no other', () => {
    const accounts = [
      { accountId: 'lead' as never, earliestUnpaidDue: '2026-11-01' },
      { accountId: 'soon' as never, earliestUnpaidDue: '2026-11-04' },
      { accountId: 'later' as never, earliestUnpaidDue: '2026-11-07' },
    ];
    const done = ['reminder-1', 'reminder-2'].map((step) => ({
      step: step as never,
      plannedAt: at('2026-11-05'),
      endedAt: at('2026-11-05'),
      outcome: 'delivered',
    }));
    const decision = house.decide({ openedOn: '2026-11-02', accounts, steps: done }, at('2026-11-09'));
    expect(decision.effects.map((effect) => [effect.step, effect.covers])).toEqual([['reminder-3', ['lead', 'soon']]]);
  });

  it('plans the next message for an account that joins later under a new key', () => {
    const accounts = [
      { accountId: 'a' as never, earliestUnpaidDue: '2026-11-08' },
      { accountId: 'b' as never, earliestUnpaidDue: '2026-11-10' },
    ];
    const first = {
      step: 'reminder-1' as never,
      covers: ['a' as never],
      plannedAt: at('2026-11-09'),
      endedAt: at('2026-11-09'),
      outcome: 'delivered',
    };
    const decision = house.decide({ openedOn: '2026-11-09', accounts, steps: [first] }, at('2026-11-11'));
    expect(steps(decision.effects)).toEqual(['reminder-1']);
    expect(decision.effects[0]).toMatchObject({ effectKey: 'example/reminder-1/2', covers: ['b'] });
  });
});
