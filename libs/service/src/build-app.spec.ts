import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AccessRefused, Allow, Authenticated, CurrentActor, Open, roles, type Actor } from '@arrears/auth';
import type { Problem } from '@arrears/contracts';
import { VersionMismatch, DatabaseError } from '@arrears/persistence';
import { createHealth, createLogger, createMetrics } from '@arrears/observability';
import { Body, Controller, Get, Headers, Module, Param, Post, Put, Query, Req } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import request from 'supertest';
import { z } from 'zod';
import { Upload, readUpload } from './body.js';
import { buildApp, type BuiltApp } from './build-app.js';
import { IdempotencyKey } from './idempotency.js';
import type { ArrearsRequest } from './request-context.js';
import { listRoutes } from './routes.js';
import { requireVersion } from './versions.js';

const agreement = z
  .object({ agreementId: z.string().min(1), terms: z.object({ days: z.int().min(1) }) })
  .meta({ id: 'NewAgreement' });
const search = z.object({ limit: z.coerce.number().int().min(1).max(100).default(50) });

@Controller()
class SampleController {
  @Get('things/:id')
  @Allow('case.read')
  one(@Param('id') id: string, @CurrentActor() actor: Actor) {
    return { id, sub: actor.sub };
  }

  @Get('things')
  @Authenticated()
  list(@Query({ schema: search }) query: z.infer<typeof search>) {
    return { items: [], limit: query.limit, nextCursor: null };
  }

  @Post('things')
  @Allow('agreement.create')
  create(@Body({ schema: agreement }) body: z.infer<typeof agreement>, @IdempotencyKey() key: string) {
    return { key, days: body.terms.days };
  }

  @Put('things/:id')
  @Authenticated()
  change(@Headers('if-match') ifMatch: string | undefined) {
    return { version: requireVersion(ifMatch) };
  }

  @Get('forgotten')
  forgotten() {
    return { secret: true };
  }

  @Get('failing/:how')
  @Authenticated()
  failing(@Param('how') how: string): never {
    if (how === 'version') throw new VersionMismatch('things');
    if (how === 'away') throw new DatabaseError(undefined, undefined, undefined, 'gone');
    throw Object.assign(new Error('the debtor 王小明 of +8613800000001'), { detail: 'Key (phone)=(+8613800000001)' });
  }

  @Post('signed')
  @Open('the sender signs the bytes')
  signed(@Req() http: ArrearsRequest) {
    return { bytes: http.rawBody?.toString('utf8') };
  }

  @Post('files')
  @Allow('import.create')
  @Upload()
  async file(@Req() http: ArrearsRequest) {
    const hash = createHash('sha256');
    for await (const chunk of readUpload(http, 2 * 1024 * 1024)) hash.update(chunk);
    return { sha256: hash.digest('hex') };
  }
}

@Module({ controllers: [SampleController] })
class SampleModule {}

const lines: string[] = [];
const metrics = createMetrics();
const health = createHealth();
const log = createLogger({ service: 'sample', role: 'api', destination: { write: (line) => void lines.push(line) } });
/** A token is the name of a role: how tokens are checked is proven in @arrears/auth. */
const verifier = {
  verify: async (token: string): Promise<Actor> => {
    if (token === 'expired') throw new AccessRefused('not-authenticated', 'expired', 'The access token has expired.');
    return { sub: `sub-${token}`, roles: roles.filter((role) => role === token), scope: { agreements: 'all' } };
  },
};

const build = (api: boolean) =>
  buildApp({ name: 'sample', version: '1.2.3', module: SampleModule, api, verifier, log, metrics, health });
const as = (role: string) => ({ authorization: `Bearer ${role}` });
type Body = { bytes?: string; limit?: number } & Partial<Problem>;
const bodyOf = (answer: { body: unknown }) => answer.body as Body;
const problemType = /application\/problem\+json/;

let built: BuiltApp;
beforeAll(async () => {
  built = await build(true);
});
afterAll(() => built.app.close());

describe('who may call a route', () => {
  it('asks for a token and says so', async () => {
    const answer = await request(built.http).get('/things/1').expect(401).expect('content-type', problemType);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(answer.body).toMatchObject({
      code: 'not-authenticated',
      status: 401,
      type: 'urn:arrears:problem:not-authenticated',
    });
  });

  it('refuses a bad token with the reason', async () => {
    const answer = await request(built.http).get('/things/1').set(as('expired')).expect(401);
    expect(bodyOf(answer).detail).toBe('The access token has expired.');
  });

  it('lets those in whom the table names and hands the actor to the route', async () => {
    const answer = await request(built.http).get('/things/1').set(as('collector')).expect(200);
    expect(answer.body).toEqual({ id: '1', sub: 'sub-collector' });
    await request(built.http).get('/things/1').set(as('sre')).expect(403);
  });

  it.each(roles)('keeps a route without a decorator closed to %s', async (role) => {
    const answer = await request(built.http).get('/forgotten').set(as(role)).expect(403);
    expect(answer.body).toMatchObject({ code: 'not-allowed', detail: 'This route is open to nobody.' });
  });

  it('lists every route with what it asks, so that a test can find the forgotten one', () => {
    const routes = listRoutes(built.app);
    expect(routes.filter((route) => route.access === undefined)).toEqual([
      { method: 'GET', path: '/forgotten', access: undefined },
    ]);
    expect(routes).toContainEqual({
      method: 'GET',
      path: '/things/:id',
      access: { kind: 'action', action: 'case.read' },
    });
  });

  it('logs who was refused what, by ids', async () => {
    lines.length = 0;
    await request(built.http).get('/things/1').set(as('sre')).expect(403);
    expect(lines.map((line) => JSON.parse(line) as object)).toContainEqual(
      expect.objectContaining({
        event: 'access-denied',
        actor_id: 'sub-sre',
        outcome: 'role',
        http_route: '/things/:id',
      }),
    );
  });
});

describe('input', () => {
  const key = { 'idempotency-key': 'key-00000001' };

  it('takes what the schema describes', async () => {
    const body = { agreementId: 'AGR-1', terms: { days: 3 } };
    const answer = await request(built.http).post('/things').set(as('admin')).set(key).send(body).expect(201);
    expect(answer.body).toEqual({ key: 'key-00000001', days: 3 });
  });

  it('answers 422 with a path and a sentence for each fault, without the value', async () => {
    const body = { agreementId: 7, terms: { days: 'soon' } };
    const answer = await request(built.http).post('/things').set(as('admin')).set(key).send(body).expect(422);
    expect(bodyOf(answer).code).toBe('invalid-input');
    expect(bodyOf(answer).errors?.map((error) => error.path)).toEqual(['agreementId', 'terms.days']);
    expect(JSON.stringify(answer.body)).not.toContain('soon');
  });

  it('reads the query by its schema', async () => {
    expect(bodyOf(await request(built.http).get('/things?limit=7').set(as('sre')).expect(200)).limit).toBe(7);
    expect(bodyOf(await request(built.http).get('/things?limit=x').set(as('sre')).expect(422)).errors?.[0]?.path).toBe(
      'limit',
    );
  });

  it('tells a body that is no JSON, too large, or of another type', async () => {
    const post = () => request(built.http).post('/things').set(as('admin')).set(key);
    expect(bodyOf(await post().type('json').send('{"a":').expect(400)).code).toBe('malformed-body');
    expect(
      bodyOf(
        await post()
          .send({ a: 'x'.repeat(1024 * 1024) })
          .expect(413),
      ).code,
    ).toBe('too-large');
    expect(bodyOf(await post().type('text/csv').send('a,b').expect(415)).code).toBe('unsupported-media-type');
  });

  it('wants an Idempotency-Key for a command', async () => {
    const body = { agreementId: 'AGR-1', terms: { days: 3 } };
    const answer = await request(built.http).post('/things').set(as('admin')).send(body).expect(400);
    expect(bodyOf(answer).code).toBe('idempotency-key-missing');
  });

  it('wants If-Match with an ETag where people edit', async () => {
    const put = () => request(built.http).put('/things/1').set(as('admin'));
    expect(bodyOf(await put().expect(428)).code).toBe('version-missing');
    expect(bodyOf(await put().set('if-match', '*').expect(422)).code).toBe('invalid-input');
    expect(bodyOf(await put().set('if-match', '"7"').expect(200))).toEqual({ version: 7 });
  });

  it('keeps the bytes beside the parsed body, for a signature over them', async () => {
    const bytes = '{ "b" : 1,  "a":2 }';
    const answer = await request(built.http).post('/signed').type('json').send(bytes).expect(201);
    expect(bodyOf(answer).bytes).toBe(bytes);
  });

  it('streams a file and stops at its limit', async () => {
    const post = () => request(built.http).post('/files').set(as('admin')).type('text/csv');
    const sha256 = createHash('sha256').update('a,b\n1,2\n').digest('hex');
    expect(bodyOf(await post().send('a,b\n1,2\n').expect(201))).toEqual({ sha256 });
    expect(
      bodyOf(
        await post()
          .send('x'.repeat(3 * 1024 * 1024))
          .expect(413),
      ).code,
    ).toBe('too-large');
    await request(built.http).post('/files').set(as('admin')).send({ a: 1 }).expect(415);
  });
});

describe('failures', () => {
  it('answers what nobody foresaw with a correlation id and tells nothing of it, in the answer or the log', async () => {
    lines.length = 0;
    const id = 'trace-me-0123456789';
    const answer = await request(built.http).get('/failing/x').set(as('sre')).set('x-correlation-id', id).expect(500);
    expect(answer.body).toMatchObject({ code: 'internal', correlationId: id });
    expect(answer.headers['x-correlation-id']).toBe(id);
    expect(lines.some((line) => line.includes('"event":"request-failed"') && line.includes(id))).toBe(true);
    expect(lines.join('') + answer.text).not.toMatch(/王小明|13800000001/);
  });

  it('maps a lost edit race to 412 and a database that is away to 503', async () => {
    expect(bodyOf(await request(built.http).get('/failing/version').set(as('sre')).expect(412)).code).toBe(
      'version-mismatch',
    );
    expect(bodyOf(await request(built.http).get('/failing/away').set(as('sre')).expect(503)).code).toBe('unavailable');
  });

  it('has a problem for a route that is not there', async () => {
    const answer = await request(built.http).get('/nowhere').expect(404).expect('content-type', problemType);
    expect(bodyOf(answer).code).toBe('not-found');
  });

  it('takes no correlation id that could be a number or a name', async () => {
    const answer = await request(built.http).get('/nowhere').set('x-correlation-id', '+8613800000001').expect(404);
    expect(bodyOf(answer).correlationId).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('what every service answers', () => {
  it('describes itself from its routes and schemas', async () => {
    const body = (await request(built.http).get('/openapi.json').expect(200)).body as OpenAPIObject;
    expect(body.info).toMatchObject({ title: 'Arrears sample', version: '1.2.3' });
    expect(body.paths['/things']?.post?.requestBody).toMatchObject({
      content: { 'application/json': { schema: { $ref: '#/components/schemas/NewAgreement' } } },
    });
    expect(body.components?.schemas?.['NewAgreement']).toMatchObject({ required: ['agreementId', 'terms'] });
    expect(body.paths['/things']?.get?.parameters?.[0]).toMatchObject({ name: 'limit', in: 'query' });
  });

  it('measures by route template, never by path', async () => {
    await request(built.http).get('/things/4711').set(as('collector')).expect(200);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const text = await metrics.text();
    expect(text).toContain('arrears_http_request_duration_seconds_count{route="GET /things/:id",status="2xx"}');
    expect(text).not.toContain('4711');
  });

  it('names what is down, and readiness does not depend on it', async () => {
    health.dependency('kafka', () => false);
    const answer = await request(built.http).get('/health/dependencies').expect(200);
    expect(answer.body).toMatchObject({ status: 'failing', failing: ['kafka'] });
    await request(built.http).get('/health/ready').expect(200);
    await request(built.http).get('/health/live').expect(200);
  });

  it('sets the protective headers', async () => {
    const answer = await request(built.http).get('/nowhere');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(answer.headers['x-powered-by']).toBeUndefined();
  });

  it('serves health alone in a process without the role api', async () => {
    const silent = await build(false);
    await request(silent.http).get('/health/live').expect(200);
    await request(silent.http).get('/things/1').set(as('collector')).expect(404);
    await request(silent.http).get('/openapi.json').expect(404);
    await silent.app.close();
  });

  it('turns new requests away once the door is shut, and still answers probes', async () => {
    const closing = await build(true);
    closing.traffic.close();
    expect(bodyOf(await request(closing.http).get('/things/1').set(as('collector')).expect(503)).code).toBe(
      'unavailable',
    );
    await request(closing.http).get('/health/live').expect(200);
    await closing.app.close();
  });
});
