import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHash } from 'node:crypto';
import type { MessageChannel, SendAnswer } from '../providers/ports.js';
import { takeReceipt } from '../receipts/receipt.service.js';
import { fakeGate, fakeProvider, granted, ids } from '../testing/fakes.js';
import {
  at,
  claimed,
  due,
  events,
  journalKinds,
  lookNow,
  only,
  openWorld,
  queue,
  stageOf,
  timePasses,
  type World,
} from '../testing/world.js';
import { sharedPace } from './pace.js';
import { reconcile } from './reconcile.js';
import { sendOne } from './sender.js';

let world: World;
beforeAll(async () => (world = await openWorld()));
afterAll(() => world.close());
beforeEach(() => world.clear());

const unreachable: SendAnswer = { answer: 'unreachable', code: 'ECONNREFUSED' };
const templateOf: Record<MessageChannel, string> = {
  sms: 'reminder-1',
  email: 'reminder-email',
  letter: 'dunning-letter',
  voiceBot: 'spoken-reminder',
};
const channels = Object.keys(templateOf) as MessageChannel[];
const two = (first: SendAnswer, channel: MessageChannel = 'sms') => {
  const one = fakeProvider({ id: 'one', channel }, first);
  const other = fakeProvider({ id: 'two', channel });
  const parts = stageOf(world, [one.port, other.port]);
  return { one, other, parts };
};

describe.each(channels)('SMS-UNKNOWN, %s', (channel) => {
  it('times out after accepting: no blind resend, the provider is asked, one message at most', async () => {
    const { one, other, parts } = two({ answer: 'unknown' }, channel);
    await queue(parts, { channel, templateId: templateOf[channel] });
    expect(await sendOne(parts, await claimed(world.db, channel))).toBe('unknown');
    await timePasses(world.db);
    await reconcile(parts);
    expect(await only(world.db)).toMatchObject({ state: 'accepted', provider: 'one', owedToGate: null });
    expect([one.sent.length, other.sent.length]).toEqual([1, 0]);
    expect(parts.gate.commits.map(({ commit }) => commit.outcome)).toEqual(['unknown', 'handed-over']);
    expect(await events(world.db)).toEqual(['message-unknown', 'message-accepted']);
  });
});

describe('what each kind of provider is handed', () => {
  it('e-mail: subject, text and HTML; letter: the PDF that is kept, its hash, the way it goes; voice: a script', async () => {
    const email = fakeProvider({ id: 'mail', channel: 'email' });
    const letter = fakeProvider({ id: 'house', channel: 'letter' });
    const voice = fakeProvider({ id: 'voice', channel: 'voiceBot' });
    const parts = stageOf(world, [email.port, letter.port, voice.port]);
    for (const channel of ['email', 'letter', 'voiceBot'] as const) {
      await queue(parts, { effectKey: channel, channel, templateId: templateOf[channel], delivery: 'registered' });
      expect(await sendOne(parts, await claimed(world.db, channel))).toBe('accepted');
    }
    expect(email.sent[0]).toMatchObject({
      to: '+12125550100',
      subject: expect.stringContaining('示例银行'),
      text: expect.stringContaining('CNY 1,246.00'),
      html: expect.stringContaining('<!doctype html>'),
    });
    const [posted] = letter.sent;
    expect(posted).toMatchObject({ addressee: '示例客户', address: '+12125550100', delivery: 'registered' });
    const hash = createHash('sha256')
      .update(posted?.pdf ?? '')
      .digest('hex');
    expect(posted?.fileHash).toBe(hash);
    expect(world.files.get(hash)).toEqual(posted?.pdf);
    expect(voice.sent[0]).toMatchObject({
      language: 'zh',
      say: { kind: 'script', text: expect.stringContaining('示例客户') },
    });
    const rows = await world.db.query("SELECT file_hash FROM messages WHERE channel = 'letter'");
    expect(rows).toEqual([{ file_hash: hash }]);
    const [event] = await world.db.query<{ hash: string }>(
      "SELECT data ->> 'fileHash' AS hash FROM journal WHERE kind = 'message-accepted' AND data ->> 'channel' = 'letter'",
    );
    expect(event?.hash).toBe(hash);
  });
});

describe('from one provider to the next', () => {
  it.each<[string, SendAnswer]>([
    ['that can’t be reached', unreachable],
    ['that is too busy', { answer: 'throttled', retryAfterMs: 5_000 }],
    ['that refuses for a reason of its own', { answer: 'refused', code: 'no-route', blames: 'provider' }],
  ])('a message goes on from one %s, with the same permit and content', async (_, first) => {
    const { one, other, parts } = two(first);
    await queue(parts);
    expect(await sendOne(parts, await claimed(world.db))).toBe('accepted');
    expect(other.sent).toEqual(one.sent);
    expect(parts.gate.asked).toHaveLength(1);
    expect(parts.gate.commits).toHaveLength(1);
    expect(await only(world.db)).toMatchObject({ provider: 'two', providers: ['one', 'two'], state: 'accepted' });
    expect(await journalKinds(world.db)).toEqual([
      'message-queued',
      'message-permitted',
      'message-handed-over',
      'message-not-taken',
      'message-handed-over',
      'message-accepted',
    ]);
  });

  it.each<[string, SendAnswer, string]>([
    ['that may have it', { answer: 'unknown' }, 'unknown'],
    ['that refuses the message itself', { answer: 'refused', code: 'no-such-number', blames: 'message' }, 'failed'],
  ])('it does not go on from one %s', async (_, first, state) => {
    const { other, parts } = two(first);
    await queue(parts);
    await sendOne(parts, await claimed(world.db));
    expect(other.sent).toEqual([]);
    expect((await only(world.db)).state).toBe(state);
  });

  it('a permit that is too old for that is given back, and the message asks for a new one', async () => {
    const gate = fakeGate(
      granted({ expiresAt: new Date(Date.now() + 400).toISOString() }),
      granted({ permitId: ids.case }),
    );
    const slow = fakeProvider({ id: 'one' }, () => sleep(600).then(() => unreachable));
    const other = fakeProvider({ id: 'two' });
    const parts = stageOf(world, [slow.port, other.port], gate);
    await queue(parts);
    expect(await sendOne(parts, await claimed(world.db))).toBe('waiting');
    expect(other.sent).toEqual([]);
    expect(gate.commits.map(({ commit }) => commit.outcome)).toEqual(['never-left']);
    await timePasses(world.db);
    slow.answers = [{ answer: 'accepted', providerMessageId: 'p-2' }];
    expect(await sendOne(parts, await claimed(world.db))).toBe('accepted');
    expect((await only(world.db)).permitId).toBe(ids.case);
  });

  it('a first one that lied, and says later that it did send, is believed and nothing more is sent', async () => {
    const { one, other, parts } = two({ answer: 'throttled', retryAfterMs: 1 });
    other.answers = [unreachable];
    await queue(parts);
    expect(await sendOne(parts, await claimed(world.db))).toBe('unreachable');
    const { messageId } = await only(world.db);
    expect((await only(world.db)).state).toBe('queued');
    const receipt = { clientReference: messageId, status: 'delivered' as const, at };
    expect(await takeReceipt(parts, 'one', receipt)).toBe('taken');
    expect((await only(world.db)).state).toBe('delivered');
    await timePasses(world.db);
    expect(await due(world.db)).toEqual([]);
    await lookNow(world.db);
    await reconcile(parts);
    expect(parts.gate.commits.at(-1)?.commit.outcome).toBe('handed-over');
    expect([one.sent.length, other.sent.length]).toEqual([1, 1]);
  });

  it('a provider in trouble is left alone: after five troubles the second is asked first, the gate only once', async () => {
    const { one, other, parts } = two(unreachable);
    for (let n = 0; n < 8; n += 1) {
      await queue(parts, { effectKey: `k/${n}` });
      expect(await sendOne(parts, await claimed(world.db))).toBe('accepted');
    }
    expect([one.sent.length, other.sent.length]).toEqual([5, 8]);
  });

  it('where every provider is left alone, messages wait and the gate is not asked', async () => {
    const only1 = fakeProvider({ id: 'one' }, unreachable);
    const parts = stageOf(world, [only1.port]);
    for (let n = 0; n < 7; n += 1) {
      await queue(parts, { effectKey: `k/${n}` });
      await sendOne(parts, await claimed(world.db));
    }
    expect(only1.sent).toHaveLength(5);
    expect(parts.gate.asked).toHaveLength(5);
    const [row] = await world.db.query<{ seconds: number }>(
      'SELECT max(extract(epoch FROM parked_until_real - now()))::float8 AS seconds FROM messages',
    );
    expect(row?.seconds).toBeGreaterThan(25);
  });
});

describe('the pace of a provider', () => {
  it('is kept by several processes together, evenly', async () => {
    const perSecond = 100;
    const left: number[] = [];
    const processes = Array.from({ length: 3 }, () =>
      sharedPace(world.db, { provider: 'one', perSecond, now: () => Date.now(), sleep: (ms) => sleep(ms) }),
    );
    const end = Date.now() + 3_000;
    await Promise.all(
      processes.map(async (pace) => {
        while (Date.now() < end) {
          await pace.take();
          left.push(Date.now());
        }
      }),
    );
    left.sort((one, other) => one - other);
    for (let from = 0; from < left.length; from += 10) {
      const inOneSecond = left.filter((time) => time >= (left[from] ?? 0) && time < (left[from] ?? 0) + 1_000).length;
      expect(inOneSecond).toBeLessThanOrEqual(perSecond * 1.15);
    }
    expect(left.length).toBeGreaterThan(perSecond * 3 * 0.8);
    process.stdout.write(`pace: ${left.length} slots in 3 s by 3 processes, ${perSecond} a second agreed\n`);
  });
});
