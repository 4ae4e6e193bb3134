import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { steppedClock } from '@arrears/clock';
import { listRoutes } from '@arrears/service';
import { openConsole, type ConsoleBench } from '../test/console-bench.js';
import { fakeServices, uuid, type FakeServices } from '../test/fake-services.js';
import { httpPerson } from '../test/person.js';
import type { WebFiles } from './page/web-files.js';

const script = { type: 'text/javascript; charset=utf-8', body: Buffer.from('1'), etag: '"abc"' };
const web: WebFiles = {
  index: '<!doctype html><meta property="csp-nonce" nonce="%NONCE%"><div id="root"></div>',
  files: new Map([['/assets/main-1.js', script]]),
};
const json = async <Body>(answer: Response): Promise<Body> => (await answer.json()) as Body;

let services: FakeServices;
let bench: ConsoleBench;
/** Tokens that end at once: each request finds one that is due for renewal. */
const shortLived = 61;

beforeAll(async () => {
  services = fakeServices(250);
  bench = await openConsole({ gateway: services, web });
});
afterAll(() => bench.close());

const loggedIn = async (username = 'supervisor', of: ConsoleBench = bench) => {
  const person = httpPerson(of.url);
  await person.logIn(username, of.password);
  return person;
};

describe('login', () => {
  it('leads a stranger from any page to the provider and back to that page', async () => {
    const person = httpPerson(bench.url);
    const sent = await person.get('/cases?stage=letter');
    expect([sent.status, sent.headers.get('location')]).toEqual([303, '/session/login?to=%2Fcases%3Fstage%3Dletter']);
    const came = await person.logIn('supervisor', bench.password, '/cases?stage=letter');
    expect([came.status, came.url]).toEqual([200, `${bench.url}/cases?stage=letter`]);
    expect(await json(await person.get('/api/me'))).toMatchObject({
      ...{ sub: 'supervisor', name: '催收主管', roles: ['supervisor'] },
      screens: [
        { id: 'cases', path: '/cases' },
        { id: 'system', path: '/system' },
      ],
      preferences: { language: 'zh', theme: 'system', keys: true },
    });
  });

  it('gives the browser a secret and no token, and the table neither', async () => {
    const person = await loggedIn('auditor');
    const secret = person.cookies.get('__Host-arrears') ?? '';
    expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const rows = await bench.db.query<{ row: string; tokens: Buffer }>(
      'SELECT sessions::text AS row, tokens FROM sessions',
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const { row, tokens } of rows) {
      expect(row).not.toContain(secret);
      expect(tokens.toString('latin1')).not.toContain('eyJ');
    }
  });

  it('sends services the token of the person', async () => {
    const person = await loggedIn('collector');
    await person.get(`/api/services/cases/cases/${uuid(1, 1)}`);
    const [, claims = ''] = services.asked.at(-1)?.accessToken.split('.') ?? [];
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      sub: 'collector',
      client_id: 'console',
    });
  });

  it('is of no use to another browser, and only once', async () => {
    const victim = httpPerson(bench.url);
    const thief = httpPerson(bench.url);
    const begun = await thief.get('/session/login');
    const state = new URL(begun.headers.get('location') ?? '').searchParams.get('state') ?? '';
    await victim.get('/session/login');
    const answer = await victim.get(`/session/callback?code=x&state=${state}`);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/login-failed']);
    expect(victim.cookies.has('__Host-arrears')).toBe(false);
    // Taken by the first who came with it, whoever that was.
    expect((await thief.get(`/session/callback?code=x&state=${state}`)).headers.get('location')).toBe('/login-failed');
  });

  it('goes back to no other site', async () => {
    const person = httpPerson(bench.url);
    expect((await person.logIn('sre', bench.password, 'https://elsewhere.example/')).url).toBe(`${bench.url}/`);
  });

  it('ends where it is asked to, at the provider too', async () => {
    const person = await loggedIn();
    const before = person.cookies.get('__Host-arrears') ?? '';
    const { url } = await json<{ url: string }>(await person.send('POST', '/session/logout'));
    expect(url).toContain(`${bench.issuer}/session/end?`);
    expect(person.cookies.has('__Host-arrears')).toBe(false);
    // Who kept the cookie has nothing of it.
    person.cookies.set('__Host-arrears', before);
    expect((await person.get('/api/me')).status).toBe(401);
    expect((await person.send('POST', '/session/logout')).status).toBe(200);
  });
});

describe('who asks', () => {
  it('must be logged in for everything that is not the page, the login or a probe', async () => {
    const open = listRoutes(bench.built.app).filter(({ access }) => access?.kind === 'open');
    expect(open.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      'GET /',
      'GET /*path',
      'GET /session/callback',
      'GET /session/login',
      'POST /session/logout',
    ]);
    expect(listRoutes(bench.built.app).filter(({ access }) => access === undefined)).toEqual([]);
  });

  it('has the rights of his role and no others', async () => {
    const operations = await loggedIn('sre');
    expect((await operations.get(`/api/lists/${uuid(250, 9)}/rows`)).status).toBe(403);
    expect((await operations.get('/api/system')).status).toBe(200);
  });

  it('is not known by a bearer token: the console takes none', async () => {
    const person = await loggedIn();
    await person.get(`/api/services/cases/cases/${uuid(1, 1)}`);
    const token = services.asked.at(-1)?.accessToken ?? '';
    const answer = await fetch(`${bench.url}/api/me`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(401);
  });

  it.each([
    ['without our header', { 'x-arrears-console': '' }],
    ['from another origin', { origin: 'https://elsewhere.example' }],
  ])('may change nothing %s, whatever cookie he has', async (_how, headers) => {
    const person = await loggedIn();
    const wish = { language: 'en', theme: 'dark', keys: true };
    const answer = await person.send('PUT', '/api/me/preferences', wish, headers);
    expect([answer.status, (await json<{ code: string }>(answer)).code]).toEqual([403, 'not-allowed']);
    expect((await person.send('POST', '/session/logout', undefined, headers)).status).toBe(403);
    expect((await person.get('/api/me')).status).toBe(200);
  });
});

describe('a session', () => {
  it('is renewed before its token ends, once, however many ask at the same time', async () => {
    const own = await openConsole({ gateway: services, web, flowTokenSeconds: shortLived });
    try {
      const person = await loggedIn('manager', own);
      // The provider rounds to seconds: after two, less than a minute is left.
      await new Promise((done) => setTimeout(done, 2_000));
      const answers = await Promise.all(Array.from({ length: 8 }, () => person.get('/api/me')));
      expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
      const renewed = own.lines.filter((line) => line.includes('session-renewed'));
      expect(renewed).toHaveLength(1);
    } finally {
      await own.close();
    }
  });

  it('goes on while the provider is away and its token lives, and says why it can not when that has ended', async () => {
    const clock = steppedClock(Date.now());
    const own = await openConsole({ gateway: services, web, clock, flowTokenSeconds: 300 });
    try {
      const person = await loggedIn('manager', own);
      expect((await person.get('/api/me')).status).toBe(200);
      await own.stopProvider();
      clock.advance(270_000);
      expect((await person.get('/api/me')).status).toBe(200);
      clock.advance(60_000);
      const answer = await person.get('/api/me');
      expect([answer.status, (await json<{ code: string }>(answer)).code]).toEqual([503, 'unavailable']);
    } finally {
      await own.close();
    }
  });

  it('ends when nobody has used it, and after its longest time', async () => {
    const clock = steppedClock(Date.now());
    const limits = { idleMs: 60_000, longestMs: 150_000 };
    const own = await openConsole({ gateway: services, web, clock, limits });
    try {
      const idle = await loggedIn('manager', own);
      clock.advance(60_000);
      expect((await idle.get('/api/me')).status).toBe(401);
      const busy = await loggedIn('manager', own);
      const seen: number[] = [];
      for (let i = 0; i < 4; i += 1) {
        clock.advance(50_000);
        seen.push((await busy.get('/api/me')).status);
      }
      expect(seen).toEqual([200, 200, 401, 401]);
    } finally {
      await own.close();
    }
  });
});

describe('what a person prefers', () => {
  it('is kept for him on every machine, and for nobody else', async () => {
    const wish = { language: 'en', theme: 'dark', keys: false };
    await (await loggedIn('quality')).send('PUT', '/api/me/preferences', wish);
    expect(await json(await (await loggedIn('quality')).get('/api/me'))).toMatchObject({ preferences: wish });
    expect(await json(await (await loggedIn('legal')).get('/api/me'))).toMatchObject({
      preferences: { language: 'zh' },
    });
  });

  it('is one of what there is', async () => {
    const answer = await (
      await loggedIn()
    ).send('PUT', '/api/me/preferences', { language: 'fr', theme: 'dark', keys: true });
    expect(answer.status).toBe(422);
  });
});

describe('what services answer', () => {
  it('comes through as it is, with its version and without a cache', async () => {
    const answer = await (await loggedIn()).get(`/api/services/cases/cases/${uuid(3, 1)}/next`);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(await json(answer)).toMatchObject({ caseId: uuid(3, 1), gate: 'answered' });
  });

  it('is asked only where the table allows it', async () => {
    const person = await loggedIn();
    for (const path of ['contacts/permits', 'cases/health/ready', `contacts/persons/${uuid(1, 2)}`, 'legal/handoffs'])
      expect([path, (await person.get(`/api/services/${path}`)).status]).toEqual([path, 404]);
  });

  it('gets the key of a command and the body as it was sent', async () => {
    const person = await loggedIn();
    const list = { screen: 'cases', filters: {}, sort: '-dpd' };
    await person.send('POST', '/api/services/cases/lists', list, { 'idempotency-key': 'key-of-a-command' });
    const { headers, body } = services.asked.at(-1) ?? {};
    expect(headers).toEqual({ 'idempotency-key': 'key-of-a-command' });
    expect(Buffer.from(body ?? []).toString()).toBe(JSON.stringify(list));
  });

  it('gets names beside the lines of a list, asked for once a page', async () => {
    const person = await loggedIn();
    services.asked.length = 0;
    const page = await json<{ items: { debtor: string }[]; missing: string[] }>(
      await person.get(`/api/lists/${uuid(250, 9)}/rows?from=0&count=200`),
    );
    expect([page.items.length, page.items[0]?.debtor, page.missing]).toEqual([200, '张**', []]);
    expect(
      services.asked.map(({ service, path }) => `${service} ${path.replace(/[?].*/, '').replace(uuid(250, 9), ':id')}`),
    ).toEqual(['cases /lists/:id/rows', 'contacts /persons/names']);
  });

  it('is shown without what is missing while a service is away, and it is said', async () => {
    const without = fakeServices(10);
    without.away('contacts');
    const own = await openConsole({ gateway: without, web });
    try {
      const person = await loggedIn('supervisor', own);
      const page = await json<{ items: { debtor: null }[]; missing: string[] }>(
        await person.get(`/api/lists/${uuid(10, 9)}/rows`),
      );
      expect([page.items.length, page.items[0]?.debtor, page.missing]).toEqual([10, null, ['contacts']]);
      const people = await json<{ items: { known: null }[]; missing: string[] }>(
        await person.get(`/api/cases/${uuid(1, 1)}/people`),
      );
      expect([people.items[0]?.known, people.missing]).toEqual([null, ['contacts']]);
      expect(await json(await person.get('/api/system'))).toMatchObject({
        services: expect.arrayContaining([{ name: 'contacts', state: 'down', failing: [] }]) as unknown,
      });
      without.away('cases');
      const answer = await person.get(`/api/services/cases/cases/${uuid(1, 1)}`);
      expect([answer.status, (await json<{ code: string }>(answer)).code]).toEqual([503, 'unavailable']);
    } finally {
      await own.close();
    }
  });
});

describe('the page', () => {
  it('runs our own scripts only, and styles with the nonce of this answer', async () => {
    const person = await loggedIn();
    const [one, two] = await Promise.all([person.get('/cases'), person.get('/cases')]);
    const policy = one.headers.get('content-security-policy') ?? '';
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(policy).toContain("script-src 'self';");
    expect(await one.text()).toContain(`nonce="${nonce}"`);
    expect(two.headers.get('content-security-policy')).not.toBe(policy);
    expect(one.headers.get('cache-control')).toBe('no-store');
  });

  it('is in no frame, and no answer is taken for what it is not', async () => {
    const answer = await (await loggedIn()).get('/api/me');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'");
  });

  it('has files that never change under their name, and no others', async () => {
    const person = httpPerson(bench.url);
    const file = await person.get('/assets/main-1.js');
    expect([file.status, file.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
    expect((await person.get('/assets/main-1.js', { 'if-none-match': '"abc"' })).status).toBe(304);
    for (const path of ['/assets/none.js', '/assets/../package.json', '/api/nothing', '/metrics'])
      expect([path, (await person.get(path)).status === 200]).toEqual([path, false]);
  });

  it('is not served in place of an answer that is not there', async () => {
    const answer = await (await loggedIn()).get('/api/nothing');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
    ]);
  });
});

describe('the log', () => {
  it('holds no token, no secret and no name', async () => {
    const person = await loggedIn();
    await person.get(`/api/cases/${uuid(1, 1)}/people`);
    const text = bench.lines.join('\n');
    expect(text).toContain('session-opened');
    for (const value of [person.cookies.get('__Host-arrears') ?? 'none', 'eyJ', '张', '138****', bench.password])
      expect(text).not.toContain(value);
  });
});
