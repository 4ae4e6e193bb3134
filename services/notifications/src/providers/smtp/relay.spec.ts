import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { smtpRelay } from './relay.js';
import type { RelayAnswer } from './relay-answer.js';
import { sendAnswer } from './smtp-email.js';

const reference = '0190a000-0000-7000-8000-0000000000aa';

describe('a relay’s answer', () => {
  const rejected = (
    stage: 'login' | 'sender' | 'recipient' | 'content',
    code: number,
    status?: string,
  ): RelayAnswer => ({
    came: 'rejected',
    stage,
    code,
    status,
  });
  it.each<[RelayAnswer, object]>([
    [
      { came: 'accepted', response: '250 Ok: queued as A1' },
      { answer: 'accepted', providerMessageId: 'A1' },
    ],
    [
      { came: 'accepted', response: '250 fine' },
      { answer: 'accepted', providerMessageId: reference },
    ],
    [{ came: 'nothing' }, { answer: 'unknown' }],
    [
      { came: 'not-sent', code: 'econnrefused' },
      { answer: 'unreachable', code: 'smtp-econnrefused' },
    ],
    [rejected('login', 535, '5.7.8'), { answer: 'unreachable', code: 'smtp-535-5.7.8' }],
    [rejected('recipient', 450, '4.2.0'), { answer: 'throttled', retryAfterMs: 60_000 }],
    [rejected('sender', 421), { answer: 'unreachable', code: 'smtp-421' }],
    [
      rejected('recipient', 550, '5.1.1'),
      { answer: 'refused', code: 'smtp-550-5.1.1', blames: 'message', nobodyThere: 'no-mailbox' },
    ],
    [
      rejected('content', 550, '5.1.6'),
      { answer: 'refused', code: 'smtp-550-5.1.6', blames: 'message', nobodyThere: 'moved' },
    ],
    [rejected('recipient', 550), { answer: 'refused', code: 'smtp-550', blames: 'message' }],
    [rejected('recipient', 550, '5.2.2'), { answer: 'refused', code: 'smtp-550-5.2.2', blames: 'message' }],
    [rejected('sender', 550, '5.1.1'), { answer: 'refused', code: 'smtp-550-5.1.1', blames: 'provider' }],
    [rejected('recipient', 554, '5.7.1'), { answer: 'refused', code: 'smtp-554-5.7.1', blames: 'provider' }],
    [rejected('sender', 553), { answer: 'refused', code: 'smtp-553', blames: 'provider' }],
    [rejected('content', 554, '5.6.0'), { answer: 'refused', code: 'smtp-554-5.6.0', blames: 'message' }],
  ])('%j', (answer, meaning) => {
    expect(sendAnswer(answer, reference)).toEqual(meaning);
  });
});

describe('a relay that breaks off', () => {
  let server: Server | undefined;
  afterEach(() => void server?.close());
  /** Says 220, then an answer to each line; `undefined` hangs up. */
  const relayThat = async (answers: (line: string) => string | undefined): Promise<RelayAnswer> => {
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.write('220 relay\r\n');
      socket.on('data', (chunk) => {
        for (const line of chunk.toString('latin1').split('\r\n').filter(Boolean)) {
          const answer = answers(line);
          if (answer === undefined) return void socket.destroy();
          if (answer !== '') socket.write(`${answer}\r\n`);
        }
      });
    });
    await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const relay = smtpRelay({ url: `smtp://127.0.0.1:${port}`, tls: 'none', connections: 1, timeoutMs: 400 }, () =>
      Date.now(),
    );
    const raw = Buffer.from('Subject: x\r\n\r\nbody\r\n');
    return relay
      .send(raw, { from: 'a@example.com', to: 'b@example.com', envelopeId: 'e' })
      .finally(() => relay.close());
  };
  const upTo = (command: RegExp, then: string | undefined) => (line: string) => {
    if (command.test(line)) return then;
    if (/^DATA/.test(line)) return '354 go on';
    return /^(EHLO|MAIL|RCPT)/.test(line) ? '250 fine' : '';
  };

  it.each<[string, (line: string) => string | undefined, RelayAnswer['came']]>([
    ['at the greeting', () => undefined, 'not-sent'],
    ['at the sender', upTo(/^MAIL/, undefined), 'not-sent'],
    ['before it lets us speak', upTo(/^DATA/, undefined), 'not-sent'],
    ['by falling silent at the recipient', upTo(/^RCPT/, ''), 'not-sent'],
    ['in the middle of the mail', upTo(/^Subject/, undefined), 'nothing'],
    ['after the mail', upTo(/^\.$/, undefined), 'nothing'],
    ['by falling silent after the mail', upTo(/^\.$/, ''), 'nothing'],
    ['with 421 after the mail', upTo(/^\.$/, '421 going down'), 'nothing'],
    ['with a word that it will not take it', upTo(/^\.$/, '554 5.6.0 no'), 'rejected'],
    ['with another sender, please', upTo(/^MAIL/, '553 no'), 'rejected'],
  ])('%s', async (_when, answers, came) => {
    expect(await relayThat(answers)).toMatchObject({ came });
  });
});
