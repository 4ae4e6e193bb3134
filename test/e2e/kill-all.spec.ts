import { describe, expect, it, jest } from '@jest/globals';
import { allAtOnce, killAll, oneAfterAnotherThenAll } from '../chaos/scenarios/kill-all.js';

// What a kill may cost one debtor adds up: 20 s of a sender's claim, 30 s until the broker gives up a dead member, and
// 65 s until a permit is surely over and the gateway may be asked; more than one kill can meet him.
jest.setTimeout(900_000);

describe('KILL-ALL: kill -9 of every process, one after another and all at once, in mid-flow', () => {
  it('loses no case, doubles no contact, and all go on', async () => {
    const outcome = await killAll({
      debtors: 20,
      loanRounds: oneAfterAnotherThenAll,
      moneyRounds: allAtOnce,
      timeoutMs: 240_000,
    });
    expect(outcome).toMatchObject({ asked: 20, done: 20, lost: 0, doubled: 0 });
  });
});
