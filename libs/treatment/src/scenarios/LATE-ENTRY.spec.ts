import { describe, expect, it } from '@jest/globals';
import { at, bench, calendar, cny, play, steps } from '../testing/cases.js';
import { fullPolicy } from '../testing/policies.js';

const full = bench(fullPolicy());

describe('LATE-ENTRY: intake at day 200 past due, with imported history', () => {
  /** The bank had sent messages and called for half a year. */
  const imported = { actions: 31, lastAt: at('2026-10-30') };
  const late = {
    openedOn: '2026-11-09',
    accounts: [{ earliestUnpaidDue: '2026-04-23', principal: cny(5_000), overdue: cny(900), imported }],
  };
  const start = full.snapshot(late, at('2026-11-09'));
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

  it('repeats no step, whatever was done before it came', () => {
    expect(new Set(steps(played.effects)).size).toBe(played.effects.length);
  });

  it('starts from the first step where the policy says so, but not with whom others have treated before', () => {
    const gentle = bench(fullPolicy({ entry: { ...fullPolicy().entry, late: 'from-first' } }));
    const untouched = { ...late, accounts: late.accounts.map(({ imported: _, ...account }) => account) };
    expect(steps(gentle.decide(untouched, at('2026-11-09')).effects)).toEqual(['sms-1']);
    expect(steps(gentle.decide(late, at('2026-11-09')).effects)).toEqual(['letter-1']);
    const gently = play(gentle, gentle.snapshot(late, at('2026-11-09')), at('2026-11-09'), { until: at('2026-11-30') });
    expect(gently.effects.map(({ step, at: when }) => [step, when])).toEqual(
      played.effects.map(({ step, at: when }) => [step, when]),
    );
  });

  it('takes what others did for evidence, not for contacts, proofs or steps of ours', () => {
    const without = { ...late, accounts: late.accounts.map(({ imported: _, ...account }) => account) };
    const [first, ...rest] = [full.decide(late, at('2026-11-09')), full.decide(without, at('2026-11-09'))];
    expect(rest).toEqual([first]);
  });
});
