import { describe, expect, it } from '@jest/globals';
import { at, bench, calendar, cny, play, steps } from '../testing/cases.js';
import { fullPolicy } from '../testing/policies.js';

const full = bench(fullPolicy());

describe('LATE-ENTRY: intake at day 200 past due', () => {
  const start = full.snapshot(
    {
      openedOn: '2026-11-09',
      accounts: [{ earliestUnpaidDue: '2026-04-23', principal: cny(5_000), overdue: cny(900) }],
    },
    at('2026-11-09'),
  );
  const played = play(full, start, at('2026-11-09'), { until: at('2026-11-30') });

  it('does the mandatory steps first, one a day, and never the first reminder', () => {
    expect(played.effects.slice(0, 3).map(({ step, at: when }) => [step, when])).toEqual([
      ['letter-1', at('2026-11-09')],
      ['lawyer-letter', at('2026-11-10', '10:00')],
      ['review-30', at('2026-11-11', '00:00')],
    ]);
    expect(steps(played.effects)).not.toContain('sms-1');
  });

  it('lists what has lapsed, with the reason', () => {
    const lapsed = played.decisions[0]?.decision.lapsed ?? [];
    expect(lapsed.map((one) => one.step)).toEqual(['sms-1', 'call-1']);
    expect(lapsed.every((one) => one.why.code === 'window-passed')).toBe(true);
  });

  it('never starts more than one step on a day', () => {
    const days = played.effects.map((effect) => calendar.businessDate(Date.parse(effect.at)));
    expect(new Set(days).size).toBe(days.length);
  });

  it('starts from the first step where the policy says so', () => {
    const gentle = bench(fullPolicy({ entry: { ...fullPolicy().entry, late: 'from-first' } }));
    expect(
      steps(
        gentle.decide({ openedOn: '2026-11-09', accounts: [{ earliestUnpaidDue: '2026-04-23' }] }, at('2026-11-09'))
          .effects,
      ),
    ).toEqual(['sms-1']);
  });
});
