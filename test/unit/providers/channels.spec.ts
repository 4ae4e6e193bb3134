import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { destination, longChinese, pdf, sendBy, validUntil } from './messages.js';
import { openWorld, until, type World } from './world.js';

/** What is special to one channel. */
let world: World;
beforeAll(async () => {
  world = await openWorld({ smpp: { referenceTag: 0x1401, longText: 'udh' } });
}, 20_000);
afterAll(() => world.close());

const wordOn = async (reference: string, status: string) => {
  await until(() => world.heard.some((one) => one.clientReference === reference && one.status === status));
  return world.heard.find((one) => one.clientReference === reference && one.status === status);
};
const only = async (query: string, reference: string) =>
  (await world.people(query)).filter((one) => one.clientReference.startsWith(reference));

describe('a long Chinese text', () => {
  it('goes over HTTP as it is', async () => {
    const reference = randomUUID();
    await sendBy(world.port('sms'), reference, longChinese);
    expect(await only('?channel=sms', reference)).toMatchObject([{ text: longChinese }]);
  });

  it('goes over SMPP in parts, and the phone shows one text', async () => {
    const reference = randomUUID();
    expect(await sendBy(world.port('smpp'), reference, longChinese)).toMatchObject({ answer: 'accepted' });
    expect(await only('?channel=smpp', reference)).toMatchObject([{ text: longChinese, submissions: 1 }]);
    expect(await wordOn(reference, 'delivered')).toMatchObject({ provider: 'smpp' });
  });

  it('goes on when the centre throttles its last part: the first ones can’t be taken back', async () => {
    const reference = randomUUID();
    await world.behave({ channel: 'smpp', answer: 'throttle', times: 2 });
    expect(await sendBy(world.port('smpp'), reference, longChinese)).toMatchObject({ answer: 'accepted' });
    expect(await only('?channel=smpp', reference)).toMatchObject([{ text: longChinese }]);
  });

  it('is unknown when the centre refuses its last part', async () => {
    await world.behave({ channel: 'smpp', answer: 'refuse', times: 1 });
    expect(await sendBy(world.port('smpp'), randomUUID(), longChinese)).toEqual({ answer: 'unknown' });
  });
});

describe('SMPP', () => {
  it('asks what became of a message once it knows the centre’s id', async () => {
    const reference = randomUUID();
    const answer = await sendBy(world.port('smpp'), reference);
    if (answer.answer !== 'accepted') throw new Error(answer.answer);
    await wordOn(reference, 'delivered');
    const { providerMessageId } = answer;
    expect(await world.port('smpp').ask({ clientReference: reference, providerMessageId })).toMatchObject({
      answer: 'known',
      status: 'delivered',
      at: '2026-11-09T02:00:00.000Z',
    });
    expect(await world.port('smpp').ask({ clientReference: reference, providerMessageId: 'sim-none' })).toEqual({
      answer: 'unknown',
    });
  });

  it('names the message of a receipt though the answer with the centre’s id was lost', async () => {
    const reference = randomUUID();
    await world.behave({ channel: 'smpp', answer: 'accept-then-timeout', receipt: 'late', times: 1 });
    expect(await sendBy(world.port('smpp'), reference)).toEqual({ answer: 'unknown' });
    expect(await wordOn(reference, 'delivered')).toMatchObject({ providerMessageId: expect.stringMatching(/^sim-/) });
  });

  it('does not deliver after the validity of the message', async () => {
    const reference = randomUUID();
    await world.behave({ channel: 'smpp', phoneOnAt: '2026-11-10T00:00:00.000Z', times: 1 });
    await sendBy(world.port('smpp'), reference);
    world.moveTo('2026-11-10T01:00:00.000Z');
    expect(await wordOn(reference, 'expired')).toMatchObject({ at: '2026-11-10T01:00:00.000Z' });
    world.moveTo('2026-11-09T02:00:00.000Z');
  });
});

describe('what people answer', () => {
  it.each([
    ['sms', destination['sms']],
    ['smpp', destination['smpp']],
  ])('comes in over %s', async (channel, from) => {
    await sendBy(world.port(channel));
    expect(await world.inbound({ channel, from, text: '退订' })).toBe(202);
    expect(world.replies.at(-1)).toMatchObject({
      provider: channel,
      from,
      text: '退订',
      inboundId: expect.any(String),
    });
  });

  it('comes again over SMPP, under the same id, when it could not be written down', async () => {
    await world.behave({ channel: 'smpp', delivery: 'reply', reply: '明天还款', receipt: 'never', times: 1 });
    world.failures.left = 1;
    await sendBy(world.port('smpp'));
    await until(() => world.replies.some(({ text }) => text === '明天还款'));
    expect([world.failures.left, world.replies.filter(({ text }) => text === '明天还款').length]).toEqual([0, 1]);
  });

  it('comes by e-mail and names the message; what it quotes is left out', async () => {
    const reference = randomUUID();
    await world.behave({ channel: 'email', delivery: 'reply', reply: '请停止发送', times: 1 });
    await sendBy(world.port('email'), reference);
    await until(() => world.replies.some(({ clientReference }) => clientReference === reference));
    expect(world.replies.at(-1)).toMatchObject({ provider: 'email', from: 'person@example.com', text: '请停止发送' });
  });
});

describe('e-mail', () => {
  it('goes over a few connections that are used again and again', async () => {
    const warnings: Error[] = [];
    const warned = (warning: Error): void => void warnings.push(warning);
    process.on('warning', warned);
    const port = world.port('email');
    for (let mail = 0; mail < 30; mail += 1) expect(await sendBy(port)).toMatchObject({ answer: 'accepted' });
    const together = await Promise.all(Array.from({ length: 30 }, () => sendBy(port)));
    expect(together.map(({ answer }) => answer)).toEqual(Array.from({ length: 30 }, () => 'accepted'));
    await sleep(20);
    process.off('warning', warned);
    expect(warnings).toEqual([]);
  });

  it.each([
    ['bounced', undefined, 'no-mailbox'],
    ['bounced', 'moved', 'moved'],
    ['bounced', 'blocked', 'blocked'],
    ['failed', undefined, 'other'],
  ])('%s (%s) comes back as %s', async (delivery, because, reason) => {
    const reference = randomUUID();
    await world.behave({ channel: 'email', delivery, because, times: 1 });
    expect(await sendBy(world.port('email'), reference)).toMatchObject({ answer: 'accepted' });
    expect(await wordOn(reference, 'returned')).toMatchObject({ because: reason, at: '2026-11-09T02:00:00.000Z' });
  });
});

describe('letters', () => {
  const send = async (reference: string, over: object = {}) => {
    const port = world.port('letter');
    if (port.channel !== 'letter') throw new Error('no mail house');
    return port.send({
      clientReference: reference,
      validUntil: '2026-12-31T00:00:00.000Z',
      pdf,
      fileHash: createHash('sha256').update(pdf).digest('hex'),
      addressee: '示範一',
      address: destination['letter'] ?? '',
      delivery: 'registered',
      ...over,
    });
  };
  const travel = async () => {
    world.moveTo('2026-11-09T09:00:00.000Z');
    await sleep(40);
    world.moveTo('2026-11-13T09:00:00.000Z');
    await sleep(40);
    world.moveTo('2026-11-09T02:00:00.000Z');
  };

  it.each([
    ['delivered', { signer: 'cohabiting-relative' }, 'delivered', { signer: 'cohabiting-relative' }],
    ['refused', {}, 'returned', { because: 'refused' }],
    ['returned', { because: 'moved' }, 'returned', { because: 'moved' }],
  ])('%s', async (delivery, more, status, told) => {
    const reference = randomUUID();
    await world.behave({ channel: 'letter', delivery, ...more, times: 1 });
    await send(reference);
    await travel();
    expect(await wordOn(reference, status)).toMatchObject({ ...told, at: '2026-11-13T09:00:00.000Z' });
    expect(await world.port('letter').ask({ clientReference: reference, providerMessageId: null })).toMatchObject({
      answer: 'known',
      status,
      ...told,
    });
  });

  it('a plain one is posted, and nobody tells that it arrived', async () => {
    const reference = randomUUID();
    await send(reference, { delivery: 'plain' });
    await travel();
    expect(world.heard.filter((one) => one.clientReference === reference).map(({ status }) => status)).toEqual([
      'sent',
    ]);
  });

  it('is taken back before it is posted, not after', async () => {
    const reference = randomUUID();
    await send(reference);
    const port = world.port('letter');
    const asked = { clientReference: reference, providerMessageId: null };
    expect(await port.recall?.(asked)).toBe('recalled');
    expect(await port.ask(asked)).toEqual({ answer: 'never-had' });
    await send(reference);
    await travel();
    expect(await port.recall?.(asked)).toBe('too-late');
  });

  it('is refused when the file is not the one that was meant', async () => {
    expect(await send(randomUUID(), { fileHash: '0'.repeat(64) })).toEqual({
      answer: 'refused',
      code: 'hash-differs',
      blames: 'message',
    });
  });
});

describe('voice', () => {
  it('a recording is played as it was handed over; unanswered is failed', async () => {
    const port = world.port('voice');
    if (port.channel !== 'voiceBot') throw new Error('no voice');
    const audio = Buffer.from('RIFF synthetic');
    const fileHash = createHash('sha256').update(audio).digest('hex');
    const reference = randomUUID();
    await world.behave({ channel: 'voice', delivery: 'failed', times: 1 });
    expect(
      await port.send({
        clientReference: reference,
        to: destination['voice'] ?? '',
        language: 'zh',
        validUntil,
        say: { kind: 'recording', audio, mediaType: 'audio/wav', fileHash },
      }),
    ).toMatchObject({ answer: 'accepted' });
    expect(await wordOn(reference, 'failed')).toBeDefined();
  });
});
