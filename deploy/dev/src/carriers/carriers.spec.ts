import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startCarriers } from './carriers.js';
import { sign, type Receipt } from './receipts.js';
import { freePort } from '../free-port.js';

let dir: string;
let base: string;
let close: () => Promise<void>;
let businessNow: number;
let received: Receipt[];
let clientAnswers: number[];
let signatures: { given: string; expected: string }[];

const at = (time: string): number => Date.parse(`2026-11-09T${time}:00.000Z`);
const start = async (port: number): Promise<void> => {
  const clock = { nowIso: () => new Date(businessNow).toISOString() };
  const post = async (
    _url: string,
    init: { headers: Record<string, string>; body: string },
  ): Promise<{ ok: boolean; status: number }> => {
    const status = clientAnswers.shift() ?? 204;
    signatures.push({
      given: init.headers['x-signature'] ?? '',
      expected: sign('receipt secret', init.headers['x-timestamp'] ?? '', init.body),
    });
    if (status < 300) received.push(JSON.parse(init.body) as Receipt);
    return { ok: status < 300, status };
  };
  const carriers = await startCarriers({
    port,
    dir,
    client: 'http://client',
    http: {
      sms: { apiKey: 'key', receiptSecret: 'receipt secret' },
      letter: { apiKey: 'key', receiptSecret: 'receipt secret' },
    },
    clock,
    stepMs: 5,
    lateMs: 150,
    silenceMs: 200,
    post,
  });
  ({ close } = carriers);
  base = `http://127.0.0.1:${port}`;
};
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'carriers-'));
  businessNow = at('10:00');
  [received, clientAnswers, signatures] = [[], [], []];
  await start(await freePort());
});
afterEach(async () => {
  await close();
  rmSync(dir, { recursive: true });
});

const message = (more: Record<string, unknown> = {}) => ({
  clientReference: 'ref-1',
  to: '+8613800000001',
  text: 'synthetic reminder',
  validUntil: '2026-11-09T14:00:00.000Z',
  ...more,
});
const send = (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${base}/sms/messages`, {
    method: 'POST',
    headers: { authorization: 'Bearer key', 'content-type': 'application/json', connection: 'close', ...headers },
    body: JSON.stringify(body),
  });
const status = async (reference = 'ref-1'): Promise<{ code: number; status?: string }> => {
  const answer = await fetch(`${base}/sms/messages/${reference}`, { headers: { authorization: 'Bearer key' } });
  return { ...((await answer.json()) as { status?: string }), code: answer.status };
};
const behave = async (rule: Record<string, unknown>): Promise<number> =>
  (await fetch(`${base}/behaviour`, { method: 'PUT', body: JSON.stringify({ channel: 'sms', ...rule }) })).status;
const phone = async (
  query = '',
): Promise<{ items: { clientReference: string; submissions: number; deliveries: number; status: string }[] }> =>
  (await (await fetch(`${base}/messages${query}`)).json()) as never;
const settled = (): Promise<void> => sleep(60);

describe('taking a message', () => {
  it('accepts it, delivers it and says so twice: sent, then delivered, signed', async () => {
    const answer = await send(message());
    expect(answer.status).toBe(202);
    expect(await answer.json()).toMatchObject({ providerMessageId: expect.stringMatching(/^sim-/) });
    await settled();
    expect(await status()).toMatchObject({ code: 200, status: 'delivered' });
    expect(received.map((receipt) => receipt.status)).toEqual(['sent', 'delivered']);
    for (const { given, expected } of signatures) expect(given).toBe(expected);
  });

  it('takes the same reference twice as one message', async () => {
    const first = (await (await send(message())).json()) as { providerMessageId: string };
    const second = (await (await send(message())).json()) as { providerMessageId: string };
    expect(second.providerMessageId).toBe(first.providerMessageId);
    await settled();
    expect((await phone()).items).toMatchObject([{ clientReference: 'ref-1', submissions: 2, deliveries: 1 }]);
  });

  it('refuses a reference that comes with another text', async () => {
    await send(message());
    expect((await send(message({ text: 'another' }))).status).toBe(409);
  });

  it.each([
    ['no key', message(), { authorization: 'Bearer wrong' }, 401],
    ['a number that is none', message({ to: '138' }), {}, 400],
    ['an unknown field', message({ sender: 'x' }), {}, 400],
    ['an idempotency key of another message', message(), { 'idempotency-key': 'ref-2' }, 400],
  ])('refuses %s', async (_what, body, headers, code) => {
    expect((await send(body, headers)).status).toBe(code);
    expect(await status()).toMatchObject({ code: 404 });
  });

  it('lists what a phone received since an instant', async () => {
    await send(message());
    businessNow = at('12:00');
    await send(message({ clientReference: 'ref-2' }));
    await send(message({ clientReference: 'ref-3', to: '+8613800000002' }));
    const query = `?to=${encodeURIComponent('+8613800000001')}&since=2026-11-09T11:00:00.000Z`;
    expect((await phone(query)).items.map((item) => item.clientReference)).toEqual(['ref-2']);
  });
});

describe('behaving badly on request', () => {
  it('throttles as often as told, with a time to wait', async () => {
    await behave({ answer: 'throttle', times: 2 });
    const first = await send(message());
    expect([first.status, first.headers.get('retry-after')]).toEqual([429, '1']);
    expect((await send(message())).status).toBe(429);
    expect((await send(message())).status).toBe(202);
  });

  it('refuses a message for good, only where it matches, until the rule is deleted', async () => {
    await behave({ answer: 'refuse', match: '0002' });
    expect((await send(message({ to: '+8613800000002' }))).status).toBe(422);
    expect((await send(message())).status).toBe(202);
    await fetch(`${base}/behaviour`, { method: 'DELETE' });
    expect((await send(message({ to: '+8613800000002', clientReference: 'ref-2' }))).status).toBe(202);
  });

  it('accepts and never answers: the message arrives and can be asked for', async () => {
    await behave({ answer: 'accept-then-timeout', times: 1 });
    await expect(send(message())).rejects.toThrow();
    await settled();
    expect(await status()).toMatchObject({ code: 200, status: 'delivered' });
    expect((await phone()).items).toMatchObject([{ submissions: 1, deliveries: 1 }]);
  });

  it('drops a message: no answer, and asking says that it never came', async () => {
    await behave({ answer: 'drop', times: 1 });
    await expect(send(message())).rejects.toThrow();
    expect(await status()).toMatchObject({ code: 404 });
  });

  it.each([
    ['twice', ['sent', 'sent', 'delivered', 'delivered']],
    ['never', []],
    ['out-of-order', ['delivered', 'sent']],
  ])('sends receipts %s', async (receipt, statuses) => {
    await behave({ receipt });
    await send(message());
    await sleep(150);
    expect(received.map((one) => one.status)).toEqual(statuses);
  });

  it('sends receipts late', async () => {
    await behave({ receipt: 'late' });
    await send(message());
    await settled();
    expect([(await status()).status, received]).toEqual(['delivered', []]);
    await sleep(200);
    expect(received.map((one) => one.status)).toEqual(['sent', 'delivered']);
  });

  it('refuses a rule that it does not understand', async () => {
    expect(await behave({ answer: 'explode' })).toBe(400);
  });
});

describe('validity', () => {
  it('delivers nothing after its last moment: the phone was off until then', async () => {
    await behave({ phoneOnAt: '2026-11-09T15:00:00.000Z' });
    await send(message());
    await settled();
    expect((await status()).status).toBe('sent');
    businessNow = at('15:00');
    await settled();
    expect((await status()).status).toBe('expired');
    expect(received.map((one) => one.status)).toEqual(['sent', 'expired']);
  });

  it('delivers when the phone comes on in time', async () => {
    await behave({ phoneOnAt: '2026-11-09T13:00:00.000Z' });
    await send(message());
    businessNow = at('13:00');
    await settled();
    expect((await status()).status).toBe('delivered');
  });
});

describe('failures', () => {
  it('posts a receipt again until the client takes it', async () => {
    clientAnswers = [500, 503];
    await send(message());
    await sleep(1200);
    expect(received.map((one) => one.status).sort()).toEqual(['delivered', 'sent']);
  });

  it('goes on after a restart: what was accepted is delivered, what was delivered is not again', async () => {
    await behave({ phoneOnAt: '2026-11-09T11:00:00.000Z', times: 1 });
    await send(message());
    await send(message({ clientReference: 'ref-2' }));
    await settled();
    await close();
    businessNow = at('12:00');
    await start(await freePort());
    await settled();
    expect((await phone()).items).toMatchObject([
      { clientReference: 'ref-1', status: 'delivered', deliveries: 1 },
      { clientReference: 'ref-2', status: 'delivered', deliveries: 1 },
    ]);
  });
});
