import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { steppedClock } from '@arrears/clock';
import { deemDelivered } from '../messages/deemed.js';
import { providerSink } from '../sending/provider-sink.js';
import { sendOne } from '../sending/sender.js';
import { fakeProvider, ids } from '../testing/fakes.js';
import {
  at,
  claimed,
  events,
  indexKey,
  only,
  openWorld,
  queue,
  smsStage,
  stageOf,
  type World,
} from '../testing/world.js';
import type { Door } from './door.js';
import { takeReceipt, type Receipt } from './receipt.service.js';

let world: World;
beforeAll(async () => (world = await openWorld()));
afterAll(() => world.close());
beforeEach(() => world.clear());

async function sentSms() {
  const parts = smsStage(world);
  await queue(parts);
  await sendOne(parts, await claimed(world.db));
  const { messageId } = await only(world.db);
  const take = (receipt: Partial<Receipt> & Pick<Receipt, 'status'>, provider = 'sms-1') =>
    takeReceipt(parts, provider, { clientReference: messageId, providerMessageId: 'p-1', at, ...receipt });
  return { parts, messageId, take };
}

describe('receipts', () => {
  it('count once, doubled and in whatever order they come', async () => {
    const { take } = await sentSms();
    expect(await take({ status: 'delivered' })).toBe('taken');
    expect(await take({ status: 'delivered' })).toBe('known-already');
    expect(await take({ status: 'sent' })).toBe('nothing-new');
    expect(await take({ status: 'failed' })).toBe('nothing-new');
    expect((await only(world.db)).state).toBe('delivered');
    expect(await events(world.db)).toEqual(['message-accepted', 'message-delivered']);
    const journaled = await world.db.query(
      `SELECT data ->> 'status' AS status, (data -> 'changed')::boolean AS changed FROM journal
       WHERE kind = 'receipt-taken' ORDER BY seq`,
    );
    expect(journaled).toEqual([
      { status: 'delivered', changed: true },
      { status: 'sent', changed: false },
      { status: 'failed', changed: false },
    ]);
  });

  it('taken by ten processes at once count once', async () => {
    const { take } = await sentSms();
    const answers = await Promise.all(Array.from({ length: 10 }, () => take({ status: 'delivered' })));
    expect(answers.filter((answer) => answer === 'taken')).toHaveLength(1);
    expect(await events(world.db)).toEqual(['message-accepted', 'message-delivered']);
  });

  it('that overtake our own note of the acceptance are not undone by it', async () => {
    const early = smsStage(world);
    early.provider.answers = [
      async () => {
        const { messageId } = await only(world.db);
        const receipt = { clientReference: messageId, status: 'delivered' as const, at };
        expect(await takeReceipt(early, 'sms-1', receipt)).toBe('taken');
        return { answer: 'accepted', providerMessageId: 'p-1' };
      },
    ];
    await queue(early);
    expect(await sendOne(early, await claimed(world.db))).toBe('accepted');
    expect(await only(world.db)).toMatchObject({ state: 'delivered', owedToGate: null });
    expect(early.gate.commits.map(({ commit }) => commit.outcome)).toEqual(['handed-over']);
  });

  it('LATE-SMS: a delivery after the window is reported as late', async () => {
    const { parts, messageId } = await sentSms();
    const later = { ...parts, clock: steppedClock('2026-11-24T15:01:00.000Z') };
    const receipt = { clientReference: messageId, status: 'delivered' as const, at: '2026-11-24T15:00:00.000Z' };
    expect(await takeReceipt(later, 'sms-1', receipt)).toBe('taken');
    expect(await only(world.db)).toMatchObject({ state: 'delivered', late: true });
  });

  it('from the future are refused', async () => {
    const { take } = await sentSms();
    expect(await take({ status: 'delivered', at: '2026-11-24T02:10:00.000Z' })).toBe('from-the-future');
    expect((await only(world.db)).state).toBe('accepted');
  });

  it('of a message we never sent, or of another provider, are refused', async () => {
    const { take } = await sentSms();
    expect(await take({ status: 'delivered' }, 'sms-2')).toBe('unknown-message');
    expect(await take({ status: 'delivered', clientReference: ids.account })).toBe('unknown-message');
    const parts = smsStage(world);
    await queue(parts, { effectKey: 'not-yet-sent' });
    const [row] = await world.db.query<{ id: string }>("SELECT message_id AS id FROM messages WHERE state = 'queued'");
    expect(await take({ status: 'delivered', clientReference: row?.id })).toBe('unknown-message');
  });
});

describe('receipts over a provider’s own line', () => {
  it('find their message by the provider’s id, also when they come before we wrote it down', async () => {
    const parts = smsStage(world);
    const noted: string[] = [];
    const door: Door = {
      note: ({ outcome }) => void noted.push(outcome),
      refused: ({ outcome }) => void noted.push(outcome),
    };
    const sink = providerSink({ ...parts, indexKey, door }, parts.provider.port);
    let receipt: Promise<string> | undefined;
    parts.provider.answers = [
      async () => {
        receipt = sink.receipt({ providerMessageId: 'p-7', status: 'delivered' });
        return { answer: 'accepted', providerMessageId: 'p-7' };
      },
    ];
    await queue(parts);
    await sendOne(parts, await claimed(world.db));
    expect(await receipt).toBe('taken');
    expect((await only(world.db)).state).toBe('delivered');
    expect(noted).toEqual(['taken']);
  });
});

describe('a letter on its way', () => {
  const posted = async (deemedAfterDays?: number) => {
    const house = fakeProvider({ id: 'house', channel: 'letter' });
    const clock = steppedClock(at);
    const parts = { ...stageOf(world, [house.port]), clock: { ...clock, realNow: () => Date.now() } };
    await queue(parts, {
      channel: 'letter',
      templateId: 'dunning-letter',
      ...(deemedAfterDays !== undefined && { deemedAfterDays }),
    });
    await sendOne(parts, await claimed(world.db, 'letter'));
    const { messageId } = await only(world.db);
    const take = (receipt: Partial<Receipt> & Pick<Receipt, 'status'>) =>
      takeReceipt(parts, 'house', { clientReference: messageId, at: clock.nowIso(), ...receipt });
    await take({ status: 'sent' });
    return { parts, clock, take };
  };
  const days = (n: number) => n * 86_400_000;
  const data = async (type: string) => {
    const [row] = await world.db.query<{ data: Record<string, unknown> }>('SELECT data FROM journal WHERE kind = $1', [
      type,
    ]);
    return row?.data;
  };

  it('is delivered when it is signed for, and the event says by whom', async () => {
    const { parts, clock, take } = await posted(3);
    clock.advance(days(1));
    expect(await take({ status: 'delivered', signer: 'cohabiting-relative' })).toBe('taken');
    clock.advance(days(5));
    expect(await deemDelivered(parts)).toBe(0);
    expect(await only(world.db)).toMatchObject({ state: 'delivered', late: false, signer: 'cohabiting-relative' });
    expect(await data('message-delivered')).toMatchObject({
      signer: 'cohabiting-relative',
      deliveredAt: '2026-11-25T02:00:00.000Z',
    });
  });

  it('that nobody signed for counts as delivered three days after it was posted, once', async () => {
    const { parts, clock } = await posted(3);
    clock.advance(days(3) - 1_000);
    expect(await deemDelivered(parts)).toBe(0);
    clock.advance(1_000);
    expect((await Promise.all([deemDelivered(parts), deemDelivered(parts)])).sort()).toEqual([0, 1]);
    expect((await only(world.db)).state).toBe('deemed-delivered');
    expect(await data('message-deemed-delivered')).toMatchObject({
      sentAt: at,
      deemedAt: '2026-11-27T02:00:00.000Z',
    });
    expect(await events(world.db)).toEqual(['message-accepted', 'message-sent', 'message-deemed-delivered']);
  });

  it('that was refused is returned at once, and counts as delivered on the third day all the same', async () => {
    const { parts, clock, take } = await posted(3);
    clock.advance(days(1));
    expect(await take({ status: 'returned', because: 'refused' })).toBe('taken');
    expect((await only(world.db)).state).toBe('returned');
    expect(await data('message-returned')).toMatchObject({ because: 'refused' });
    clock.advance(days(2));
    expect(await deemDelivered(parts)).toBe(1);
    expect(await events(world.db)).toEqual([
      'message-accepted',
      'message-sent',
      'message-returned',
      'message-deemed-delivered',
    ]);
  });

  it('that comes back after it counted as delivered is returned, and does not count twice', async () => {
    const { parts, clock, take } = await posted(3);
    clock.advance(days(3));
    await deemDelivered(parts);
    clock.advance(days(4));
    expect(await take({ status: 'returned', because: 'unknown-address' })).toBe('taken');
    clock.advance(days(4));
    expect(await deemDelivered(parts)).toBe(0);
    expect((await only(world.db)).state).toBe('returned');
  });

  it('whose step says no days never counts as delivered by the clock alone', async () => {
    const { parts, clock } = await posted();
    clock.advance(days(60));
    expect(await deemDelivered(parts)).toBe(0);
    expect((await only(world.db)).state).toBe('sent');
  });
});
