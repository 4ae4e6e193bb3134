import { AccessRefused, type Identify, type TokenVerifier } from '@arrears/auth';
import type { ArrearsRequest } from '@arrears/service';
import { isFromOwnPage } from './csrf.js';
import { secretIn, sessionCookie } from './session.js';
import { ProviderAway, type Session, type Sessions } from './session.service.js';

export interface ConsoleRequest extends ArrearsRequest {
  session?: Session;
}

/**
 * Who sits in front of the browser: by the session's cookie, and for a change only from a page of ours. A bearer token is
 * of no use here, so that nobody gets used to carrying one about.
 */
export function bySession(sessions: Sessions, verifier: TokenVerifier, publicUrl: URL): Identify<ConsoleRequest> {
  return async (request) => {
    if (!isFromOwnPage(request, publicUrl))
      throw new AccessRefused('not-allowed', 'foreign-origin', 'This was not sent by a page of the console.');
    const secret = secretIn(request.headers.cookie, sessionCookie);
    if (secret === null) throw new AccessRefused('not-authenticated', 'no-session', 'You are not logged in.');
    const session = await sessions.find(secret).catch((failure: unknown) => {
      if (failure instanceof ProviderAway)
        throw new AccessRefused('unavailable', 'issuer-away', 'The identity provider does not answer.');
      throw failure;
    });
    if (session === null) throw new AccessRefused('not-authenticated', 'expired', 'Your session has ended.');
    const actor = await verifier.verify(session.accessToken);
    request.session = session;
    return actor;
  };
}

/** Of a route that is not open. */
export function sessionOf(request: ConsoleRequest): Session {
  if (request.session === undefined) throw new Error('an open route has no session');
  return request.session;
}
