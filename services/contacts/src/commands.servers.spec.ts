import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { verifyCaseJournal } from '@arrears/audit';
import { actorOf, can, roles, type Action } from '@arrears/auth';
import { createHealth, silentLogger } from '@arrears/observability';
import { buildApp, type BuiltApp } from '@arrears/service';
import request from 'supertest';
import { requestPermit } from './gate/gate.service.js';
import { contactsModule } from './module.js';
import { personOf, pointsOf } from './scenarios/support.js';
import { openWorld, type OverdueCase, type World } from './testing.js';

jest.setTimeout(60_000);

let world: World;
let built: BuiltApp;
let one: OverdueCase;
beforeAll(async () => {
  world = await openWorld();
  const module = contactsModule({ db: world.db, personKeys: world.keys, idKey: world.idKey, gate: world.gate });
  const verifier = {
    /** A token is `role`, `role~agreement` or `role~agreement~sub`: how tokens are checked is proven in @arrears/auth. */
    verify: async (token: string) => {
      const [role = '', agreement = 'all', sub = `sub-${role}`] = token.split('~');
      return actorOf({ sub, roles: [role], scopes: [`agreement:${agreement === 'all' ? '*' : agreement}`] });
    },
  };
  const edge = { name: 'contacts', version: '1', api: true, health: createHealth(), log: silentLogger };
  built = await buildApp({ ...edge, module, verifier, metrics: world.metrics });
  one = await world.overdue({
    contactPoints: [{ kind: 'mobile', value: '13800000701', source: 'application' }],
    contactPersons: [{ name: 'Synthetic Father', relation: 'parent', phone: '13900000701' }],
  });
});
afterAll(async () => {
  await built.app.close();
  await world.close();
});
beforeEach(() => world.beat());

type Method = 'get' | 'post' | 'put';
const send = (method: Method, path: string, body: object, token: string, key: string | null = randomUUID()) => {
  const to = request(built.http);
  const sent = to[method](path).set({ authorization: `Bearer ${token}` });
  return (key === null ? sent : sent.set('idempotency-key', key)).send(body);
};
const call = async (method: Method, path: string, body: object, token: string, key?: string | null) => {
  const answer = await send(method, path, body, token, key);
  return { status: answer.status, body: answer.body as Record<string, unknown>, headers: answer.headers };
};

/** Every command, who may give it, and an input of the right shape. */
const debtor = () => one.facts.debtorId;
const commands: [Action, Method, () => string, () => object][] = [
  ['person-status.change', 'post', () => `/persons/${debtor()}/status`, () => ({ to: 'dead', reason: 'told' })],
  ['person-status.decide', 'post', () => `/persons/${debtor()}/status/${randomUUID()}/approve`, () => ({})],
  ['person-status.decide', 'post', () => `/persons/${debtor()}/status/${randomUUID()}/refuse`, () => ({})],
  [
    'consent.record',
    'post',
    () => `/persons/${debtor()}/consents`,
    () => ({ agreementId: 'AGR-1', kind: 'any-hour', givenAt: world.clock.nowIso(), proof: 'sha256:aa' }),
  ],
  [
    'cease-demand.record',
    'post',
    () => `/persons/${debtor()}/cease-demands`,
    () => ({ agreementId: 'AGR-1', channels: ['push'], proof: 'sha256:ce' }),
  ],
  ['cease-demand.withdraw', 'post', () => `/cease-demands/${randomUUID()}/withdraw`, () => ({ proof: 'sha256:ce' })],
  ['consent.withdraw', 'post', () => `/consents/${randomUUID()}/withdraw`, () => ({})],
  [
    'third-party.refuse',
    'post',
    () => `/persons/${debtor()}/refusals`,
    () => ({ debtorId: debtor(), agreementId: 'AGR-1' }),
  ],
  [
    'contact-point.invalidate',
    'post',
    () => `/contact-points/${randomUUID()}/invalid`,
    () => ({ because: 'suspended' }),
  ],
  [
    'inbound.record',
    'post',
    () => '/contacts/inbound',
    () => ({
      ...{ personId: debtor(), debtorId: debtor(), agreementId: 'AGR-1', channel: 'call', outcome: 'missed' },
      at: world.clock.nowIso(),
    }),
  ],
  [
    'person-merge.request',
    'post',
    () => '/person-merges',
    () => ({ personIds: [debtor(), randomUUID()], reason: 'same' }),
  ],
  ['person-merge.decide', 'post', () => `/person-merges/${randomUUID()}/decision`, () => ({ decision: 'approve' })],
  ['person-merge.request', 'post', () => `/person-merges/${randomUUID()}/split`, () => ({ reason: 'namesakes' })],
  [
    'person-merge.decide',
    'post',
    () => `/person-merges/${randomUUID()}/split/decision`,
    () => ({ decision: 'refuse' }),
  ],
  ['stop-order.request', 'post', () => '/stop-orders', () => ({ scope: 'channel', value: 'push', reason: 'a try' })],
  ['stop-order.decide', 'post', () => `/stop-orders/${randomUUID()}/approve`, () => ({})],
  ['stop-order.lift', 'post', () => `/stop-orders/${randomUUID()}/lift`, () => ({ reason: 'mended' })],
  ['stop-order.lift', 'post', () => `/stop-orders/${randomUUID()}/lift/approve`, () => ({})],
  [
    'qualification.change',
    'put',
    () => '/collectors/c-1/qualification',
    () => ({ trainedUntil: '2027-01-01', certificate: 'cert:1', violentRecord: false }),
  ],
  ['agency.change', 'put', () => '/agencies/a-1', () => ({ listed: true })],
  ['agreement-rules.change', 'put', () => '/agreements/AGR-9/rules', () => ({ jurisdiction: 'CN' })],
  ['agreement-rules.decide', 'post', () => `/agreements/AGR-9/rules/changes/${randomUUID()}/approve`, () => ({})],
  ['agreement-rules.decide', 'post', () => `/agreements/AGR-9/rules/changes/${randomUUID()}/refuse`, () => ({})],
];

describe('commands', () => {
  it.each(commands)('%s: %s lets nobody else do it', async (action, method, path, body) => {
    const allowed: readonly string[] = can[action];
    for (const role of roles.filter((one) => !allowed.includes(one)))
      expect((await call(method, path(), body(), role)).status).toBe(403);
  });

  it.each(commands)('%s: %s needs an idempotency key', async (action, method, path, body) => {
    const { status, body: problem } = await call(method, path(), body(), can[action][0], null);
    expect([status, problem['code']]).toEqual([400, 'idempotency-key-missing']);
  });
});

describe('POST /contact-points/lookup', () => {
  it('finds who has a number, in any spelling, within the agreements one sees', async () => {
    for (const number of ['13800000701', '+86 138 0000 0701', '0086-138-0000-0701', '１３８００００７０１'].slice(
      0,
      3,
    )) {
      const { body } = await call('post', '/contact-points/lookup', { number }, 'collector', null);
      expect(body['items']).toEqual([expect.objectContaining({ personId: debtor(), agreementId: 'AGR-1' })]);
    }
    const { body } = await call('post', '/contact-points/lookup', { number: '13800000701' }, 'collector~AGR-2', null);
    expect(body['items']).toEqual([]);
  });

  it.each([
    ['ask the wife', 'not-a-number'],
    ['12', 'too-short'],
    ['+86 138 0000 0701 0000 0000', 'too-long'],
  ])('says what is wrong with %j, without repeating it', async (number, fault) => {
    const { status, body } = await call('post', '/contact-points/lookup', { number }, 'collector', null);
    expect(status).toBe(422);
    expect(body['errors']).toEqual([{ path: 'number', message: fault }]);
    const { correlationId: _, ...said } = body;
    expect(JSON.stringify(said)).not.toContain(number);
  });
});

describe('a stop order over HTTP', () => {
  it('is asked for, approved by another, shown and lifted; the same key is the same command', async () => {
    const key = randomUUID();
    const input = { scope: 'client', value: 'AGR-7', reason: 'the bank asks for it' };
    const asked = await call('post', '/stop-orders', input, 'supervisor~all~anna', key);
    expect(asked.status).toBe(202);
    const again = await call('post', '/stop-orders', input, 'supervisor~all~anna', key);
    expect(again.body).toEqual(asked.body);
    expect(again.headers['idempotency-replayed']).toBe('true');
    const path = `/stop-orders/${String(asked.body['stopOrderId'])}`;
    expect((await call('post', `${path}/approve`, {}, 'supervisor~all~anna')).status).toBe(403);
    expect((await call('post', `${path}/approve`, {}, 'manager~all~bert')).body).toMatchObject({ state: 'in-force' });
    const listed = await call('get', '/stop-orders?state=in-force', {}, 'auditor', null);
    expect(listed.body['items']).toContainEqual(expect.objectContaining({ value: 'AGR-7', decidedBy: 'bert' }));
    const others = await call('get', '/stop-orders?state=in-force', {}, 'auditor~AGR-1', null);
    expect(others.body['items']).toEqual([]);

    const lift = await call('post', `${path}/lift`, { reason: 'it is settled' }, 'manager~all~bert');
    expect([lift.status, lift.body]).toMatchObject([
      202,
      { state: 'in-force', liftRequestedBy: 'bert', liftedBy: null },
    ]);
    expect((await call('post', `${path}/lift/approve`, {}, 'manager~all~bert')).status).toBe(403);
    expect((await call('post', `${path}/lift/approve`, {}, 'manager~AGR-1~carl')).status).toBe(403);
    expect((await call('get', path, {}, 'auditor', null)).body).toMatchObject({ state: 'in-force' });
    expect((await call('post', `${path}/lift/approve`, {}, 'manager~all~carl')).body).toMatchObject({
      ...{ state: 'lifted', liftedBy: 'carl', liftReason: 'it is settled' },
    });
    const { body } = await call('get', path, {}, 'auditor', null);
    const { items } = body['journal'] as { items: { kind: string; actor: string }[] };
    expect(items.map(({ kind, actor }) => [kind, actor])).toEqual([
      ['stop-order-requested', 'anna'],
      ['stop-order-in-force', 'bert'],
      ['stop-order-lift-requested', 'bert'],
      ['stop-order-lifted', 'carl'],
    ]);
    // What somebody wrote as a reason is not for a chain that nobody can erase.
    expect(JSON.stringify(items)).not.toContain('the bank asks');
    expect((await call('get', path, {}, 'auditor~AGR-1', null)).status).toBe(404);
    expect((await call('get', `/stop-orders/${randomUUID()}`, {}, 'auditor', null)).status).toBe(404);
  });

  it('whose lift is refused stays in force, and may be asked for again', async () => {
    const input = { scope: 'client', value: 'AGR-8', reason: 'the bank asks for it' };
    const asked = await call('post', '/stop-orders', input, 'supervisor~all~anna');
    const path = `/stop-orders/${String(asked.body['stopOrderId'])}`;
    await call('post', `${path}/approve`, {}, 'manager~all~bert');
    const wish = { reason: 'it is settled' };
    expect((await call('post', `${path}/lift/approve`, {}, 'manager~all~carl')).status).toBe(409);
    await call('post', `${path}/lift`, wish, 'manager~all~bert');
    expect((await call('post', `${path}/lift`, wish, 'manager~all~carl')).status).toBe(409);
    const refused = await call('post', `${path}/lift/approve`, { decision: 'refuse' }, 'manager~all~carl');
    expect(refused.body).toMatchObject({ state: 'in-force', liftRequestedBy: null });
    expect((await call('post', `${path}/lift`, wish, 'manager~all~carl')).status).toBe(202);
    const told = await world.db.query<{ payload: string; key: string }>(
      `SELECT payload, key FROM outbox WHERE type = 'arrears.contacts.stop-order-changed.v1' AND key = $1 ORDER BY id`,
      [String(asked.body['stopOrderId'])],
    );
    expect(told.map(({ payload }) => JSON.parse(payload) as unknown)).toEqual(
      ['requested', 'in-force', 'lift-requested', 'lift-refused', 'lift-requested'].map((change) =>
        expect.objectContaining({ scope: 'client', value: 'AGR-8', change }),
      ),
    );
    expect(await verifyCaseJournal(world.db, String(asked.body['stopOrderId']))).toMatchObject({ ok: true });
  });

  it.each([
    [{ scope: 'all', value: 'x', reason: 'a reason' }, 'value'],
    [{ scope: 'client', reason: 'a reason' }, 'value'],
    [{ scope: 'channel', value: 'pigeon', reason: 'a reason' }, 'value'],
    [{ scope: 'all', reason: ' ' }, 'reason'],
  ])('is refused as %j', async (input, path) => {
    const { status, body } = await call('post', '/stop-orders', input, 'supervisor');
    expect(status).toBe(422);
    expect(body['errors']).toEqual([expect.objectContaining({ path })]);
  });

  it('reaches no further than who asks for it sees', async () => {
    const stop = (input: object) => call('post', '/stop-orders', { reason: 'a reason', ...input }, 'supervisor~AGR-1');
    expect((await stop({ scope: 'all' })).status).toBe(403);
    expect((await stop({ scope: 'client', value: 'AGR-2' })).status).toBe(403);
    expect((await stop({ scope: 'client', value: 'AGR-1' })).status).toBe(202);
  });
});

describe('qualifications over HTTP', () => {
  it('are entered by others, versioned, and kept', async () => {
    const input = { trainedUntil: '2027-01-01', certificate: 'cert:77', violentRecord: false };
    const path = '/collectors/col-7/qualification';
    expect((await call('get', path, {}, 'auditor', null)).status).toBe(404);
    expect((await call('put', path, input, 'manager')).body).toMatchObject({ ...input, version: 1, agencyId: null });
    const next = { ...input, trainedUntil: '2027-11-10', agencyId: 'ag-1' };
    expect((await call('put', path, next, 'manager')).body).toMatchObject({ version: 2 });
    expect((await call('get', path, {}, 'auditor', null)).body).toMatchObject(next);
    expect((await call('put', '/collectors/me/qualification', input, 'manager~all~me')).status).toBe(403);
    const kept = await world.db.query(
      `SELECT version FROM qualification_history WHERE subject_id = 'col-7' ORDER BY 1`,
    );
    expect(kept).toEqual([{ version: 1 }, { version: 2 }]);
    expect((await call('put', path, { ...input, trainedUntil: 'soon' }, 'manager')).status).toBe(422);
  });

  it('last a year at most', async () => {
    const collector = { trainedUntil: '2027-11-11', certificate: 'cert:78', violentRecord: false };
    const late = await call('put', '/collectors/col-8/qualification', collector, 'manager');
    expect([late.status, late.body['errors']]).toEqual([
      422,
      [{ path: 'trainedUntil', message: 'once a year: at latest 2027-11-10' }],
    ]);
    const agency = { listed: true, inspectedUntil: '2028-01-01', evaluatedUntil: '2099-12-31' };
    const { body } = await call('put', '/agencies/ag-9', agency, 'compliance');
    expect((body['errors'] as { path: string }[]).map(({ path }) => path)).toEqual([
      'inspectedUntil',
      'evaluatedUntil',
    ]);
    const kept = world.db.execute(
      `INSERT INTO agencies (agency_id, listed, evaluated_until, version, changed_by, changed_at)
       VALUES ('ag-9', true, '2099-12-31', 1, 'import', now())`,
    );
    await expect(kept).rejects.toThrow(/agencies_reviewed_yearly/);
  });

  it('of agencies say since when they are published and until when they were looked at', async () => {
    const input = {
      listed: true,
      publishedOn: '2026-01-01',
      inspectedUntil: '2027-01-01',
      evaluatedUntil: '2027-02-01',
      contractTerms: ['purpose', 'return-or-delete'],
    };
    expect((await call('put', '/agencies/ag-7', { ...input, contractTerms: ['none'] }, 'compliance')).status).toBe(422);
    expect((await call('put', '/agencies/ag-7', input, 'compliance')).body).toMatchObject({ ...input, version: 1 });
    expect((await call('get', '/agencies/ag-7', {}, 'supervisor', null)).body).toMatchObject(input);
    expect((await call('get', '/agencies/ag-8', {}, 'supervisor', null)).status).toBe(404);
  });
});

describe('rules of an agreement over HTTP', () => {
  const path = '/agreements/AGR-8/rules';
  const law = ['cn-card', 'cn-cba-2026', 'cn-gbt-45251-2025', 'cn-limitation', 'cn-statutes'];
  const inForce = async () => {
    const { body } = await call('get', path, {}, 'supervisor', null);
    return (body['inForce'] as { pack: string }[]).map(({ pack }) => pack);
  };
  const asked = async (input: object) =>
    String((await call('put', path, input, 'compliance~all~anna')).body['changeId']);

  it('are the usual ones until others are asked for and a second person agrees', async () => {
    const usual = await call('get', path, {}, 'supervisor', null);
    expect(usual.body).toMatchObject({ packs: null, actsAs: 'firstParty', version: 0, changes: [] });
    expect(await inForce()).toContain('house-default');

    const wish = await call('put', path, { packs: law }, 'compliance~all~anna');
    expect([wish.status, wish.body]).toMatchObject([202, { state: 'requested', version: null, requestedBy: 'anna' }]);
    expect(await inForce()).toContain('house-default');
    const change = `${path}/changes/${String(wish.body['changeId'])}`;
    expect((await call('put', path, { jurisdiction: 'CN' }, 'compliance~all~bert')).status).toBe(409);
    expect((await call('post', `${change}/approve`, {}, 'compliance~all~anna')).status).toBe(403);
    expect((await call('post', `${change}/approve`, {}, 'headOffice~AGR-1~bert')).status).toBe(404);
    expect(
      (await call('post', `/agreements/AGR-9/rules/changes/${randomUUID()}/approve`, {}, 'headOffice')).status,
    ).toBe(404);
    const applied = await call('post', `${change}/approve`, {}, 'headOffice~all~bert');
    expect([applied.status, applied.body]).toMatchObject([200, { state: 'applied', version: 1, decidedBy: 'bert' }]);
    expect(await inForce()).toEqual(law);
    expect((await call('post', `${change}/refuse`, {}, 'headOffice~all~bert')).status).toBe(409);
  });

  it('keep every version, and what was refused', async () => {
    const refused = `${path}/changes/${await asked({ jurisdiction: 'US' })}/refuse`;
    expect((await call('post', refused, {}, 'headOffice~all~bert')).body).toMatchObject({ state: 'refused' });
    const approved = `${path}/changes/${await asked({ jurisdiction: 'CN', actsAs: 'agency' })}/approve`;
    await call('post', approved, {}, 'headOffice~all~bert');
    const { body } = await call('get', path, {}, 'auditor', null);
    expect(body).toMatchObject({ packs: null, jurisdiction: 'CN', actsAs: 'agency', version: 2, changedBy: 'bert' });
    const changes = (body['changes'] as Record<string, unknown>[]).map(({ state, version, jurisdiction }) => [
      ...[state, version, jurisdiction],
    ]);
    expect(changes.sort()).toEqual([
      ['applied', 1, null],
      ['applied', 2, 'CN'],
      ['refused', null, 'US'],
    ]);
  });

  it.each<[object, string]>([
    [{ packs: ['house-default'] }, `left out: ${law.join(', ')}`],
    [{ packs: law.slice(1) }, 'left out: cn-card'],
    [{ packs: law, jurisdiction: 'US' }, 'left out: us-regf'],
    [{ packs: ['cn-cba-1999'] }, 'there is no rule pack cn-cba-1999'],
    [{ jurisdiction: 'XX' }, 'no rule pack is of XX'],
    [{}, 'name the packs, or the jurisdiction whose usual packs bind'],
  ])('cannot be %j', async (input, message) => {
    const { status, body } = await call('put', path, input, 'compliance');
    expect([status, body['errors']]).toEqual([422, [expect.objectContaining({ message })]]);
  });

  it('are seen within the agreements one sees', async () => {
    expect((await call('get', path, {}, 'supervisor~AGR-1', null)).status).toBe(404);
    expect((await call('put', path, { jurisdiction: 'CN' }, 'compliance~AGR-1')).status).toBe(404);
  });
});

describe('persons over HTTP', () => {
  it('change their status, with a second person where it is hard to undo', async () => {
    const two = await world.overdue();
    const path = `/persons/${two.facts.debtorId}/status`;
    expect((await call('post', path, { to: 'represented', reason: 'power-of-attorney' }, 'collector')).status).toBe(
      200,
    );
    const asked = await call(
      'post',
      path,
      { to: 'normal', reason: 'ended', evidence: 'sha256:bb' },
      'supervisor~all~anna',
    );
    expect(asked.status).toBe(202);
    const decide = `${path}/${String(asked.body['changeId'])}/approve`;
    expect((await call('post', decide, {}, 'supervisor~all~anna')).status).toBe(403);
    expect((await call('post', decide, {}, 'supervisor~all~bert')).body).toMatchObject({
      state: 'applied',
      to: 'normal',
    });
    const history = await call('get', path, {}, 'auditor', null);
    expect(history.body['items']).toHaveLength(2);
    expect((await call('post', path, { to: 'dead', reason: 'Mr Wang said so' }, 'supervisor')).status).toBe(422);
    expect((await call('post', path, { to: 'dead', reason: 'told' }, 'supervisor~AGR-2')).status).toBe(404);
  });

  it('demand in writing that contact cease, and take it back in writing', async () => {
    const us = { agreementId: 'AGR-US', debtor: { name: 'Synthetic Jones', timeZone: 'Asia/Shanghai' } };
    const two = await world.overdue(us, { rulePacks: ['us-regf'] });
    const thanked = async () => {
      const answer = await requestPermit(
        world.gate,
        two.request({ purpose: 'confirm-payment', agencyId: 'ag-us', contactId: randomUUID() }),
      );
      return answer.verdict === 'denied' ? answer.denials.map(({ rule }) => rule) : answer.verdict;
    };
    expect(await thanked()).toBe('granted');
    const path = `/persons/${two.facts.debtorId}/cease-demands`;
    const input = { agreementId: 'AGR-US', channels: ['email', 'sms'], proof: 'sha256:cd' };
    expect((await call('post', path, { ...input, channels: ['pigeon'] }, 'complaints')).status).toBe(422);
    expect((await call('post', path, { ...input, agreementId: 'AGR-1' }, 'complaints')).status).toBe(404);
    expect((await call('post', path, input, 'complaints~AGR-1')).status).toBe(404);
    const demand = await call('post', path, input, 'complaints');
    expect([demand.status, demand.body]).toMatchObject([201, { channels: ['email', 'sms'], withdrawnAt: null }]);
    expect(await thanked()).toEqual(['US-F-CEASE']);

    const withdraw = `/cease-demands/${String(demand.body['demandId'])}/withdraw`;
    expect((await call('post', withdraw, {}, 'complaints')).status).toBe(422);
    expect((await call('post', withdraw, { proof: 'sha256:ce' }, 'complaints~AGR-1')).status).toBe(404);
    for (let n = 0; n < 2; n += 1)
      expect((await call('post', withdraw, { proof: 'sha256:ce' }, 'complaints')).body).toMatchObject({
        ...{ withdrawnBy: 'sub-complaints', withdrawalProof: 'sha256:ce' },
      });
    expect(await thanked()).toBe('granted');
    expect((await call('get', path, {}, 'auditor', null)).body['items']).toHaveLength(1);
    const told = await world.db.query<{ kind: string }>(
      `SELECT kind FROM journal WHERE case_id = $1 AND kind LIKE 'cease-%' ORDER BY seq`,
      [two.facts.caseId],
    );
    expect(told.map(({ kind }) => kind)).toEqual(['cease-demanded', 'cease-withdrawn']);
  });

  it('give and withdraw consents, with proof', async () => {
    const path = `/persons/${debtor()}/consents`;
    const input = { agreementId: 'AGR-1', kind: 'any-hour', givenAt: world.clock.nowIso(), proof: 'sha256:cc' };
    const given = await call('post', path, input, 'collector');
    expect(given.status).toBe(201);
    const withdraw = `/consents/${String(given.body['consentId'])}/withdraw`;
    expect((await call('post', withdraw, {}, 'collector~AGR-2')).status).toBe(404);
    expect((await call('post', withdraw, {}, 'collector')).status).toBe(200);
    const listed = await call('get', path, {}, 'auditor', null);
    expect(listed.body).toMatchObject({
      items: [{ kind: 'any-hour', withdrawnBy: 'sub-collector' }],
      history: [{ what: 'withdrawn' }, { what: 'given' }],
    });
    expect((await call('post', path, { ...input, kind: 'everything' }, 'collector')).status).toBe(422);
    expect((await call('post', path, { ...input, proof: undefined }, 'collector')).status).toBe(422);
    expect((await call('post', path, { ...input, agreementId: 'AGR-2' }, 'collector')).status).toBe(404);
  });

  it('refuse as third persons, and get in touch', async () => {
    const father = personOf(world, one, 'relatedThird');
    const refusal = { debtorId: debtor(), agreementId: 'AGR-1', caseId: one.facts.caseId };
    expect((await call('post', `/persons/${father}/refusals`, refusal, 'collector')).status).toBe(201);
    expect((await call('post', `/persons/${debtor()}/refusals`, refusal, 'collector')).status).toBe(409);
    const strange = { ...refusal, debtorId: randomUUID() };
    expect((await call('post', `/persons/${father}/refusals`, strange, 'collector')).status).toBe(409);
    const inbound = {
      ...{ personId: debtor(), debtorId: debtor(), agreementId: 'AGR-1', channel: 'call', outcome: 'conversation' },
      at: world.clock.nowIso(),
    };
    expect((await call('post', '/contacts/inbound', inbound, 'collector')).status).toBe(201);
    expect((await call('post', '/contacts/inbound', { ...inbound, outcome: 'message' }, 'collector')).status).toBe(422);
    const future = { ...inbound, at: '2026-12-01T00:00:00.000Z' };
    expect((await call('post', '/contacts/inbound', future, 'collector')).status).toBe(409);
  });

  it('are merged after a preview, and split again', async () => {
    const [a, b] = [await world.overdue(), await world.overdue()];
    const personIds = [a.facts.debtorId, b.facts.debtorId];
    expect((await call('post', '/person-merges/preview', { personIds }, 'supervisor', null)).body).toMatchObject({
      together: {},
    });
    const asked = await call('post', '/person-merges', { personIds, reason: 'same-id' }, 'supervisor~all~anna');
    const path = `/person-merges/${String(asked.body['mergeId'])}`;
    const decide = { decision: 'approve' };
    expect((await call('post', `${path}/decision`, decide, 'supervisor~all~bert')).body).toMatchObject({
      state: 'in-force',
    });
    expect((await call('post', `${path}/split`, { reason: 'namesakes' }, 'supervisor~all~anna')).body).toMatchObject({
      state: 'split-requested',
    });
    expect((await call('post', `${path}/split/decision`, decide, 'manager~all~carl')).body).toMatchObject({
      state: 'split',
    });
    expect((await call('get', path, {}, 'auditor', null)).body).toMatchObject({ state: 'split', splitBy: 'carl' });
    expect((await call('get', path, {}, 'auditor~AGR-2', null)).status).toBe(404);
    const same = { personIds: [personIds[0], personIds[0]], reason: 'same-id' };
    expect((await call('post', '/person-merges', same, 'supervisor')).status).toBe(409);
  });

  it('lose a number that is dead', async () => {
    const [point = ''] = pointsOf(world, one, 'debtor');
    const path = `/contact-points/${point}/invalid`;
    expect((await call('post', path, { because: 'bored' }, 'collector')).status).toBe(422);
    expect((await call('post', path, { because: 'wrong-person' }, 'collector~AGR-2')).status).toBe(404);
    expect((await call('post', path, { because: 'wrong-person' }, 'collector')).body).toMatchObject({ valid: 'no' });
  });
});

describe('previews and shadow runs over HTTP', () => {
  it('answer who may ask', async () => {
    const { caseId, agreementId, debtorId, personId, contactPointIds, covers } = one.request();
    const ask = {
      key: 'k',
      personId,
      contactPointIds,
      channel: 'sms',
      purpose: 'collect',
      covers,
      at: world.clock.nowIso(),
    };
    const input = { caseId, agreementId, debtorId, asks: [ask] };
    expect((await call('post', '/permits/preview', input, 'service', null)).body).toMatchObject({
      answers: [{ key: 'k' }],
    });
    expect((await call('post', '/permits/preview', input, 'collector', null)).status).toBe(403);
    expect((await call('post', '/permits/preview', input, 'supervisor~AGR-2', null)).status).toBe(404);
    const shadow = { yaml: 'pack: x', from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z' };
    expect((await call('post', '/rule-packs/shadow', shadow, 'compliance', null)).status).toBe(422);
    expect((await call('post', '/rule-packs/shadow', { ...shadow, to: shadow.from }, 'compliance', null)).status).toBe(
      422,
    );
    expect((await call('post', '/rule-packs/shadow', shadow, 'supervisor', null)).status).toBe(403);
  });
});
