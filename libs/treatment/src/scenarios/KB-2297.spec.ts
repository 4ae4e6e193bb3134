import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

import { at, cny, play, shipped, steps } from '../testing/cases.js';

const house = shipped(readFileSync(new URL('../../policies/cn-unsecured-consumer.yaml', import.meta.url), 'utf8'));

describe('KB-2297: three unpaid instalments, the two oldest paid on day +2', () => {
  const start = house.snapshot(
    { openedOn: '2026-09-09', accounts: [{ earliestUnpaidDue: '2026-09-08', overdue: cny(300) }] },
    at('2026-09-09'),
  );
  const played = play(house, start, at('2026-09-09'), {
    until: at('2026-12-20'),
    events: [
      {
        at: at('2026-11-10', '10:00'),
        change: (one) =>
          one.accounts.forEach((account) =>
            Object.assign(account, { earliestUnpaidDue: '2026-11-08', overdue: cny(100) }),
          ),
      },
    ],
  });

  it('repeats no step that was done under the old due date', () => {
    expect(steps(played.effects)).toEqual(['reminder-1', 'reminder-2', 'reminder-3', 'final-reminder', 'review-30']);
  });

  it('lets the stage follow the new due date, back and then forward again', () => {
    const stages = played.decisions.map(({ at: when, decision }) => [when, decision.move.stage] as const);
    const on = (when: string): string | undefined => stages.findLast(([then]) => then <= when)?.[1];
    expect([on(at('2026-11-09')), on(at('2026-11-10')), on(at('2026-12-09'))]).toEqual([
      'resolution',
      'reminder',
      'resolution',
    ]);
  });

  it('skips none: what was not done under the old date comes at its day under the new one', () => {
    const early = play(house, start, at('2026-09-09'), {
      until: at('2026-10-20'),
      events: [
        {
          at: at('2026-09-11', '10:00'),
          change: (one) =>
            one.accounts.forEach((account) =>
              Object.assign(account, { earliestUnpaidDue: '2026-09-10', overdue: cny(100) }),
            ),
        },
      ],
    });
    expect(early.effects.map(({ step, at: when }) => [step, when])).toEqual([
      ['reminder-1', at('2026-09-09')],
      ['reminder-2', at('2026-09-14', '00:00')],
      ['reminder-3', at('2026-09-18', '00:00')],
      ['final-reminder', at('2026-09-25', '00:00')],
      ['review-30', at('2026-10-10', '00:00')],
    ]);
  });
});
