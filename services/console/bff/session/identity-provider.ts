import * as oidc from 'openid-client';
import type { Clock } from '@arrears/clock';

export interface Tokens {
  accessToken: string;
  /** Epoch milliseconds of real time. */
  accessTokenEndsAt: number;
  refreshToken: string | null;
  idToken: string | null;
}
export interface Person {
  sub: string;
  name: string;
}
/** What a login under way must have when it comes back. */
export interface LoginSecrets {
  verifier: string;
  nonce: string;
}
export interface LoginStart {
  url: string;
  state: string;
  secrets: LoginSecrets;
}

/** The provider said no, as against not answering. */
export class LoginRefused extends Error {
  override readonly name = 'LoginRefused';
}

/** The OIDC provider, as the session needs it. Every call throws when it does not answer. */
export interface IdentityProvider {
  begin(): Promise<LoginStart>;
  /** @param callback the address the browser came back to, with its query. @throws LoginRefused */
  finish(callback: URL, state: string, secrets: LoginSecrets): Promise<{ tokens: Tokens; person: Person }>;
  /** @throws LoginRefused when the refresh token is worth nothing any more */
  renew(refreshToken: string): Promise<Tokens>;
  revoke(refreshToken: string): Promise<void>;
  /** Where the browser logs out at the provider too; null when it offers no such place. */
  logoutUrl(idToken: string | null): Promise<string | null>;
}

export interface ProviderOptions {
  issuer: string;
  client: { id: string; secret: string };
  publicUrl: URL;
  clock: Clock;
  /** Longest wait for the provider; default 5. */
  timeoutSeconds?: number;
}

/** What a token is good for when the provider does not say. */
const usualLifeSeconds = 300;

/** Code flow with PKCE by `openid-client`. Discovered at the first use: a provider that is away keeps nobody from starting. */
export function identityProvider({
  issuer,
  client,
  publicUrl,
  clock,
  timeoutSeconds = 5,
}: ProviderOptions): IdentityProvider {
  let discovered: Promise<oidc.Configuration> | undefined;
  const configuration = () => {
    // Plain http is for the local provider; in production the issuer is https and nothing weakens it.
    const execute = new URL(issuer).protocol === 'http:' ? [oidc.allowInsecureRequests] : [];
    discovered ??= oidc
      .discovery(new URL(issuer), client.id, undefined, oidc.ClientSecretPost(client.secret), {
        timeout: timeoutSeconds,
        execute,
      })
      .catch((failure: unknown) => {
        discovered = undefined;
        throw failure;
      });
    return discovered;
  };
  const redirectUri = new URL('/session/callback', publicUrl).href;
  const tokensOf = (answer: oidc.TokenEndpointResponse): Tokens => ({
    accessToken: answer.access_token,
    accessTokenEndsAt: clock.realNow() + (answer.expires_in ?? usualLifeSeconds) * 1000,
    refreshToken: answer.refresh_token ?? null,
    idToken: answer.id_token ?? null,
  });

  return {
    begin: async () => {
      const verifier = oidc.randomPKCECodeVerifier();
      const [state, nonce] = [oidc.randomState(), oidc.randomNonce()];
      const url = oidc.buildAuthorizationUrl(await configuration(), {
        redirect_uri: redirectUri,
        scope: 'openid profile',
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      });
      return { url: url.href, state, secrets: { verifier, nonce } };
    },
    finish: async (callback, state, { verifier, nonce }) => {
      const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
      const answer = await refusing(oidc.authorizationCodeGrant(await configuration(), callback, checks));
      const claims = answer.claims();
      if (claims === undefined) throw new LoginRefused('no id token');
      const { sub, name } = claims;
      return { tokens: tokensOf(answer), person: { sub, name: typeof name === 'string' ? name : sub } };
    },
    renew: async (refreshToken) => {
      const answer = tokensOf(await refusing(oidc.refreshTokenGrant(await configuration(), refreshToken)));
      // A provider that does not rotate sends no new one.
      return { ...answer, refreshToken: answer.refreshToken ?? refreshToken };
    },
    revoke: async (refreshToken) => {
      const config = await configuration();
      if (config.serverMetadata().revocation_endpoint !== undefined) await oidc.tokenRevocation(config, refreshToken);
    },
    logoutUrl: async (idToken) => {
      const config = await configuration();
      if (config.serverMetadata().end_session_endpoint === undefined) return null;
      return oidc.buildEndSessionUrl(config, {
        post_logout_redirect_uri: new URL('/', publicUrl).href,
        ...(idToken === null ? {} : { id_token_hint: idToken }),
      }).href;
    },
  };
}

/** A clear no becomes a refusal; a provider that is away stays what it is. */
async function refusing<Answer>(asking: Promise<Answer>): Promise<Answer> {
  try {
    return await asking;
  } catch (failure) {
    const said = failure instanceof oidc.ResponseBodyError && failure.status < 500;
    const sentBack = failure instanceof oidc.AuthorizationResponseError;
    const wrong = failure instanceof oidc.ClientError && failure.code !== 'OAUTH_TIMEOUT' && !isAway(failure);
    if (said || sentBack || wrong) throw new LoginRefused('refused by the identity provider');
    throw failure;
  }
}

/** What `fetch` throws when nobody answers, however deep it lies. By its words: it may come from another realm. */
function isAway(failure: unknown): boolean {
  for (let cause = failure; typeof cause === 'object' && cause !== null; cause = Reflect.get(cause, 'cause'))
    if (Reflect.get(cause, 'message') === 'fetch failed') return true;
  return false;
}
