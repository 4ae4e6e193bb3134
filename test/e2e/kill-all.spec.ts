import { describe, expect, it, jest } from '@jest/globals';
import { allAtOnce, killAll, oneAfterAnotherThenAll } from '../chaos/scenarios/kill-all.js';

// Processes that are killed take their time to come back: the broker waits 30 s for a member that is gone.
jest.setTimeout(600_000);

describe('KILL-ALL: kill -9 of every process, one after another and all at once, in mid-flow', () => {
  it('loses no case, doubles no contact, and all go on', async () => {
    const outcome = await killAll({
      debtors: 20,
      loanRounds: oneAfterAnotherThenAll,
      moneyRounds: allAtOnce,
      timeoutMs: 120_000,
    });
    expect(outcome).toMatchObject({ asked: 20, done: 20, lost: 0, doubled: 0 });
  });
});
