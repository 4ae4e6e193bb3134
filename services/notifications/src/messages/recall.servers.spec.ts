import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { takeReceipt } from '../receipts/receipt.service.js';
import { askSilent, reconcile } from '../sending/reconcile.js';
import { sendOne } from '../sending/sender.js';
import { fakeProvider, message } from '../testing/fakes.js';
import {
  activitiesOf,
  at,
  claimed,
  events,
  lookNow,
  only,
  openWorld,
  queue,
  stageOf,
  type World,
} from '../testing/world.js';

let world: World;
beforeAll(async () => (world = await openWorld()));
afterAll(() => world.close());
beforeEach(() => world.clear());

describe('a letter', () => {
  const letters = (over = {}) => {
    const house = fakeProvider({ id: 'house', channel: 'letter' });
    const parts = stageOf(world, [house.port]);
    const queued = async () => {
      await queue(parts, { channel: 'letter', templateId: 'dunning-letter', deemedAfterDays: 3, ...over });
      await sendOne(parts, await claimed(world.db, 'letter'));
      return only(world.db);
    };
    return { house, parts, queued };
  };
  const cancel = (parts: ReturnType<typeof letters>['parts']) =>
    activitiesOf(parts).cancelMessage({ effectKey: message().effectKey });

  it('is recalled before it is posted: the gate gets its counters back, the case hears of it', async () => {
    const { parts, queued } = letters();
    await queued();
    expect(await cancel(parts)).toBe('cancelled');
    expect(await cancel(parts)).toBe('cancelled');
    expect(await only(world.db)).toMatchObject({ state: 'cancelled', owedToGate: 'never-left' });
    await lookNow(world.db);
    await reconcile(parts);
    expect(parts.gate.commits.map(({ commit }) => commit.outcome)).toEqual(['handed-over', 'never-left']);
    expect(await events(world.db)).toEqual(['message-accepted', 'message-failed']);
  });

  it('can’t be recalled once it is posted, and a mail house that does not answer is asked again', async () => {
    const { house, parts, queued } = letters();
    const { messageId } = await queued();
    house.recalls = 'unknown';
    await expect(cancel(parts)).rejects.toThrow('does not say');
    house.recalls = 'too-late';
    expect(await cancel(parts)).toBe('too-late');
    await takeReceipt(parts, 'house', { clientReference: messageId, status: 'sent', at });
    house.recalls = 'recalled';
    expect(await cancel(parts)).toBe('too-late');
  });

  it('of which the mail house says nothing is asked for, ever later, and never sent again', async () => {
    const { house, parts, queued } = letters();
    await queued();
    const overdue = () => world.db.query("UPDATE messages SET ask_at_real = now() - interval '1 second'");
    const minutes = async () => {
      const [row] = await world.db.query<{ minutes: number | null }>(
        'SELECT extract(epoch FROM ask_at_real - now())::float8 / 60 AS minutes FROM messages',
      );
      return row?.minutes ?? null;
    };
    expect(await askSilent(parts)).toBe(0);
    house.known = () => ({ answer: 'never-had' });
    await overdue();
    expect(await askSilent(parts)).toBe(1);
    expect(await minutes()).toBeGreaterThan(19);
    house.known = () => ({ answer: 'known', status: 'sent', at: '2026-11-24T01:30:00.000Z' });
    await overdue();
    await askSilent(parts);
    expect(await only(world.db)).toMatchObject({ state: 'sent', deemedAt: '2026-11-27T01:30:00.000Z' });
    for (let asks = 0; asks < 8; asks += 1) {
      await overdue();
      await askSilent(parts);
    }
    expect(await minutes()).toBeNull();
    expect(house.sent).toHaveLength(1);
    expect(await events(world.db)).toEqual(['message-accepted', 'message-sent']);
  });
});
