import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { steppedClock } from '@arrears/clock';
import { createMetrics, type Invariant } from '@arrears/observability';
import { takeReceipt } from '../receipts/receipt.service.js';
import { fakeProvider, noPace } from '../testing/fakes.js';
import { claimed, only, openWorld, queue, smsStage, stageOf, type World } from '../testing/world.js';
import { measureProviders, measureQueue } from './metrics.js';
import type { SendAnswer } from '../providers/ports.js';
import { providersOf } from './providers.js';
import { askSilent } from './reconcile.js';
import { sendOne } from './sender.js';

let world: World;
beforeAll(async () => (world = await openWorld()));
afterAll(() => world.close());
beforeEach(() => world.clear());

describe('what the metrics of the queue say', () => {
  const standing = async ({ providers }: ReturnType<typeof smsStage>) => {
    const metrics = createMetrics();
    measureQueue(metrics, { db: world.db, clock: steppedClock('2026-11-24T02:10:00.000Z'), providers });
    return (await metrics.text()).split('\n').filter((line) => /^arrears_.* [1-9]/u.test(line));
  };

  it('nothing waits and nothing is unknown', async () => {
    expect(await standing(smsStage(world))).toEqual([]);
  });

  it('how long the oldest waits, then how many nobody knows the end of, and since when', async () => {
    const parts = smsStage(world, undefined, { answer: 'unknown' });
    await queue(parts, { notBefore: '2026-11-24T01:10:00.000Z' });
    expect(await standing(parts)).toEqual(['arrears_send_queue_oldest_seconds{channel="sms"} 3600']);
    expect(await sendOne(parts, await claimed(world.db))).toBe('unknown');
    expect(await standing(parts)).toEqual([
      `arrears_messages_unknown{provider="${parts.provider.port.id}"} 1`,
      `arrears_messages_unknown_oldest_seconds{provider="${parts.provider.port.id}"} 600`,
    ]);
  });

  it('which provider is left alone', async () => {
    const { port } = fakeProvider();
    const providers = providersOf([port], { now: () => 0, paceOf: () => noPace, breaker: { troubles: 1 } });
    const metrics = createMetrics();
    measureQueue(metrics, { db: world.db, clock: steppedClock('2026-11-24T02:10:00.000Z'), providers });
    expect(await metrics.text()).toContain(`arrears_provider_circuit_open{provider="${port.id}"} 0`);
    providers.note(port.id, { answer: 'unreachable', code: 'ECONNREFUSED' });
    expect(await metrics.text()).toContain(`arrears_provider_circuit_open{provider="${port.id}"} 1`);
  });

  it('how long the provider takes, also when it fails', async () => {
    const metrics = createMetrics();
    const { port } = fakeProvider();
    const parts = { ...smsStage(world), measured: measureProviders(metrics, [port.id]) };
    await queue(parts);
    await sendOne(parts, await claimed(world.db));
    await expect(parts.measured(port.id, () => Promise.reject(new Error('a defect')))).rejects.toThrow('a defect');
    const count = `arrears_provider_request_duration_seconds_count{provider="${port.id}"} 2`;
    expect(await metrics.text()).toContain(count);
  });
});

describe('what must never be', () => {
  const sent = async () => {
    const seen: Invariant[] = [];
    const parts = { ...smsStage(world), violated: (invariant: Invariant) => void seen.push(invariant) };
    await queue(parts);
    await sendOne(parts, await claimed(world.db));
    const { messageId: clientReference, providerMessageId, provider } = await only(world.db);
    const receipt = { clientReference, providerMessageId: providerMessageId ?? '' };
    return { parts, seen, receipt, provider: provider ?? '' };
  };
  const at = '2026-11-24T02:00:00.000Z';

  it('LATE-SMS: a delivery after the window is told once', async () => {
    const { parts, seen, receipt, provider } = await sent();
    const clock = { ...steppedClock('2026-11-24T15:10:00.000Z'), realNow: () => Date.now() };
    const late = { ...receipt, status: 'delivered' as const, at: '2026-11-24T15:00:00.000Z' };
    await takeReceipt({ ...parts, clock }, provider, late);
    await takeReceipt({ ...parts, clock }, provider, late);
    expect(await only(world.db)).toMatchObject({ state: 'delivered', late: true });
    expect(seen).toEqual(['quiet_hours']);
  });

  it('a receipt that names another message of the provider shows that it took it twice', async () => {
    const { parts, seen, receipt, provider } = await sent();
    await takeReceipt(parts, provider, { ...receipt, status: 'sent', at });
    expect(seen).toEqual([]);
    const another = { ...receipt, providerMessageId: 'another', status: 'delivered' as const, at };
    await takeReceipt(parts, provider, another);
    await takeReceipt(parts, provider, another);
    expect(seen).toEqual(['duplicate_contact']);
  });

  it('so does one that says "delivered" of a second message when the first had arrived', async () => {
    const { parts, seen, receipt, provider } = await sent();
    await takeReceipt(parts, provider, { ...receipt, status: 'delivered', at });
    await takeReceipt(parts, provider, { ...receipt, status: 'delivered', at });
    expect(seen).toEqual([]);
    await takeReceipt(parts, provider, { ...receipt, providerMessageId: 'another', status: 'delivered', at });
    expect(seen).toEqual(['duplicate_contact']);
  });

  describe('a provider that gave a message back and delivered it all the same', () => {
    /** The first lies, the second gets the message. */
    const failedOver = async (second: SendAnswer) => {
      const seen: Invariant[] = [];
      const one = fakeProvider({ id: 'one' }, { answer: 'throttled', retryAfterMs: 1 });
      const two = fakeProvider({ id: 'two' }, second);
      const parts = {
        ...stageOf(world, [one.port, two.port]),
        violated: (invariant: Invariant) => void seen.push(invariant),
      };
      await queue(parts);
      await sendOne(parts, await claimed(world.db));
      const { messageId } = await only(world.db);
      const says = (provider: string, status: 'sent' | 'delivered') =>
        takeReceipt(parts, provider, { clientReference: messageId, providerMessageId: `of-${provider}`, status, at });
      return { seen, says, two, parts };
    };
    const accepted: SendAnswer = { answer: 'accepted', providerMessageId: 'of-two' };

    it.each([
      ['before', ['one', 'two']],
      ['after', ['two', 'one']],
    ] as const)('%s the second did: two deliveries, told once', async (_, order) => {
      const { seen, says } = await failedOver(accepted);
      for (const provider of order) await says(provider, 'delivered');
      expect(seen).toEqual(['duplicate_contact']);
      for (const provider of order) expect(await says(provider, 'delivered')).toBe('known-already');
      expect(seen).toEqual(['duplicate_contact']);
      const kept = await world.db.query("SELECT provider FROM receipts WHERE status = 'delivered' ORDER BY provider");
      expect(kept).toEqual([{ provider: 'one' }, { provider: 'two' }]);
    });

    it('and of the second nobody knows: it shows when the second says so, by its receipt', async () => {
      const { seen, says } = await failedOver({ answer: 'unknown' });
      await says('one', 'delivered');
      expect(seen).toEqual([]);
      await says('two', 'sent');
      await says('two', 'delivered');
      expect(seen).toEqual(['duplicate_contact']);
    });

    it('or when it is asked', async () => {
      const { seen, says, two, parts } = await failedOver(accepted);
      await world.db.query("UPDATE messages SET state = 'sent', provider_message_id = NULL, ask_at_real = now()");
      await world.db.query(
        `INSERT INTO receipts (provider, message_id, status, at, received_at)
         SELECT 'one', message_id, 'sent', now(), now() FROM messages`,
      );
      two.known = () => ({ answer: 'known', status: 'delivered', providerMessageId: 'of-two' });
      await askSilent(parts);
      expect(seen).toEqual(['duplicate_contact']);
      await says('two', 'delivered');
      expect(seen).toEqual(['duplicate_contact']);
    });
  });
});
