import { describe, expect, it, jest } from '@jest/globals';
import { aroundSending } from '../chaos/scenarios/around-sending.js';

// Processes that are killed take their time to come back: the broker waits 30 s for a member that is gone.
jest.setTimeout(600_000);

describe('LAGO-attempt: the sender dies between counting and sending', () => {
  it('sends each message once or finds out what became of it; the gate counts what was sent', async () => {
    const outcome = await aroundSending({ debtors: 8, randomKills: 2, timeoutMs: 150_000 });
    expect(outcome).toMatchObject({ asked: 8, done: 8, lost: 0, doubled: 0 });
  });
});
