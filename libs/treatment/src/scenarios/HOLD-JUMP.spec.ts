import { describe, expect, it } from '@jest/globals';
import { at, bench, play } from '../testing/cases.js';
import { fullPolicy } from '../testing/policies.js';

const full = bench(fullPolicy());
const dispute = (effects: ('contact' | 'treatmentDays')[]) => ({
  id: 'h',
  kind: 'dispute' as const,
  effects,
  scope: {},
  from: at('2026-03-20'),
  until: at('2026-05-19'),
});

describe('HOLD-JUMP: a dispute from day 20 to day 80 ends', () => {
  const start = full.snapshot(
    {
      openedOn: '2026-03-01',
      accounts: [{ earliestUnpaidDue: '2026-02-28' }],
      steps: [
        { step: 'sms-1' as never, endedAt: at('2026-03-01'), outcome: 'delivered' },
        { step: 'call-1' as never, endedAt: at('2026-03-15'), outcome: 'exhausted' },
        { step: 'letter-1' as never, endedAt: at('2026-03-16'), outcome: 'delivered' },
      ],
      holds: [dispute(['contact'])],
    },
    at('2026-03-20'),
  );

  it('does one step that day and lists the lapsed ones', () => {
    const played = play(full, start, at('2026-05-19'), { until: at('2026-05-19', '23:59'), outcome: () => 'done' });
    expect(played.effects).toHaveLength(1);
    expect(played.decisions[0]?.decision.lapsed.map((one) => one.step)).toEqual(['visit-1']);
  });

  it('plans no contact while it lasts, says why not, and wakes when it ends', () => {
    const during = play(full, start, at('2026-03-22'), { until: at('2026-05-18'), outcome: () => 'done' });
    expect(
      during.effects.filter(
        (effect) => effect.do === 'send' || effect.do === 'open-call-task' || effect.do === 'open-visit',
      ),
    ).toEqual([]);
    const last = during.decisions.at(-1)?.decision;
    expect(last?.wakeAt).toBe(at('2026-05-19'));
    const blocked = during.decisions.flatMap(({ decision }) =>
      decision.upcoming.flatMap((one) => one.blockedBy.map((why) => [one.step, why.code, why.rule, why.until])),
    );
    expect(blocked).toContainEqual(['lawyer-letter', 'hold', 'dispute', at('2026-05-19')]);
  });

  it('where it stops the treatment days too, goes on where it was and nothing lapses', () => {
    const paused = { ...start, holds: [dispute(['contact', 'treatmentDays'])] };
    const played = play(full, paused, at('2026-05-19'), { until: at('2026-05-22'), outcome: () => 'done' });
    expect(played.decisions.flatMap(({ decision }) => decision.lapsed)).toEqual([]);
    expect(played.effects.map((effect) => effect.step)).toEqual(['visit-1']);
  });
});
