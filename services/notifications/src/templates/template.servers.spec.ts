import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { until } from '@arrears/messaging/testing';
import { listRoutes } from '@arrears/service';
import request from 'supertest';
import {
  author,
  bodyOf,
  content,
  openTemplateBench,
  second,
  type TemplateBody,
  type TemplateBench,
} from '../testing/template-bench.js';

let bench: TemplateBench;
beforeAll(async () => {
  bench = await openTemplateBench();
}, 60_000);
afterAll(() => bench.close());
const get = (at: string, token?: string) => bench.get(at, token);
const post = (at: string, body: object, token: string, key?: string) => bench.post(at, body, token, key);

async function approved(text: ReturnType<typeof content>, liveFrom = '2026-11-24'): Promise<number> {
  const { version } = await bodyOf(post('/templates', text, author).expect(201));
  await post(`/templates/${text.id}/versions/${version}/submit`, {}, author).expect(200);
  await post(`/templates/${text.id}/versions/${version}/approve`, { liveFrom }, second).expect(200);
  return version;
}

describe('the routes of templates', () => {
  it('are these, each an action of the table', () => {
    const routes = listRoutes(bench.built.app).map(
      ({ method, path: at, access }) => `${method} ${at} ${access?.kind ?? 'closed'}`,
    );
    expect(routes.sort()).toEqual([
      'GET /templates action',
      'GET /templates/:id action',
      'GET /templates/:id/versions/:version action',
      'POST /templates action',
      'POST /templates/:id/versions/:version/approve action',
      'POST /templates/:id/versions/:version/retire action',
      'POST /templates/:id/versions/:version/submit action',
      'POST /templates/preview action',
    ]);
  });

  it('are described, with the shapes of what they take', async () => {
    const answer = await request(bench.built.http).get('/openapi.json').expect(200);
    const { paths } = answer.body as { paths: Record<string, { post?: { requestBody?: object } }> };
    expect(paths['/templates']?.post?.requestBody).toBeDefined();
    expect(Object.keys(paths)).toContain('/templates/{id}/versions/{version}/approve');
  });

  it('let a collector read and nothing else, and nobody in without a token', async () => {
    await get('/templates', 'collector').expect(200);
    await post('/templates', content(), 'collector').expect(403);
    await post('/templates/preview', content(), 'collector').expect(403);
    await post('/templates/reminder-1/versions/2/approve', { liveFrom: '2026-11-24' }, author).expect(403);
    await request(bench.built.http).get('/templates').expect(401);
    // Texts are used under every agreement: whoever sees one of them only changes none.
    await post('/templates', content(), `${author}~AGR-1`).expect(403);
  });
});

describe('what ships', () => {
  it('is there from the start, approved, with previews', async () => {
    const { items } = await bodyOf(get('/templates').expect(200));
    expect(items.map(({ id, inUse }) => `${id} ${inUse}`)).toEqual(
      expect.arrayContaining(['reminder-1 2', 'dunning-letter 1', 'final-demand-letter 1', 'reminder-email 1']),
    );
    const one = await bodyOf(get('/templates/reminder-1').expect(200));
    expect(one).toMatchObject({
      version: 2,
      status: 'approved',
      source: 'shipped',
      authoredBy: 'arrears',
      approvedBy: 'house',
    });
    expect(one.preview.zh).toMatchObject({ channel: 'sms', sms: { encoding: 'ucs2' } });
    const letter = await bodyOf(get('/templates/dunning-letter/versions/1').expect(200));
    expect(letter.preview.en?.text).toContain('by 6 December 2026 at the latest');
    await get('/templates/no-such').expect(404);
    await get('/templates/reminder-1/versions/7').expect(404);
    await get('/templates/reminder-1/versions/first').expect(404);
  });

  it('comes page by page', async () => {
    const first = await get('/templates?limit=2').expect(200);
    const { items, nextCursor } = first.body as { items: TemplateBody[]; nextCursor: string };
    expect(items).toHaveLength(2);
    const rest = await bodyOf(get(`/templates?limit=200&cursor=${nextCursor}`).expect(200));
    expect(rest.items.map(({ id }) => id)).not.toContain(items[1]?.id);
    await get('/templates?cursor=nonsense').expect(422);
  });

  it('can start again, but not with another text under the same number', async () => {
    await (await bench.open()).stop();
    const other = mkdtempSync(path.join(tmpdir(), 'templates-'));
    const { id: _id, ...text } = content();
    const file = { id: 'reminder-1', version: 2, authoredBy: 'a', approvedBy: 'b', liveFrom: '2020-01-01', ...text };
    writeFileSync(path.join(other, 'changed.yaml'), JSON.stringify(file));
    await expect(bench.open(other)).rejects.toThrow(
      'reminder-1 version 2 is stored with another content: give the change a new version',
    );
  });

  it('is refused with file and fault when it is not fit', async () => {
    const other = mkdtempSync(path.join(tmpdir(), 'templates-'));
    const file = {
      version: 1,
      authoredBy: 'a',
      approvedBy: 'a',
      liveFrom: '2020-01-01',
      ...content(),
      texts: { zh: '法院', en: 'x' },
    };
    writeFileSync(path.join(other, 'bad.yaml'), JSON.stringify(file));
    writeFileSync(path.join(other, 'worse.yaml'), 'version: 0');
    await expect(bench.open(other)).rejects.toThrow(/bad\.yaml: approvedBy: .*[\s\S]*worse\.yaml: version: /);
  });
});

describe('the life of a version', () => {
  it('draft, submitted, approved by another, in use from its date, retired', async () => {
    const text = content();
    const saved = await bodyOf(post('/templates', text, author).expect(201));
    expect(saved).toMatchObject({ id: text.id, version: 1_001, status: 'draft', findings: [] });
    const at = `/templates/${text.id}/versions/1001`;
    expect(await bodyOf(get(at))).toMatchObject({ status: 'draft', authoredBy: 'li', inUse: false });
    const early = await bodyOf(post(`${at}/approve`, { liveFrom: '2026-11-24' }, second).expect(409));
    expect(early.detail).toBe(`A submitted version is approved; version 1001 of ${text.id} is draft.`);
    // A command without a body.
    const bare = { authorization: `Bearer ${author}`, 'idempotency-key': randomUUID() };
    await request(bench.built.http).post(`${at}/submit`).set(bare).expect(200);
    await post(`${at}/submit`, {}, author).expect(409);
    expect(bench.sender.templates.find(text.id)).toBeUndefined();

    await post(`${at}/approve`, { liveFrom: '2026-11-26' }, second).expect(200);
    await until(() => bench.sender.templates.find(text.id, '2026-11-26') !== undefined, 'the sender to hear of it');
    expect(bench.sender.templates.find(text.id, '2026-11-25')).toBeUndefined();
    expect(bench.sender.templates.find(text.id, '2026-11-26')).toMatchObject({ version: 1_001, texts: text.texts });

    await post(`${at}/retire`, { because: 'A better one came' }, author).expect(200);
    await until(() => bench.sender.templates.find(text.id, '2026-11-26') === undefined, 'the sender to hear of it');
    await post(`${at}/retire`, { because: 'A better one came' }, author).expect(409);
    expect(await bodyOf(get(at))).toMatchObject({
      status: 'retired',
      retiredBy: 'li',
      retiredBecause: 'A better one came',
    });
    await post(`/templates/${text.id}/versions/9/submit`, {}, author).expect(404);
  });

  it('four eyes: neither the author nor who submitted approves, whatever their roles', async () => {
    const text = content();
    await post('/templates', text, 'headOffice~zhao').expect(201);
    const at = `/templates/${text.id}/versions/1001`;
    await post(`${at}/submit`, {}, 'headOffice~qian').expect(200);
    for (const same of ['headOffice~zhao', 'compliance~zhao', 'headOffice~qian']) {
      const refused = await bodyOf(post(`${at}/approve`, { liveFrom: '2026-11-24' }, same).expect(403));
      expect(refused).toMatchObject({ code: 'not-allowed', detail: expect.stringMatching(/^Four eyes/) });
    }
    await post(`${at}/approve`, { liveFrom: '2026-11-24' }, 'headOffice~sun').expect(200);
    // Nor in any way around the service.
    const direct = bench.db.query(`UPDATE template_versions SET approved_by = 'zhao' WHERE template_id = $1`, [
      text.id,
    ]);
    await expect(direct).rejects.toMatchObject({ sqlstate: '23514' });
  });

  it('a newer version takes the older one’s place when its date has come, and gives it back when retired', async () => {
    const text = content();
    expect(await approved(text)).toBe(1_001);
    const better = { ...text, texts: { ...text.texts, zh: `${text.texts.zh}。` } };
    expect(await approved(better, '2026-12-01')).toBe(1_002);
    await until(
      () => bench.sender.templates.find(text.id, '2026-12-01')?.version === 1_002,
      'the sender to hear of it',
    );
    expect(bench.sender.templates.find(text.id, '2026-11-30')?.version).toBe(1_001);
    expect(bench.sender.templates.find(text.id)?.version).toBe(1_001);
    await post(`/templates/${text.id}/versions/1002/retire`, { because: 'wrong' }, second).expect(200);
    await until(
      () => bench.sender.templates.find(text.id, '2026-12-01')?.version === 1_001,
      'the sender to hear of it',
    );
  });

  it('the house’s own text is used before the shipped one', async () => {
    const shipped = bench.sender.templates.find('thank-you');
    const { version: _version, ...text } = { ...shipped } as NonNullable<typeof shipped>;
    const own = { ...text, texts: { ...text.texts, zh: `${text.texts.zh as string}祝好。` } };
    const { version } = await bodyOf(post('/templates', own, author).expect(201));
    expect(version).toBe(1_001);
    await post('/templates/thank-you/versions/1001/submit', {}, author).expect(200);
    await post('/templates/thank-you/versions/1001/approve', { liveFrom: '2026-11-24' }, second).expect(200);
    await until(() => bench.sender.templates.find('thank-you')?.version === 1_001, 'the sender to hear of it');
    await (await bench.open()).stop();
    expect(bench.sender.templates.find('thank-you')?.version).toBe(1_001);
  });

  it('its content never changes, also not around the service', async () => {
    const direct = bench.db.query(`UPDATE template_versions SET content = '{}' WHERE template_id = 'reminder-1'`);
    await expect(direct).rejects.toMatchObject({ sqlstate: 'P0001' });
  });

  it('the same text again is the same version; the same key again the same answer', async () => {
    const text = content();
    const key = randomUUID();
    await post('/templates', text, author, key).expect(201);
    const again = await post('/templates', text, author, key).expect(201);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(await bodyOf(post('/templates', text, author).expect(200))).toMatchObject({
      version: 1_001,
      status: 'draft',
    });
    const other = await bodyOf(
      post('/templates', { ...text, title: { zh: '别', en: 'Other' } }, author, key).expect(409),
    );
    expect(other.code).toBe('idempotency-key-reused');
    await request(bench.built.http).post('/templates').set('authorization', `Bearer ${author}`).send(text).expect(400);
  });

  it('ten authors at once get ten numbers', async () => {
    const { id } = content();
    const texts = Array.from({ length: 10 }, (_, n) => content({ id, title: { zh: `${n}`, en: `${n}` } }));
    const saved = await Promise.all(
      texts.map((text, n) => bodyOf(post('/templates', text, `policyAuthor~${n}`).expect(201))),
    );
    expect(saved.map(({ version }) => version).sort()).toEqual(texts.map((_, n) => 1_001 + n));
  });
});
