import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { actorOf, roles } from '@arrears/auth';
import { permitAnswer } from '@arrears/contracts';
import { createHealth, silentLogger } from '@arrears/observability';
import { buildApp, listRoutes, type BuiltApp } from '@arrears/service';
import request from 'supertest';
import { contactsModule } from './module.js';
import { openWorld, type World } from './testing.js';

jest.setTimeout(60_000);

let world: World;
let built: BuiltApp;
beforeAll(async () => {
  world = await openWorld();
  const module = contactsModule({ db: world.db, personKeys: world.keys, idKey: world.idKey, gate: world.gate });
  const verifier = {
    /** A token is a role, or a role and an agreement: how tokens are checked is proven in @arrears/auth. */
    verify: async (token: string) => {
      const [role = '', agreement = '*'] = token.split('~');
      return actorOf({ sub: `sub-${role}`, roles: [role], scopes: [`agreement:${agreement}`] });
    },
  };
  const { metrics } = world;
  const edge = { name: 'contacts', version: '1', api: true, health: createHealth(), log: silentLogger };
  built = await buildApp({ ...edge, module, verifier, metrics });
});
afterAll(async () => {
  await built.app.close();
  await world.close();
});
beforeEach(() => world.beat());

const as = (token: string) => ({ authorization: `Bearer ${token}` });
/** supertest types bodies as `any`. */
const bodyOf = async (sent: request.Test): Promise<unknown> => (await sent).body as unknown;
const post = (path: string, body: object, token = 'service') =>
  request(built.http).post(path).set(as(token)).send(body);

describe('the routes of contacts', () => {
  it('are these, and each says who may call it', () => {
    const routes = listRoutes(built.app).map(
      ({ method, path, access }) => `${method} ${path} ${access?.kind ?? 'closed'}`,
    );
    expect(routes.sort()).toEqual([
      'GET /agencies/:id action',
      'GET /agreements/:id/rules action',
      'GET /cases/:id/journal action',
      'GET /collectors/:id/qualification action',
      'GET /events/parked action',
      'GET /permits/:id action',
      'GET /person-merges/:id action',
      'GET /persons/:id action',
      'GET /persons/:id/cease-demands action',
      'GET /persons/:id/consents action',
      'GET /persons/:id/status action',
      'GET /rule-packs action',
      'GET /stop-orders action',
      'GET /stop-orders/:id action',
      'POST /agreements/:id/rules/changes/:changeId/approve action',
      'POST /agreements/:id/rules/changes/:changeId/refuse action',
      'POST /cease-demands/:id/withdraw action',
      'POST /consents/:id/withdraw action',
      'POST /contact-points/:id/invalid action',
      'POST /contact-points/lookup action',
      'POST /contacts/inbound action',
      'POST /events/parked/:inboxId/replay action',
      'POST /events/parked/:inboxId/set-aside action',
      'POST /permits roles',
      'POST /permits/:id/commit roles',
      'POST /permits/:id/release roles',
      'POST /permits/preview action',
      'POST /person-merges action',
      'POST /person-merges/:id/decision action',
      'POST /person-merges/:id/split action',
      'POST /person-merges/:id/split/decision action',
      'POST /person-merges/preview action',
      'POST /persons/:id/cease-demands action',
      'POST /persons/:id/consents action',
      'POST /persons/:id/refusals action',
      'POST /persons/:id/status action',
      'POST /persons/:id/status/:changeId/approve action',
      'POST /persons/:id/status/:changeId/refuse action',
      'POST /rule-packs/shadow action',
      'POST /stop-orders action',
      'POST /stop-orders/:id/approve action',
      'POST /stop-orders/:id/lift action',
      'POST /stop-orders/:id/lift/approve action',
      'PUT /agencies/:id action',
      'PUT /agreements/:id/rules action',
      'PUT /collectors/:id/qualification action',
    ]);
  });

  it.each(roles.filter((role) => role !== 'service'))(
    'let no %s ask for a permit, use or release one',
    async (role) => {
      const one = await world.overdue();
      await post('/permits', one.request(), role).expect(403);
      await post(`/permits/${randomUUID()}/commit`, {}, role).expect(403);
      await post(`/permits/${randomUUID()}/release`, {}, role).expect(403);
    },
  );

  it('need a token', async () => {
    await request(built.http).post('/permits').send({}).expect(401);
  });
});

describe('POST /permits', () => {
  it('answers a permit as the contract says, commits it twice and refuses another content', async () => {
    const one = await world.overdue();
    const asked = one.request();
    const body = await bodyOf(post('/permits', asked).expect(200));
    const answer = permitAnswer.parse(body);
    if (answer.verdict !== 'granted') throw new Error('expected a permit');
    const commit = { contactId: asked.contactId, contentHash: 'h1', outcome: 'handed-over', at: world.clock.nowIso() };
    const path = `/permits/${answer.permitId}`;
    await post(`${path}/commit`, commit).expect(200);
    const again = await post(`${path}/commit`, commit).expect(200);
    expect(again.body).toMatchObject({ state: 'handed-over', contentHash: 'h1' });
    const other = await post(`${path}/commit`, { ...commit, contentHash: 'h2' }).expect(409);
    expect(other.body).toMatchObject({ code: 'permit-used' });
    const release = await post(`${path}/release`, {}).expect(409);
    expect(release.body).toMatchObject({ code: 'conflict' });
    const seen = await request(built.http).get(path).set(as('supervisor')).expect(200);
    expect(seen.body).toMatchObject({ permitId: answer.permitId, state: 'handed-over' });
    expect(JSON.stringify(seen.body)).not.toContain(answer.destination);
    await request(built.http).get(path).set(as('supervisor~AGR-OTHER')).expect(404);
  });

  it('names path and fault of a bad request, without its values', async () => {
    const one = await world.overdue();
    const body = await bodyOf(post('/permits', { ...one.request(), purpose: 'annoy', covers: [] }).expect(422));
    expect(body).toMatchObject({ code: 'invalid-input' });
    expect((body as { errors: { path: string }[] }).errors.map(({ path }) => path).sort()).toEqual([
      'covers',
      'purpose',
    ]);
    expect(JSON.stringify(body)).not.toContain('annoy');
  });

  it('answers 404 for a permit that does not exist, whatever its id looks like', async () => {
    for (const id of [randomUUID(), 'nonsense']) {
      const body = await bodyOf(post(`/permits/${id}/release`, {}).expect(404));
      expect(body).toMatchObject({ code: 'permit-unknown' });
    }
  });
});

describe('GET /persons/{id}', () => {
  it('shows a person masked, to readers within their agreements', async () => {
    const one = await world.overdue();
    const path = `/persons/${one.facts.debtorId}`;
    const body = await bodyOf(request(built.http).get(path).set(as('collector~AGR-1')).expect(200));
    const text = JSON.stringify(body);
    expect(text).toContain('S**');
    expect(text).not.toContain(one.loan.debtor.name);
    await request(built.http).get(path).set(as('collector~AGR-2')).expect(404);
    await request(built.http).get(path).set(as('sre')).expect(403);
    await request(built.http).get('/persons/nonsense').set(as('collector')).expect(404);
  });
});

describe('GET /rule-packs', () => {
  it('shows the rules with their citations, and which numbers nobody has confirmed', async () => {
    const body = await bodyOf(request(built.http).get('/rule-packs').set(as('collector')).expect(200));
    const { items } = body as { items: { pack: string; rules: { id: string; verify: boolean; citation: object }[] }[] };
    const unconfirmed = (name: string) =>
      items.find(({ pack }) => pack === name)?.rules.flatMap(({ id, verify }) => (verify ? [id] : []));
    expect(unconfirmed('cn-cba-2026')).toEqual([]);
    expect(unconfirmed('cn-gbt-45251-2025')).toEqual(['CN-GBT-HIRE', 'CN-GBT-REC']);
    expect(unconfirmed('house-default')).toEqual(expect.arrayContaining(['HOUSE-SMS-DAY', 'HOUSE-3P-ROW']));
    for (const { rules } of items)
      for (const { citation } of rules)
        expect(citation).toMatchObject({ document: expect.anything(), article: expect.anything() });
  });
});
