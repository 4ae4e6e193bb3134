import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AccessRefused } from './access-refused.js';
import { startIssuer, type TestIssuer } from './issuer.fixture.js';
import { tokenVerifier, type TokenVerifier } from './verify-token.js';

let issuer: TestIssuer;
let verifier: TokenVerifier;
beforeAll(async () => {
  issuer = await startIssuer();
  verifier = tokenVerifier({ issuer: issuer.url, audience: 'arrears' });
});
afterAll(() => issuer.close());

const refusal = (of: TokenVerifier, token: string) =>
  of.verify(token).then(
    () => 'accepted',
    (failure: unknown) => {
      if (!(failure instanceof AccessRefused)) throw failure;
      return `${failure.code}: ${failure.reason}`;
    },
  );
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a good token', () => {
  it('tells who asks, with roles and scope', async () => {
    const token = await issuer.token({ roles: ['supervisor', 'astronaut'], scopes: { agreements: ['AGR-1'] } });
    expect(await verifier.verify(token)).toEqual({
      sub: 'person-1',
      roles: ['supervisor'],
      scope: { agreements: ['AGR-1'] },
    });
  });

  it('may name roles and scopes in claims of other names', async () => {
    const other = tokenVerifier({
      issuer: issuer.url,
      audience: 'arrears',
      rolesClaim: 'groups',
      scopesClaim: 'reach',
    });
    const token = await issuer.token({ groups: 'auditor sre', reach: 'agreement:*' });
    expect(await other.verify(token)).toMatchObject({ roles: ['auditor', 'sre'], scope: { agreements: 'all' } });
  });

  it('does not make us ask for the keys again', async () => {
    await verifier.verify(await issuer.token());
    const asked = issuer.asked.get('/jwks');
    await verifier.verify(await issuer.token());
    expect(issuer.asked.get('/jwks')).toBe(asked);
  });
});

describe('a token is refused', () => {
  it.each<[string, Parameters<TestIssuer['token']>[1], string]>([
    ['that has expired', { expiresIn: Math.floor(Date.now() / 1000) - 60 }, 'expired'],
    ['for another audience', { audience: 'payroll' }, 'wrong-audience'],
    ['of another issuer', { issuer: 'https://elsewhere.example' }, 'wrong-issuer'],
    ['that is not valid yet', { notBefore: '2m' }, 'not-yet-valid'],
    ['that names nobody', { subject: null }, 'missing-claim'],
    ['signed by somebody else', { foreignKey: true }, 'signature'],
    ['signed with a key that is not named', { kid: 'k2' }, 'unknown-key'],
  ])('%s', async (_, options, reason) => {
    expect(await refusal(verifier, await issuer.token({}, options))).toBe(`not-authenticated: ${reason}`);
  });

  it('that is not signed at all, whatever it says of its algorithm', async () => {
    const claims = { sub: 'person-1', iss: issuer.url, aud: 'arrears', exp: Math.floor(Date.now() / 1000) + 60 };
    for (const alg of ['none', 'None', 'NONE'])
      expect(await refusal(verifier, `${base64({ alg })}.${base64(claims)}.`)).toBe('not-authenticated: algorithm');
  });

  it("signed with the issuer's public key as if it were a shared secret", async () => {
    const head = `${base64({ alg: 'HS256', kid: 'k1' })}.${base64({ sub: 'person-1', iss: issuer.url, aud: 'arrears' })}`;
    const keys = await (await fetch(`${issuer.url}/jwks`)).text();
    const signature = createHmac('sha256', keys).update(head).digest('base64url');
    expect(await refusal(verifier, `${head}.${signature}`)).toBe('not-authenticated: algorithm');
  });

  it('of which one letter was changed', async () => {
    const [head = '', body = '', signature = ''] = (await issuer.token()).split('.');
    const other = base64({ ...JSON.parse(Buffer.from(body, 'base64url').toString()), roles: ['headOffice'] });
    expect(await refusal(verifier, [head, other, signature].join('.'))).toBe('not-authenticated: signature');
  });

  it.each(['', 'x', 'a.b.c', '..'])('that is no token: %j', async (token) => {
    expect(await refusal(verifier, token)).toBe('not-authenticated: malformed');
  });

  it('with a sentence that repeats nothing of it', async () => {
    const token = await issuer.token({ name: '合成样本' }, { audience: 'payroll' });
    const failure: unknown = await verifier.verify(token).catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ detail: 'The access token is meant for somebody else.' });
    expect(JSON.stringify(failure)).not.toContain('合成');
  });
});

describe('an issuer that is away', () => {
  it('is not the fault of the caller, and is asked again by the next', async () => {
    const fresh = tokenVerifier({ issuer: issuer.url, audience: 'arrears' });
    const token = await issuer.token();
    issuer.failWith(503);
    expect(await refusal(fresh, token)).toBe('unavailable: issuer-away');
    issuer.failWith(undefined);
    expect(await refusal(fresh, token)).toBe('accepted');
  });

  it('is not replaced by one that calls itself otherwise', async () => {
    const disguised = tokenVerifier({ issuer: `${issuer.url}/`, audience: 'arrears' });
    expect(await refusal(disguised, await issuer.token())).toBe('unavailable: issuer-away');
  });
});
