import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { startIdentityProvider } from './identity-provider.js';
import { clientIds, seeds } from './seeds.js';
import { signingKey } from './signing-key.js';
import { freePort } from '../free-port.js';

const dir = mkdtempSync(join(tmpdir(), 'idp-'));
const consoleUrl = 'http://127.0.0.1:1';
const people = seeds('correct horse', Object.fromEntries(clientIds.map((id) => [id, `secret of ${id}`])), consoleUrl);
let issuer: string;
let close: () => Promise<void>;
const start = async (): Promise<void> => {
  const key = signingKey(join(dir, 'key.json'));
  ({ close } = await startIdentityProvider({
    port: Number(new URL(issuer).port),
    issuer,
    audience: 'arrears',
    seeds: people,
    key,
  }));
};
beforeAll(async () => {
  issuer = `http://127.0.0.1:${await freePort()}`;
  await start();
});
afterAll(async () => {
  await close();
  rmSync(dir, { recursive: true });
});

async function token(
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<{ status: number; access_token: string }> {
  const answer = await fetch(`${issuer}/token`, { method: 'POST', body: new URLSearchParams(form), headers });
  return { status: answer.status, ...((await answer.json()) as { access_token: string }) };
}
const verify = (text: string): Promise<{ payload: Record<string, unknown> }> =>
  jwtVerify(text, createRemoteJWKSet(new URL(`${issuer}/jwks`)), { issuer, audience: 'arrears' });

describe('the local identity provider', () => {
  it('gives a program a signed token with its roles and scopes', async () => {
    const { access_token } = await token({
      grant_type: 'client_credentials',
      client_id: 'service-notifications',
      client_secret: 'secret of service-notifications',
    });
    const { payload } = await verify(access_token);
    expect(payload).toMatchObject({
      sub: 'service-notifications',
      roles: ['service'],
      scopes: { agreements: 'all', scope: 'all' },
    });
  });

  it('takes the client secret in the authorization header as well', async () => {
    const basic = Buffer.from(`bank-system:${encodeURIComponent('secret of bank-system')}`).toString('base64');
    const { access_token } = await token({ grant_type: 'client_credentials' }, { authorization: `Basic ${basic}` });
    expect((await verify(access_token)).payload).toMatchObject({ sub: 'bank-system', roles: ['bankSystem'] });
  });

  it('logs a seeded person in by password, with or without a client', async () => {
    const bare = await token({ grant_type: 'password', username: 'collector', password: 'correct horse' });
    expect((await verify(bare.access_token)).payload).toMatchObject({ sub: 'collector', roles: ['collector'] });
    const named = await token({
      grant_type: 'password',
      username: 'auditor',
      password: 'correct horse',
      client_id: 'operator-cli',
      client_secret: 'secret of operator-cli',
    });
    expect((await verify(named.access_token)).payload).toMatchObject({ sub: 'auditor', roles: ['auditor'] });
  });

  it.each([
    { grant_type: 'password', username: 'collector', password: 'wrong' },
    { grant_type: 'password', username: 'nobody', password: 'correct horse' },
    { grant_type: 'password', username: 'nobody', password: '' },
  ])('refuses a login that is not right: %o', async (form) => {
    expect(await token(form)).toMatchObject({ status: 400, error: 'invalid_grant' });
  });

  it('refuses a program with a wrong secret', async () => {
    expect(
      (await token({ grant_type: 'client_credentials', client_id: 'bank-system', client_secret: 'no' })).status,
    ).toBe(401);
  });

  it('signs with the same key after a restart, so that tokens live on', async () => {
    const before = await token({ grant_type: 'password', username: 'sre', password: 'correct horse' });
    await close();
    await start();
    // Node's fetch needs a moment to see that its kept connection was closed.
    await sleep(50);
    expect((await verify(before.access_token)).payload).toMatchObject({ sub: 'sre' });
  });

  it('is discoverable and says that it lives', async () => {
    const discovery = (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as Record<
      string,
      unknown
    >;
    expect(discovery).toMatchObject({ issuer, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/jwks` });
    expect((await fetch(`${issuer}/health/live`)).status).toBe(200);
  });
});

/** A browser as far as a login needs one: cookies, and redirects one at a time. */
function browser() {
  const cookies = new Map<string, string>();
  return async (url: string, init: RequestInit = {}): Promise<Response> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(new URL(url, issuer), { ...init, redirect: 'manual', headers: { cookie } });
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      cookies.set(name, value);
    }
    return answer;
  };
}
const verifier = 'v'.repeat(43);
const challenge = createHash('sha256').update(verifier).digest('base64url');
const asked = {
  ...{ client_id: 'console', response_type: 'code', scope: 'openid profile', state: 'st', nonce: 'no' },
  redirect_uri: `${consoleUrl}/session/callback`,
};
const authorize = (more: Record<string, string>): string =>
  `/auth?${new URLSearchParams({ ...asked, ...more }).toString()}`;
const location = (answer: Response): string => answer.headers.get('location') ?? '';

describe('a login with the code flow', () => {
  /** As far as the form. */
  const toTheForm = async (browse: ReturnType<typeof browser>) =>
    location(await browse(authorize({ code_challenge: challenge, code_challenge_method: 'S256' })));
  const post = (browse: ReturnType<typeof browser>, form: string, password: string) =>
    browse(form, { method: 'POST', body: new URLSearchParams({ username: 'supervisor', password }) });
  const codeOf = async (browse: ReturnType<typeof browser>): Promise<string> => {
    const resumed = location(await post(browse, await toTheForm(browse), 'correct horse'));
    const back = new URL(location(await browse(resumed)));
    expect(`${back.origin}${back.pathname} ${back.searchParams.get('state')}`).toBe(`${asked.redirect_uri} st`);
    return back.searchParams.get('code') ?? '';
  };
  const exchange = (form: Record<string, string>) =>
    token({ ...form, client_id: 'console', client_secret: 'secret of console' }) as Promise<
      Record<'access_token' | 'refresh_token' | 'id_token', string> & { status: number; expires_in: number }
    >;
  const byCode = (code: string, codeVerifier = verifier) =>
    exchange({ grant_type: 'authorization_code', code, redirect_uri: asked.redirect_uri, code_verifier: codeVerifier });

  it('ends with tokens of the person, short-lived, and his name', async () => {
    const tokens = await byCode(await codeOf(browser()));
    const { payload } = await verify(tokens.access_token);
    expect(payload).toMatchObject({ sub: 'supervisor', roles: ['supervisor'], scopes: { agreements: 'all' } });
    expect(tokens.expires_in).toBe(300);
    const [, claims = ''] = tokens.id_token.split('.');
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ name: '催收主管', nonce: 'no' });
  });

  it('is renewed once by each refresh token', async () => {
    const first = await byCode(await codeOf(browser()));
    const renewed = await exchange({ grant_type: 'refresh_token', refresh_token: first.refresh_token });
    expect((await verify(renewed.access_token)).payload).toMatchObject({ sub: 'supervisor' });
    const again = await exchange({ grant_type: 'refresh_token', refresh_token: first.refresh_token });
    expect(again).toMatchObject({ status: 400, error: 'invalid_grant' });
  });

  it('shows the form again for a wrong password', async () => {
    const browse = browser();
    const answer = await post(browse, await toTheForm(browse), 'wrong');
    expect(answer.status).toBe(401);
    expect(await answer.text()).toContain('role="alert"');
  });

  it('writes back no markup that was typed as a name', async () => {
    const browse = browser();
    const form = await toTheForm(browse);
    const body = new URLSearchParams({ username: '"><script>x</script>', password: 'no' });
    expect(await (await browse(form, { method: 'POST', body })).text()).not.toContain('<script>x');
  });

  it('needs PKCE, with the verifier that belongs to it', async () => {
    expect(location(await browser()(authorize({})))).toContain('error=invalid_request');
    expect(await byCode(await codeOf(browser()), 'w'.repeat(43))).toMatchObject({
      status: 400,
      error: 'invalid_grant',
    });
  });

  it('goes back to no other address', async () => {
    const answer = await browser()(
      authorize({
        redirect_uri: 'https://elsewhere.example/',
        code_challenge: challenge,
        code_challenge_method: 'S256',
      }),
    );
    expect([answer.status, location(answer)]).toEqual([400, '']);
  });

  it('belongs to the browser that began it', async () => {
    const form = await toTheForm(browser());
    expect((await post(browser(), form, 'correct horse')).status).toBe(400);
  });
});
