import { randomUUID } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { smsGateway } from './sms-gateway.js';

describe('an HTTP gateway that makes no sense', () => {
  const message = {
    clientReference: randomUUID(),
    to: '+12125550199',
    text: 'x',
    validUntil: '2026-11-09T14:00:00.000Z',
  };
  const answering = async (answer: string, work: (url: string) => Promise<void>) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', () => socket.end(answer));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    await work(`http://127.0.0.1:${port}`).finally(() => server.close());
  };
  const json = (status: string, body: string): string =>
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`;

  it.each([
    ['nothing at all', '', { answer: 'unknown' }],
    ['half an answer', 'HTTP/1.1 202 Accep', { answer: 'unknown' }],
    ['an answer without an id', json('202 Accepted', '{}'), { answer: 'unknown' }],
    ['its own trouble', json('503 Unavailable', '{}'), { answer: 'unknown' }],
    ['another content under our reference', json('409 Conflict', '{}'), { answer: 'unknown' }],
    ['a wrong key', json('401 Unauthorized', '{}'), { answer: 'unreachable', code: 'http-401' }],
    ['a wrong address', json('404 Not Found', '<html>'), { answer: 'unreachable', code: 'http-404' }],
    ['no money left', json('402 Payment Required', '{}'), { answer: 'refused', code: 'no-credit', blames: 'provider' }],
    [
      'a sender that is not registered',
      json('422 Unprocessable', '{"code":"sender-not-registered"}'),
      { answer: 'refused', code: 'sender-not-registered', blames: 'provider' },
    ],
    [
      'a text that it does not allow',
      json('422 Unprocessable', '{"code":"number-refused"}'),
      { answer: 'refused', code: 'number-refused', blames: 'message' },
    ],
    [
      'a number that nobody has',
      json('422 Unprocessable', '{"code":"no-such-number"}'),
      { answer: 'refused', code: 'no-such-number', blames: 'message', nobodyThere: 'unknown-address' },
    ],
  ])('answers %s', async (_what, answer, meaning) => {
    await answering(answer, async (url) => {
      const port = smsGateway({ id: 'x', ratePerSecond: 1, url, apiKey: 'k', timeoutMs: 500 });
      expect(await port.send(message)).toEqual(meaning);
    });
  });

  it('does not say "never had" by a 404 that is not its own', async () => {
    await answering(json('404 Not Found', '{"code":"no-such-route"}'), async (url) => {
      const port = smsGateway({ id: 'x', ratePerSecond: 1, url, apiKey: 'k', timeoutMs: 500 });
      expect(await port.ask({ clientReference: message.clientReference, providerMessageId: null })).toEqual({
        answer: 'unknown',
      });
    });
  });
});
