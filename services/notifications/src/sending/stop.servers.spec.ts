import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { saveCaseFacts } from '../case-facts/case-facts.store.js';
import { facts, fakeGate, fakeProvider, granted, ids, message } from '../testing/fakes.js';
import { activitiesOf, openWorld, stageOf, type World } from '../testing/world.js';
import { startSendingLoop } from './sending-loop.js';

let world: World;
beforeAll(async () => (world = await openWorld()));
afterAll(() => world.close());
beforeEach(() => world.clear());

const stop = { verdict: 'stopped', stopOrderId: ids.account, detail: '' } as const;

describe('STOP-ALL under load', () => {
  it('nothing more leaves while it is in force, another client goes on, and after it is lifted everything leaves once', async () => {
    const provider = fakeProvider();
    const gate = fakeGate();
    const parts = stageOf(world, [provider.port], gate);
    let stopped = true;
    const asked = new Map<string, number[]>();
    gate.ask = async ({ agreementId, contactId }) => {
      if (!stopped || agreementId === 'AGR-2') return granted();
      asked.set(contactId, [...(asked.get(contactId) ?? []), Date.now()]);
      return stop;
    };
    await world.db.transaction((tx) => saveCaseFacts(tx, facts()));
    const { queueMessage } = activitiesOf(parts);
    for (let n = 0; n < 120; n += 1) await queueMessage(message({ effectKey: `stopped/${n}` }));
    for (let n = 0; n < 30; n += 1) await queueMessage(message({ effectKey: `free/${n}`, agreementId: 'AGR-2' }));
    const outcomes: string[] = [];
    const loop = startSendingLoop(parts, {
      onAttempt: (outcome) => void outcomes.push(outcome),
      onError: (error) => {
        throw error as Error;
      },
    });
    try {
      const began = Date.now();
      while (provider.sent.length < 30 && Date.now() - began < 60_000) await sleep(20);
      expect(provider.sent).toHaveLength(30);
      while (asked.size < 120 && Date.now() - began < 60_000) await sleep(20);
      await sleep(6_000);
      // Each is asked for at once and then waits at least 5 s: the gate is not stormed.
      const gaps = [...asked.values()].flatMap((at) => at.slice(1).map((one, n) => one - (at[n] ?? 0)));
      expect([provider.sent.length, asked.size, gaps.filter((ms) => ms < 4_900)]).toEqual([30, 120, []]);
      expect(gaps.length).toBeGreaterThan(0);
      expect(await world.db.query("SELECT count(*)::int AS n FROM messages WHERE state = 'queued'")).toEqual([
        { n: 120 },
      ]);

      stopped = false;
      const lifted = Date.now();
      while (provider.sent.length < 150 && Date.now() - lifted < 60_000) await sleep(50);
      expect(provider.sent).toHaveLength(150);
      expect(new Set(provider.sent.map(({ clientReference }) => clientReference)).size).toBe(150);
    } finally {
      await loop.stop();
    }
    expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(150);
  });
});
