import { describe, expect, it, jest } from '@jest/globals';
import { restarts } from '../chaos/scenarios/restarts.js';

// A dozen starts of a process, one after another.
jest.setTimeout(600_000);

describe('FOSS-4024: worker and services are restarted every few seconds for a business day', () => {
  it('gives each debtor one reminder', async () => {
    const outcome = await restarts({ debtors: 3, daySeconds: 80, everyMs: 1_000, timeoutMs: 120_000 });
    expect(outcome).toMatchObject({ asked: 3, done: 3, lost: 0, doubled: 0 });
  });
});
