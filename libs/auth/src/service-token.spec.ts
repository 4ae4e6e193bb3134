import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { serviceToken } from './service-token.js';

let server: Server;
let tokenUrl: string;
let asked: { authorization: string | undefined; body: string }[];
let answer: { status: number; body: unknown };
beforeEach(async () => {
  asked = [];
  answer = { status: 200, body: { access_token: 'first', expires_in: 100, token_type: 'Bearer' } };
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      asked.push({ authorization: request.headers.authorization, body });
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  tokenUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const clock = (start = 1_000_000) => {
  let at = start;
  return { now: () => at, pass: (seconds: number) => void (at += seconds * 1000) };
};
const client = () => ({ tokenUrl, clientId: 'notifications', clientSecret: 'a secret/with:signs' });

describe('the token of a service', () => {
  it('is asked for once, with the secret in the header, and shared', async () => {
    const token = serviceToken(client(), { audience: 'arrears' });
    expect(await Promise.all([token.get(), token.get(), token.get()])).toEqual(['first', 'first', 'first']);
    expect(asked).toHaveLength(1);
    const basic = Buffer.from(asked[0]?.authorization?.slice(6) ?? '', 'base64').toString();
    expect(basic).toBe('notifications:a%20secret%2Fwith%3Asigns');
    expect(asked[0]?.body).toBe('grant_type=client_credentials&resource=arrears');
  });

  it('is renewed before it ends', async () => {
    const time = clock();
    const token = serviceToken(client(), { now: time.now, marginSeconds: 10 });
    await token.get();
    time.pass(89);
    expect(await token.get()).toBe('first');
    answer.body = { access_token: 'second', expires_in: 100 };
    time.pass(2);
    expect(await token.get()).toBe('second');
  });

  it('is used to its end when the provider is away, and not beyond', async () => {
    const time = clock();
    const token = serviceToken(client(), { now: time.now, marginSeconds: 10 });
    await token.get();
    answer.status = 503;
    time.pass(95);
    expect(await token.get()).toBe('first');
    time.pass(6);
    await expect(token.get()).rejects.toThrow('the token endpoint answered 503');
  });

  it('is dropped after a refusal', async () => {
    const token = serviceToken(client());
    await token.get();
    answer.body = { access_token: 'second', expires_in: 100 };
    token.drop();
    expect(await token.get()).toBe('second');
  });

  it('is not taken from an answer of another shape', async () => {
    answer.body = { token: 'first' };
    await expect(serviceToken(client()).get()).rejects.toThrow();
  });
});
