import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { interaction, userOf } from './interaction.js';
import { keptInMemory } from './kept-in-memory.js';
import { loggedOutPage, logoutPage } from './login-page.js';
import { oidcProvider, type FlowContext, type GrantContext, type OidcModule, type Token } from './oidc-provider.js';
import type { Client, Scopes, Seeds } from './seeds.js';
import type { SigningKey } from './signing-key.js';

export interface IdentityOptions {
  port: number;
  issuer: string;
  audience: string;
  seeds: Seeds;
  key: SigningKey;
  /** How long the access token of a person lives who logged in with the code flow; default 300. */
  flowTokenSeconds?: number;
}
/** The public client of scripts that log a person in without naming a client of their own. */
const localLogin = 'local-login';
const resource = 'urn:arrears:api';
const tokenSeconds = 8 * 3600;
const shiftSeconds = 12 * 3600;

/**
 * A small OIDC provider for one machine: the code flow with PKCE, refresh tokens and logout for the console,
 * `client_credentials` for programs and, what no real provider should offer, `password` for the seeded people. Access
 * tokens are JWTs with `roles` and `scopes`.
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
    serve(request, response, async (to, from) => {
      if (!(await interaction(to, from, { provider, seeds: options.seeds }))) await answer(to, from);
    }).catch((error: unknown) => {
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

function configuration(options: IdentityOptions): object {
  const { seeds, key, audience, flowTokenSeconds = 300 } = options;
  const claims = new Map<string, { roles: string[]; scopes: Scopes }>();
  for (const { clientId, roles, scopes } of seeds.clients) claims.set(`client ${clientId}`, { roles, scopes });
  for (const { username, roles, scopes } of seeds.users) claims.set(`user ${username}`, { roles, scopes });
  const names = new Map(seeds.users.map(({ username, name }) => [username, name]));
  const asksPeople = new Set(seeds.clients.filter(({ redirectUris }) => redirectUris).map(({ clientId }) => clientId));
  const lifeFor = (clientId: string): number => (asksPeople.has(clientId) ? flowTokenSeconds : tokenSeconds);
  return {
    clients: [...seeds.clients.map(clientOf), localLoginClient],
    jwks: { keys: [key] },
    adapter: keptInMemory(),
    cookies: { keys: [randomBytes(16).toString('hex')] },
    ttl: {
      ...{ Session: shiftSeconds, Grant: shiftSeconds, RefreshToken: shiftSeconds, Interaction: 600, IdToken: 600 },
      ...{ AuthorizationCode: 60, ClientCredentials: tokenSeconds },
      AccessToken: (_ctx: unknown, _token: unknown, { clientId }: { clientId: string }) => lifeFor(clientId),
    },
    clientAuthMethods: ['client_secret_post', 'client_secret_basic', 'none'],
    claims: { openid: ['sub'], profile: ['name'] },
    // The console shows a name at once, without a further question.
    conformIdTokenClaims: false,
    findAccount: (_ctx: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, name: names.get(id) }) }),
    extraTokenClaims: (_ctx: unknown, token: Token) =>
      claims.get(token.accountId ? `user ${token.accountId}` : `client ${token.clientId}`),
    interactions: { url: (_ctx: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    pkce: { required: () => true },
    issueRefreshToken: (_ctx: unknown, client: { grantTypeAllowed(type: string): boolean }) =>
      client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    loadExistingGrant,
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx: { body: unknown }, form: string) => void (ctx.body = logoutPage(form)),
        postLogoutSuccessSource: (ctx: { body: unknown }) => void (ctx.body = loggedOutPage()),
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        getResourceServerInfo: (_ctx: unknown, _resource: string, { clientId }: { clientId: string }) =>
          resourceServer(audience, lifeFor(clientId)),
        useGrantedResource: () => true,
      },
    },
  };
}

const bare = { redirect_uris: [], response_types: [] };
const localLoginClient = {
  ...bare,
  client_id: localLogin,
  grant_types: ['password'],
  token_endpoint_auth_method: 'none',
};

function clientOf({ clientId, clientSecret, redirectUris, postLogoutRedirectUris }: Client): object {
  const known = { client_id: clientId, client_secret: clientSecret, token_endpoint_auth_method: 'client_secret_post' };
  if (redirectUris === undefined) return { ...bare, ...known, grant_types: ['client_credentials', 'password'] };
  return {
    ...known,
    redirect_uris: redirectUris,
    post_logout_redirect_uris: postLogoutRedirectUris ?? [],
    response_types: ['code'],
    grant_types: ['authorization_code', 'refresh_token'],
  };
}

/** Our own console asks for nothing that a person would have to consent to. */
async function loadExistingGrant(ctx: FlowContext): Promise<unknown> {
  const { provider, session, client } = ctx.oidc;
  const known = session.grantIdFor(client.clientId);
  const kept = known === undefined ? undefined : await provider.Grant.find(known);
  if (kept !== undefined) return kept;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope('openid profile');
  await grant.save();
  return grant;
}

const resourceServer = (audience: string, accessTokenTTL: number): object => ({
  scope: '',
  audience,
  accessTokenTTL,
  accessTokenFormat: 'jwt',
  jwt: { sign: { alg: 'RS256' } },
});

function passwordGrant(
  { seeds, audience }: IdentityOptions,
  errors: OidcModule['errors'],
): (ctx: GrantContext) => Promise<void> {
  return async (ctx) => {
    const { username = '', password = '' } = ctx.oidc.params;
    const user = userOf(seeds, username, password);
    if (!user) throw new errors.InvalidGrant('no such user or wrong password');
    const { provider, client } = ctx.oidc;
    const token = new provider.AccessToken({ accountId: user.username, client, gty: 'password', scope: '' });
    token.resourceServer = new provider.ResourceServer(resource, resourceServer(audience, tokenSeconds));
    ctx.oidc.entity('AccessToken', token);
    ctx.body = { access_token: await token.save(), expires_in: token.expiration, token_type: token.tokenType };
  };
}
