import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTimeSkipping } from '@arrears/temporal/testing';
import { bundleCollectionCase, curedOnDay3, play, standardScript, testRing } from './testing/index.js';

/** Counted by a server that has no timing noise: the same script gives the same events. */
describe('history of a case', () => {
  let env: Awaited<ReturnType<typeof openTimeSkipping>>;
  let workflowBundle: { code: string };
  beforeAll(async () => {
    env = await openTimeSkipping(testRing);
    workflowBundle = await bundleCollectionCase();
  }, 60_000);
  afterAll(() => env.teardown());

  it('cured on day 3: at most 45 events', async () => {
    const played = await play(env, curedOnDay3, { caseId: 'cured', workflowBundle });
    expect(played.outcome).toEqual({ closed: 'cured' });
    expect(played.scripted.queued).toEqual(['sms-1', 'sms-2', 'thanks']);
    expect(played.events).toBeLessThanOrEqual(45);
  }, 60_000);

  it('the standard 120 days: at most 220 events', async () => {
    const played = await play(env, standardScript, { caseId: 'standard', workflowBundle });
    expect(played.outcome).toEqual({ closed: 'ended' });
    expect(played.scripted.queued).toHaveLength(12);
    expect(played.events).toBeLessThanOrEqual(220);
  }, 60_000);
});
