import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

import { at, paid, play, shipped, steps } from '../testing/cases.js';

const house = shipped(readFileSync(new URL('../../policies/cn-unsecured-consumer.yaml', import.meta.url), 'utf8'));
const start = house.snapshot(
  { openedOn: '2026-11-09', accounts: [{ earliestUnpaidDue: '2026-11-08' }] },
  at('2026-11-09'),
);

describe('HAPPY-CURE: overdue, then full repayment on day 3', () => {
  const played = play(house, start, at('2026-11-09'), {
    until: at('2026-12-31'),
    events: [{ at: at('2026-11-11', '11:00'), change: (one) => paid(one, '2026-11-11', true) }],
  });

  it('sends one reminder, then nothing but one thank-you', () => {
    expect(steps(played.effects)).toEqual(['reminder-1', 'thank-you']);
    expect(played.effects[1]).toMatchObject({ do: 'send', purpose: 'confirm-payment', at: at('2026-11-11', '11:00') });
  });

  it('closes the case with its last account', () => {
    const last = played.decisions.at(-1)?.decision;
    expect(last).toMatchObject({
      closeCase: true,
      wakeAt: null,
      exits: [{ accountId: 'account-1', reason: 'cured' }],
      move: { stage: 'closed' },
    });
  });

  it('waits for money that is not final, in silence, and closes after two business days', () => {
    const slow = play(house, start, at('2026-11-09'), {
      until: at('2026-12-31'),
      events: [{ at: at('2026-11-12', '11:00'), change: (one) => paid(one, '2026-11-12', false) }],
    });
    expect(slow.effects.map(({ step, at: when }) => [step, when])).toEqual([
      ['reminder-1', at('2026-11-09')],
      ['reminder-2', at('2026-11-12', '00:00')],
      ['thank-you', at('2026-11-17', '00:00')],
    ]);
  });

  it('takes back a reminder that still waits in the queue when the money comes', () => {
    const waiting = play(house, start, at('2026-11-09'), {
      until: at('2026-11-10'),
      outcome: () => undefined,
      events: [{ at: at('2026-11-09', '11:00'), change: (one) => paid(one, '2026-11-09', false) }],
    });
    const cancels = waiting.decisions.flatMap(({ decision }) => decision.cancel);
    expect(cancels).toEqual([
      { effectKey: 'example/reminder-1/1', why: { code: 'nothing-overdue', facts: {}, step: 'reminder-1' } },
    ]);
  });
});
