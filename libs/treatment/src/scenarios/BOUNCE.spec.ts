import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

import { at, cny, paid, play, shipped, steps } from '../testing/cases.js';

const house = shipped(readFileSync(new URL('../../policies/cn-unsecured-consumer.yaml', import.meta.url), 'utf8'));

describe('BOUNCE: cure, thank-you, reversal five days later', () => {
  const start = house.snapshot(
    { openedOn: '2026-11-09', accounts: [{ earliestUnpaidDue: '2026-11-08' }] },
    at('2026-11-09'),
  );
  const cured = play(house, start, at('2026-11-09'), {
    until: at('2026-11-12'),
    events: [{ at: at('2026-11-10', '12:00'), change: (one) => paid(one, '2026-11-10', true) }],
  });
  const reopened = structuredClone(cured.end);
  for (const account of reopened.accounts) {
    Object.assign(account, { status: 'open', earliestUnpaidDue: '2026-11-08', overdue: cny(1000) });
    delete account.lastPayment;
  }
  const again = play(house, reopened, at('2026-11-15'), { until: at('2026-11-30') });

  it('goes on with the same episode at the true day past due, and repeats no step', () => {
    expect(steps(cured.effects)).toEqual(['reminder-1', 'thank-you']);
    expect(again.effects.map(({ step, at: when }) => [step, when])).toEqual([
      ['correction', at('2026-11-15')],
      ['reminder-2', at('2026-11-15')],
      ['reminder-3', at('2026-11-16', '06:00')],
      ['final-reminder', at('2026-11-23', '00:00')],
    ]);
    expect(again.effects[1]?.why.facts.dpd).toBe('7');
  });

  it('sends one correction, and no second thank-you after the next cure', () => {
    const end = play(house, again.end, at('2026-12-01'), {
      until: at('2026-12-05'),
      events: [{ at: at('2026-12-01'), change: (one) => paid(one, '2026-12-01', true) }],
    });
    expect(end.effects).toEqual([]);
    expect(end.decisions.at(-1)?.decision.closeCase).toBe(true);
  });

  it('sends no correction when the thank-you never left the house', () => {
    const stale = structuredClone(reopened);
    for (const past of stale.steps) if (past.step === ('thank-you' as never)) past.outcome = 'stale';
    expect(
      steps(
        house.compiled === undefined
          ? []
          : play(house, stale, at('2026-11-15'), { until: at('2026-11-15', '11:00') }).effects,
      ),
    ).toEqual(['reminder-2']);
  });
});
