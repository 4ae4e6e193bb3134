import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProviderPort } from '../../../services/notifications/src/providers/ports.js';
import { destination, sendBy } from './messages.js';
import { openWorld, until, type Heard, type Person, type World } from './world.js';

/**
 * What every adapter owes the sender, run against its simulator over the real protocol. The provider may do what it likes;
 * the adapter says what is certain, and `unknown` where nothing is.
 */
let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 20_000);
afterAll(() => world.close());
afterEach(async () => {
  world.failures.left = 0;
  world.moveTo('2026-11-09T02:00:00.000Z');
});

const all = ['sms', 'sms-b', 'smpp', 'email', 'letter', 'voice'];
const channelOf = (id: string): string => (id === 'sms-b' ? 'sms' : id);
const arrived: Record<string, string> = { letter: '2026-11-13T09:00:00.000Z' };

const rule = (id: string, more: Record<string, unknown>) =>
  world.behave({ channel: channelOf(id), provider: id, times: 1, ...more });
const wordsOn = (reference: string): Heard[] => world.heard.filter((one) => one.clientReference === reference);
const statuses = (reference: string): string[] => wordsOn(reference).map(({ status }) => status);
const person = async (id: string, reference: string): Promise<Person[]> =>
  (await world.people(`?channel=${channelOf(id)}`)).filter(
    (one) => one.clientReference.startsWith(reference) || one.text.includes(reference),
  );
const passTime = async (id: string): Promise<void> => {
  if (id !== 'letter') return;
  world.moveTo('2026-11-09T09:00:00.000Z');
  await sleep(40);
  world.moveTo(arrived[id] ?? '');
};
/** What the simulator's refusal says of the number or address, where its protocol has a word for it. */
const nobodyThere: Record<string, string> = { smpp: 'unknown-address', email: 'no-mailbox' };
/** Statuses that the provider tells on the way; a relay reports on the end only. */
const onTheWay = (id: string): string[] => (id === 'email' ? [] : ['sent']);

describe.each(all)('%s', (id) => {
  let port: ProviderPort;
  let reference: string;
  beforeAll(() => {
    port = world.port(id);
  });
  const send = async () => {
    reference = randomUUID();
    return sendAgain();
  };
  // A message centre tells nobody its client's reference: the text does.
  const sendAgain = () => sendBy(port, reference, `合成的提醒 ${reference}`);

  it('accepts a message, delivers it and says so', async () => {
    const answer = await send();
    expect(answer).toEqual({ answer: 'accepted', providerMessageId: expect.stringMatching(/^sim-/) });
    await passTime(id);
    await until(() => statuses(reference).includes('delivered'));
    expect(statuses(reference)).toEqual([...onTheWay(id), 'delivered']);
    expect(await person(id, reference)).toMatchObject([{ to: destination[id], submissions: 1, deliveries: 1 }]);
  });

  it('throttled: it surely did not leave, and may be tried later', async () => {
    await rule(id, { answer: 'throttle' });
    expect(await send()).toEqual({ answer: 'throttled', retryAfterMs: expect.any(Number) });
    expect(await person(id, reference)).toEqual([]);
    expect(await sendAgain()).toMatchObject({ answer: 'accepted' });
  });

  it('refused: it surely did not leave, and another provider would refuse it too', async () => {
    await rule(id, { answer: 'refuse' });
    const why = nobodyThere[id];
    expect(await send()).toEqual({
      ...{ answer: 'refused', code: expect.any(String), blames: 'message' },
      ...(why !== undefined && { nobodyThere: why }),
    });
    expect(await person(id, reference)).toEqual([]);
  });

  it('accepted without an answer: unknown, then settled by asking or by a receipt, never doubled', async () => {
    await rule(id, { answer: 'accept-then-timeout' });
    expect(await send()).toEqual({ answer: 'unknown' });
    await passTime(id);
    if (port.tellsNeverHad) {
      await until(async () => {
        const asked = await port.ask({ clientReference: reference, providerMessageId: null });
        return asked.answer === 'known' && asked.status === 'delivered';
      });
    } else {
      expect(await port.ask({ clientReference: reference, providerMessageId: null })).toEqual({ answer: 'unknown' });
      await until(() => statuses(reference).includes('delivered'));
    }
    expect(await person(id, reference)).toMatchObject([{ submissions: 1, deliveries: 1 }]);
  });

  it('dropped: unknown, and only a provider that can tell says that it never had it', async () => {
    await rule(id, { answer: 'drop' });
    expect(await send()).toEqual({ answer: 'unknown' });
    expect(await port.ask({ clientReference: reference, providerMessageId: null })).toEqual({
      answer: port.tellsNeverHad ? 'never-had' : 'unknown',
    });
    await sleep(50);
    expect([statuses(reference), await person(id, reference)]).toEqual([[], []]);
  });

  it.each([
    ['twice', 2],
    ['never', 0],
  ])('receipts %s', async (receipt, times) => {
    await rule(id, { receipt });
    await send();
    await passTime(id);
    await until(async () => (await person(id, reference))[0]?.status === 'delivered');
    await until(() => statuses(reference).length >= times);
    await sleep(60);
    expect(statuses(reference).filter((status) => status === 'delivered')).toHaveLength(times);
  });

  it('receipts late: still taken', async () => {
    await rule(id, { receipt: 'late' });
    await send();
    await passTime(id);
    await until(async () => (await person(id, reference))[0]?.status === 'delivered');
    expect(statuses(reference)).toEqual([]);
    await until(() => statuses(reference).includes('delivered'));
  });

  it('receipts out of order: each with the words it came with', async () => {
    await rule(id, { receipt: 'out-of-order' });
    await send();
    await passTime(id);
    await until(() => statuses(reference).length === 2);
    expect(statuses(reference)).toEqual(['delivered', 'sent']);
  });

  it('a receipt that could not be written down comes again', async () => {
    world.failures.left = 1;
    await send();
    await passTime(id);
    await until(() => statuses(reference).includes('delivered'));
    expect(world.failures.left).toBe(0);
  });

  it('an outage: surely not sent; and the line comes back by itself', async () => {
    await world.vanish();
    await sleep(50); // A session that is just ending can't tell what it carried.
    try {
      expect(await send()).toMatchObject({ answer: 'unreachable' });
      expect(await port.ask({ clientReference: reference, providerMessageId: null })).toEqual({ answer: 'unknown' });
    } finally {
      await world.comeBack();
    }
    await until(async () => (await sendAgain()).answer === 'accepted', 10_000);
    expect(await person(id, reference)).toHaveLength(1);
  }, 20_000);
});
