import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { actorOf, can, roles, type Action } from '@arrears/auth';
import { createHealth, createMetrics, type Logger, type PlatformEvent } from '@arrears/observability';
import { buildApp, type BuiltApp } from '@arrears/service';
import request from 'supertest';
import { notificationsModule } from './module.js';
import { providerDoor } from './receipts/door.js';
import { sendOne } from './sending/sender.js';
import { loadLists } from './templates/load-templates.js';
import { fakeGate, ids } from './testing/fakes.js';
import {
  at,
  claimed,
  due,
  events,
  indexKey,
  only,
  openWorld,
  queue,
  smsStage,
  templates,
  type World,
} from './testing/world.js';

jest.setTimeout(60_000);

const secret = 'provider-secret';
let world: World;
let built: BuiltApp;
const metrics = createMetrics();
const lines: object[] = [];
const note = (event: string, fields?: object) => void lines.push({ event, ...fields });
const log = { debug: note, info: note, warn: note, error: note } as unknown as Logger<PlatformEvent>;

beforeAll(async () => {
  world = await openWorld();
  const { clock } = smsStage(world);
  const module = notificationsModule({
    db: world.db,
    clock,
    templates,
    lists: loadLists(),
    personKeys: world.personKeys,
    indexKey,
    receiptSecrets: new Map([['sms-1', secret]]),
    channelOf: (provider) => (provider === 'sms-1' ? 'sms' : undefined),
    door: providerDoor(metrics, log, ['sms-1']),
    violated: () => undefined,
  });
  const verifier = {
    /** A token is a role, or a role and an agreement: how tokens are checked is proven in @arrears/auth. */
    verify: async (token: string) => {
      const [role = '', agreement = '*'] = token.split('~');
      return actorOf({ sub: `sub-${role}`, roles: [role], scopes: [`agreement:${agreement}`] });
    },
  };
  const edge = { name: 'notifications', version: '1', api: true, health: createHealth(), log };
  built = await buildApp({ ...edge, module, verifier, metrics });
});
afterAll(async () => {
  await built.app.close();
  await world.close();
});
beforeEach(async () => {
  await world.clear();
  lines.length = 0;
});

const get = (path: string, token = 'supervisor') =>
  request(built.http)
    .get(path)
    .set({ authorization: `Bearer ${token}` });
const seconds = (real = Date.now()) => String(Math.floor(real / 1_000));
/** As a provider: signed over the very bytes. */
function signed(path: string, body: unknown, of: { by?: string; at?: string; send?: string } = {}) {
  const text = JSON.stringify(body);
  const timestamp = of.at ?? seconds();
  const signature = createHmac('sha256', of.by ?? secret)
    .update(`${timestamp}.`)
    .update(text)
    .digest('hex');
  return request(built.http)
    .post(path)
    .set({ 'content-type': 'application/json', 'x-signature': `sha256=${signature}`, 'x-timestamp': timestamp })
    .send(of.send ?? text);
}
async function sent(answer: 'accepted' | 'unknown' = 'accepted') {
  const parts = smsStage(world, fakeGate(), answer === 'accepted' ? { answer, providerMessageId: 'p-1' } : { answer });
  await queue(parts);
  await sendOne(parts, await claimed(world.db));
  return { parts, row: await only(world.db) };
}

describe('the routes of notifications', () => {
  const guarded: [string, Action][] = [
    ['/messages?state=unknown', 'message.read'],
    ['/inbound?known=false', 'inbound.read'],
    [`/cases/${ids.case}/journal`, 'journal.read'],
  ];
  it.each(guarded)('%s lets in who may, and nobody else', async (path, action) => {
    await sent();
    const allowed: readonly string[] = can[action];
    for (const role of roles) await get(path, role).expect(allowed.includes(role) ? 200 : 403);
    await request(built.http).get(path).expect(401);
  });
});

describe('POST /receipts/{provider}', () => {
  const receipt = (over: object = {}) => ({ clientReference: ids.account, status: 'delivered', at, ...over });

  it('takes a signed receipt, and the same one again', async () => {
    const { row } = await sent();
    const body = receipt({ clientReference: row.messageId, providerMessageId: 'p-1' });
    expect((await signed('/receipts/sms-1', body).expect(200)).body).toEqual({ answer: 'taken' });
    expect((await signed('/receipts/sms-1', body).expect(200)).body).toEqual({ answer: 'known-already' });
    expect((await only(world.db)).state).toBe('delivered');
  });

  it.each<[string, object, { by?: string; at?: string; send?: string }, number, string]>([
    ['another’s signature', {}, { by: 'other-secret' }, 401, 'bad-signature'],
    ['other bytes than were signed', {}, { send: JSON.stringify(receipt({ status: 'failed' })) }, 401, 'bad-signature'],
    ['a signature of an hour ago', {}, { at: seconds(Date.now() - 3_600_000) }, 401, 'bad-signature'],
    ['a message that we don’t know', {}, {}, 404, 'not-found'],
    ['a time that has not come', { at: '2026-11-24T04:00:00.000Z' }, {}, 422, 'invalid-input'],
    ['a status that nobody knows', { status: 'teleported' }, {}, 422, 'invalid-input'],
    ['a reference that is none', { clientReference: '1' }, {}, 422, 'invalid-input'],
  ])('refuses %s, clearly', async (_, over, how, status, code) => {
    const { row } = await sent();
    const known = code === 'not-found' ? {} : { clientReference: row.messageId };
    const answer = await signed('/receipts/sms-1', { ...receipt(known), ...over }, how).expect(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ code, status, detail: expect.any(String) });
    expect((await only(world.db)).state).toBe('accepted');
  });

  it('refuses a provider that we don’t have', async () => {
    await signed('/receipts/nobody', receipt()).expect(404);
  });

  it('counts and logs what it refused, without a word of it', async () => {
    const before = (await metrics.value('provider_calls_total', refusedLabels)) ?? 0;
    await signed('/receipts/sms-1', receipt({ note: '+8613800000001' }), { by: 'other-secret' }).expect(401);
    expect(await metrics.value('provider_calls_total', refusedLabels)).toBe(before + 1);
    expect(lines).toContainEqual({
      event: 'provider-refused',
      mode: 'receipt',
      provider: 'sms-1',
      error_code: 'bad-signature',
    });
    expect(JSON.stringify(lines)).not.toContain('13800000001');
  });
  const refusedLabels = { what: 'receipt', provider: 'sms-1', outcome: 'bad-signature' };
});

describe('POST /inbound/{provider}', () => {
  const inbound = (over: object = {}) => ({ inboundId: 'in-1', from: '+12125550100', text: ' ｓｔｏｐ ', at, ...over });

  it('takes a signed answer once', async () => {
    await sent();
    expect((await signed('/inbound/sms-1', inbound()).expect(200)).body).toEqual({ answer: 'taken' });
    expect((await signed('/inbound/sms-1', inbound()).expect(200)).body).toEqual({ answer: 'known-already' });
    expect(await events(world.db)).toEqual(['message-accepted', 'message-received']);
  });

  it('refuses what is not signed, not of its time or not of its shape', async () => {
    expect((await signed('/inbound/sms-1', inbound(), { by: 'other' }).expect(401)).body).toMatchObject({
      code: 'bad-signature',
    });
    await signed('/inbound/sms-1', inbound({ at: '2026-11-24T04:00:00.000Z' })).expect(422);
    await signed('/inbound/sms-1', inbound({ from: '' })).expect(422);
    await signed('/inbound/nobody', inbound()).expect(404);
  });

  it('keeps what comes from a number nobody knows, and lists it for who sees every agreement', async () => {
    await signed('/inbound/sms-1', inbound({ from: '+12125550177' })).expect(200);
    await signed('/inbound/sms-1', inbound({ from: '+12125550178', inboundId: 'in-2' })).expect(200);
    const first = (await get('/inbound?known=false&limit=1').expect(200)).body as {
      items: object[];
      nextCursor: string;
    };
    expect(first.items).toEqual([expect.objectContaining({ provider: 'sms-1', kind: 'opt-out' })]);
    const rest = await get(`/inbound?known=false&limit=1&cursor=${first.nextCursor}`).expect(200);
    expect(rest.body).toMatchObject({ items: [{ provider: 'sms-1' }], nextCursor: null });
    expect(JSON.stringify([first, rest.body])).not.toContain('1212555');
    expect((await get('/inbound?known=false', 'supervisor~AGR-1').expect(200)).body).toEqual({
      items: [],
      nextCursor: null,
    });
  });
});

describe('messages of which nobody knows', () => {
  const words = { reason: 'The provider’s log shows no such message', evidence: 'ticket 4711' };
  const settle = (id: string, body: object, token = 'supervisor', key: string = randomUUID()) =>
    request(built.http)
      .post(`/messages/${id}/settle`)
      .set({ authorization: `Bearer ${token}`, 'idempotency-key': key })
      .send(body);

  it('are listed without what they say and to whom, each to those who see its agreement', async () => {
    const { row } = await sent('unknown');
    const body = (await get('/messages?state=unknown').expect(200)).body as unknown;
    expect(body).toMatchObject({ items: [{ messageId: row.messageId, state: 'unknown' }], nextCursor: null });
    const { items } = body as { items: object[] };
    const [item] = items;
    for (const field of ['content', 'destinationIndex', 'contactPointIds']) expect(item).not.toHaveProperty(field);
    expect((await get('/messages?state=unknown', 'supervisor~AGR-2').expect(200)).body).toMatchObject({ items: [] });
    await get(`/messages/${row.messageId}`, 'supervisor~AGR-2').expect(404);
  });

  it.each([
    ['sent', 'sent', 'message-sent', 'handed-over'],
    ['delivered', 'delivered', 'message-delivered', 'handed-over'],
    ['never-left', 'failed', 'message-failed', 'never-left'],
  ])('settled as %s by a person become %s, once, and are never sent again', async (outcome, state, event, owed) => {
    const { parts, row } = await sent('unknown');
    const key = randomUUID();
    const answer = await settle(row.messageId, { outcome, ...words }, 'compliance', key).expect(200);
    expect(answer.body).toMatchObject({ messageId: row.messageId, state });
    const again = await settle(row.messageId, { outcome, ...words }, 'compliance', key).expect(200);
    expect(again.body).toEqual(answer.body);
    expect((await settle(row.messageId, { outcome, ...words }).expect(409)).body).toMatchObject({ code: 'conflict' });
    expect(await only(world.db)).toMatchObject({ state, owedToGate: owed });
    expect(await events(world.db)).toEqual(['message-accepted', 'message-unknown', event].slice(1));
    expect(await due(world.db)).toEqual([]);
    expect(parts.provider.sent).toHaveLength(1);
    const [entry] = await world.db.query<{ actor: string; data: object }>(
      "SELECT actor, data FROM journal WHERE kind = 'message-settled'",
    );
    expect(entry).toMatchObject({ actor: 'sub-compliance', data: { outcome, messageId: row.messageId } });
    expect(JSON.stringify(entry)).not.toContain('4711');
  });

  it('are settled by supervisors and compliance only, with a reason and evidence, within their agreements', async () => {
    const { row } = await sent('unknown');
    for (const role of roles)
      if (role !== 'supervisor' && role !== 'compliance')
        await settle(row.messageId, { outcome: 'sent', ...words }, role).expect(403);
    await settle(row.messageId, { outcome: 'sent' }).expect(422);
    await settle(row.messageId, { outcome: 'sent-again', ...words }).expect(422);
    await settle(row.messageId, { outcome: 'sent', ...words }, 'supervisor~AGR-2').expect(404);
    await settle(randomUUID(), { outcome: 'sent', ...words }).expect(404);
    expect((await only(world.db)).state).toBe('unknown');
  });

  it('of a message whose outcome is known nobody may tell another', async () => {
    const { row } = await sent();
    expect((await settle(row.messageId, { outcome: 'never-left', ...words }).expect(409)).body).toMatchObject({
      code: 'conflict',
    });
  });
});

describe('GET /cases/{id}/journal', () => {
  it('gives the chain page by page to who may see the case', async () => {
    await sent();
    const first = (await get(`/cases/${ids.case}/journal?limit=3`).expect(200)).body as {
      items: { seq: number; kind: string }[];
      nextCursor: string;
    };
    expect(first.items.map(({ kind }) => kind)).toEqual(['message-queued', 'message-permitted', 'message-handed-over']);
    const rest = await get(`/cases/${ids.case}/journal?limit=3&cursor=${first.nextCursor}`).expect(200);
    expect(rest.body).toMatchObject({ items: [{ seq: 4, kind: 'message-accepted' }], nextCursor: null });
    await get(`/cases/${ids.case}/journal`, 'supervisor~AGR-2').expect(404);
    await get(`/cases/${randomUUID()}/journal`).expect(404);
  });
});
