import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { oidcProvider, type GrantContext, type OidcModule, type Token } from './oidc-provider.js';
import type { Scopes, Seeds } from './seeds.js';
import type { SigningKey } from './signing-key.js';

export interface IdentityOptions {
  port: number;
  issuer: string;
  audience: string;
  seeds: Seeds;
  key: SigningKey;
}
/** The public client of scripts that log a person in without naming a client of their own. */
const localLogin = 'local-login';
const resource = 'urn:arrears:api';
const tokenSeconds = 8 * 3600;

/**
 * A small OIDC provider for one machine: `client_credentials` for programs and, what no real provider should offer,
 * `password` for the seeded people. Access tokens are JWTs with `roles` and `scopes`.
 */
export async function startIdentityProvider(
  options: IdentityOptions,
): Promise<{ port: number; close: () => Promise<void> }> {
  const { Provider, errors } = await oidcProvider();
  const provider = new Provider(options.issuer, configuration(options));
  provider.registerGrantType('password', passwordGrant(options, errors), ['username', 'password']);
  provider.on('server_error', (_ctx, error) => process.stderr.write(`${error.name}: ${error.message}\n`));
  const answer = provider.callback();
  const server = createServer((request, response) => {
    serve(request, response, answer).catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.name : 'unknown error'}\n`);
      if (!response.headersSent) response.writeHead(500).end();
    });
  });
  await new Promise<void>((done, failed) => server.once('error', failed).listen(options.port, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<void> {
  if (request.url === '/health/live' || request.url === '/health/ready') {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"ok"}');
    return;
  }
  if (request.method === 'POST' && request.url === '/token') await nameTheClient(request);
  await answer(request, response);
}

/** A password login without a client is one by the public local client; the provider itself insists on a name. */
async function nameTheClient(request: IncomingMessage & { body?: unknown }): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
  const named = form.has('client_id') || request.headers.authorization !== undefined;
  if (form.get('grant_type') === 'password' && !named) form.set('client_id', localLogin);
  request.body = form.toString();
}

function configuration({ seeds, key, audience }: IdentityOptions): object {
  const claims = new Map<string, { roles: string[]; scopes: Scopes }>();
  for (const { clientId, roles, scopes } of seeds.clients) claims.set(`client ${clientId}`, { roles, scopes });
  for (const { username, roles, scopes } of seeds.users) claims.set(`user ${username}`, { roles, scopes });
  const bare = { redirect_uris: [], response_types: [] };
  return {
    clients: [
      ...seeds.clients.map(({ clientId, clientSecret }) => ({
        ...bare,
        client_id: clientId,
        client_secret: clientSecret,
        grant_types: ['client_credentials', 'password'],
        token_endpoint_auth_method: 'client_secret_post',
      })),
      { ...bare, client_id: localLogin, grant_types: ['password'], token_endpoint_auth_method: 'none' },
    ],
    jwks: { keys: [key] },
    adapter: nothingKept,
    cookies: { keys: [randomBytes(16).toString('hex')] },
    ttl: { AccessToken: tokenSeconds, ClientCredentials: tokenSeconds },
    clientAuthMethods: ['client_secret_post', 'client_secret_basic', 'none'],
    findAccount: (_ctx: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
    extraTokenClaims: (_ctx: unknown, token: Token) =>
      claims.get(token.accountId ? `user ${token.accountId}` : `client ${token.clientId}`),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        getResourceServerInfo: () => resourceServer(audience),
        useGrantedResource: () => true,
      },
    },
  };
}

/** Tokens are JWTs and clients are given at the start: there is nothing to keep. */
const nothingKept = (): object => ({
  upsert: async () => undefined,
  find: async () => undefined,
  findByUid: async () => undefined,
  findByUserCode: async () => undefined,
  consume: async () => undefined,
  destroy: async () => undefined,
  revokeByGrantId: async () => undefined,
});

const resourceServer = (audience: string): object => ({
  scope: '',
  audience,
  accessTokenTTL: tokenSeconds,
  accessTokenFormat: 'jwt',
  jwt: { sign: { alg: 'RS256' } },
});

function passwordGrant(
  { seeds, audience }: IdentityOptions,
  errors: OidcModule['errors'],
): (ctx: GrantContext) => Promise<void> {
  return async (ctx) => {
    const { username, password } = ctx.oidc.params;
    const user = seeds.users.find((one) => one.username === username);
    if (!same(user?.password ?? '', password ?? '') || !user)
      throw new errors.InvalidGrant('no such user or wrong password');
    const { provider, client } = ctx.oidc;
    const token = new provider.AccessToken({ accountId: user.username, client, gty: 'password', scope: '' });
    token.resourceServer = new provider.ResourceServer(resource, resourceServer(audience));
    ctx.oidc.entity('AccessToken', token);
    ctx.body = { access_token: await token.save(), expires_in: token.expiration, token_type: token.tokenType };
  };
}

function same(a: string, b: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}
