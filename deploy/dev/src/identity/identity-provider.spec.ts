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
const people = seeds('correct horse', Object.fromEntries(clientIds.map((id) => [id, `secret of ${id}`])));
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
