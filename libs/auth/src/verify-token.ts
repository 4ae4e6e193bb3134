import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { AccessRefused, type RefusalReason } from './access-refused.js';
import { actorOf, type Actor } from './actor.js';

export interface TokenVerifier {
  /** @throws AccessRefused: `not-authenticated` for a bad token, `unavailable` when the issuer's keys can't be had */
  verify(token: string): Promise<Actor>;
}

export interface TokenVerifierOptions {
  issuer: string;
  audience: string;
  /** Names of the claims, for providers that use others. Default `roles` and `scopes`. */
  rolesClaim?: string;
  scopesClaim?: string;
  /** Difference of clocks that is forgiven; default 5 s. */
  toleranceSeconds?: number;
  /** Longest wait for the issuer; default 5,000 ms. */
  timeoutMs?: number;
}

/** Public-key algorithms only: a shared secret would let whoever can check a token make one, and `none` anybody. */
const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/** Checks access tokens of one OIDC issuer. Its keys are found by discovery at the first token and kept by jose. */
export function tokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  const { issuer, audience } = options;
  let keys: Promise<JWTVerifyGetKey> | undefined;
  const keysOfIssuer = () => {
    keys ??= discover(issuer, options.timeoutMs ?? 5000).catch((failure: unknown) => {
      // The next token asks again: an issuer that was away at the first must not lock us out.
      keys = undefined;
      throw failure;
    });
    return keys;
  };
  return {
    verify: async (token) => {
      const getKey = await keysOfIssuer().catch(() => {
        throw new AccessRefused('unavailable', 'issuer-away', 'The identity provider does not answer.');
      });
      const claims = await jwtVerify(token, getKey, {
        issuer,
        audience,
        algorithms,
        clockTolerance: options.toleranceSeconds ?? 5,
        requiredClaims: ['sub', 'exp'],
      }).then(
        (verified) => verified.payload,
        (failure: unknown) => {
          throw refusalOf(failure);
        },
      );
      return actor(claims, options);
    },
  };
}

function actor(claims: JWTPayload, options: TokenVerifierOptions): Actor {
  return actorOf({
    sub: claims.sub ?? '',
    roles: claims[options.rolesClaim ?? 'roles'],
    scopes: claims[options.scopesClaim ?? 'scopes'],
  });
}

async function discover(issuer: string, timeoutMs: number): Promise<JWTVerifyGetKey> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' });
  if (!response.ok) throw new Error(`discovery answered ${response.status}`);
  const found = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown };
  if (found.issuer !== issuer || typeof found.jwks_uri !== 'string') throw new Error('discovery names another issuer');
  return createRemoteJWKSet(new URL(found.jwks_uri), { timeoutDuration: timeoutMs, cooldownDuration: 5000 });
}

/** One code and one sentence a cause. The token and its claims are never repeated. */
function refusalOf(failure: unknown): AccessRefused {
  const refuse = (reason: RefusalReason, detail: string) => new AccessRefused('not-authenticated', reason, detail);
  if (failure instanceof errors.JWTExpired) return refuse('expired', 'The access token has expired.');
  if (failure instanceof errors.JWTClaimValidationFailed) return refusedClaim(failure, refuse);
  if (failure instanceof errors.JOSEAlgNotAllowed || failure instanceof errors.JOSENotSupported)
    return refuse('algorithm', 'The access token is signed in a way that is not accepted.');
  if (failure instanceof errors.JWSSignatureVerificationFailed)
    return refuse('signature', "The access token's signature is wrong.");
  if (failure instanceof errors.JWKSNoMatchingKey || failure instanceof errors.JWKSMultipleMatchingKeys)
    return refuse('unknown-key', 'The access token is signed with a key that the issuer does not name.');
  if (failure instanceof errors.JWSInvalid || failure instanceof errors.JWTInvalid)
    return refuse('malformed', 'The access token can not be read.');
  return new AccessRefused('unavailable', 'issuer-away', 'The identity provider does not answer.');
}

function refusedClaim(
  failure: errors.JWTClaimValidationFailed,
  refuse: (reason: RefusalReason, detail: string) => AccessRefused,
): AccessRefused {
  if (failure.reason === 'missing') return refuse('missing-claim', 'The access token lacks a claim that is needed.');
  if (failure.claim === 'aud') return refuse('wrong-audience', 'The access token is meant for somebody else.');
  if (failure.claim === 'iss') return refuse('wrong-issuer', 'The access token comes from an unknown issuer.');
  if (failure.claim === 'nbf' || failure.claim === 'iat')
    return refuse('not-yet-valid', 'The access token is not valid yet.');
  return refuse('malformed', 'The access token can not be read.');
}
