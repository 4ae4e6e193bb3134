import { isRole, type Role } from './roles.js';

/** Who asks: taken from a verified token, never from a body or a header of its own. */
export interface Actor {
  /** The token's `sub`: an opaque id of the person or of the client. */
  sub: string;
  roles: readonly Role[];
  scope: { agreements: 'all' | readonly string[] };
}

const allAgreements = 'agreement:*';
const oneAgreement = 'agreement:';

/**
 * Reads the claims of a verified token. `roles` is a list, or one text with blanks between. `scopes` is
 * `{agreements: 'all' | [ids]}`, or for providers that have only texts a list of `agreement:<id>` and `agreement:*`. No
 * scope means no agreement; unknown roles and scopes give nothing. Our own services see every agreement: what they may
 * ask is limited by their few actions.
 */
export function actorOf(claims: { sub: string; roles?: unknown; scopes?: unknown }): Actor {
  const held = words(claims.roles).filter(isRole);
  const agreements = held.includes('service') ? 'all' : agreementsOf(claims.scopes);
  return { sub: claims.sub, roles: held, scope: { agreements } };
}

function agreementsOf(scopes: unknown): Actor['scope']['agreements'] {
  if (typeof scopes === 'object' && scopes !== null && 'agreements' in scopes)
    return scopes.agreements === 'all' ? 'all' : words(scopes.agreements);
  const named = words(scopes);
  if (named.includes(allAgreements)) return 'all';
  return named.filter((scope) => scope.startsWith(oneAgreement)).map((scope) => scope.slice(oneAgreement.length));
}

function words(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(' ').filter((word) => word !== '');
  return Array.isArray(claim) ? claim.filter((word) => typeof word === 'string') : [];
}

/**
 * For a query: `WHERE ($1::text[] IS NULL OR agreement_id = ANY($1))` with this as `$1`. Null means every agreement, an
 * empty list none.
 */
export function visibleAgreements(actor: Actor): readonly string[] | null {
  return actor.scope.agreements === 'all' ? null : actor.scope.agreements;
}

export function seesAgreement(actor: Actor, agreementId: string): boolean {
  const visible = visibleAgreements(actor);
  return visible === null || visible.includes(agreementId);
}
