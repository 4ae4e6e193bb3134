import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { accessKey, type Access, type RequestWithActor } from './access.js';
import { AccessRefused } from './access-refused.js';
import type { Actor } from './actor.js';
import { may } from './can.js';
import type { TokenVerifier } from './verify-token.js';

type Request = RequestWithActor & { headers: { authorization?: string | undefined } };
/** Finds out who asks. @throws AccessRefused */
export type Identify<Of = Request> = (request: Of) => Promise<Actor>;

/** Who asks is told by the access token of the request: the way of every service. */
export const byBearerToken =
  (verifier: TokenVerifier): Identify =>
  (request) =>
    verifier.verify(bearer(request.headers.authorization));

/** Stands before every route. Without a decorator of `access.ts` a route is refused, whoever asks. */
export class AccessGuard<Of extends RequestWithActor = Request> implements CanActivate {
  constructor(
    private readonly identify: Identify<Of>,
    private readonly reflector: Reflector = new Reflector(),
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    const access = this.reflector.getAllAndOverride<Access | undefined>(accessKey, targets);
    if (access?.kind === 'open') return true;
    const request = context.switchToHttp().getRequest<Of>();
    const actor = await this.identify(request);
    request.actor = actor;
    decide(access, actor);
    return true;
  }
}

function decide(access: Access | undefined, actor: Actor): void {
  if (access === undefined)
    throw new AccessRefused('not-allowed', 'closed-route', 'This route is open to nobody.', actor.sub);
  if (access.kind === 'authenticated' || access.kind === 'open') return;
  const allowed =
    access.kind === 'action' ? may(actor, access.action) : actor.roles.some((role) => access.roles.includes(role));
  const what = access.kind === 'action' ? ` (${access.action})` : '';
  if (!allowed) throw new AccessRefused('not-allowed', 'role', `None of your roles may do this${what}.`, actor.sub);
}

function bearer(header: string | undefined): string {
  const token = /^Bearer ([A-Za-z0-9._~+/=-]{1,16384})$/i.exec(header ?? '')?.[1];
  if (token === undefined)
    throw new AccessRefused('not-authenticated', 'no-token', 'Send an access token: "Authorization: Bearer …".');
  return token;
}
