import { SetMetadata, createParamDecorator, type CustomDecorator, type ExecutionContext } from '@nestjs/common';
import type { Actor } from './actor.js';
import type { Action } from './can.js';
import type { Role } from './roles.js';

/** What a route asks of its caller. A route that says nothing is closed to everybody. */
export type Access =
  | { kind: 'action'; action: Action }
  | { kind: 'roles'; roles: readonly Role[] }
  | { kind: 'authenticated' }
  | { kind: 'open'; because: string };

export const accessKey = 'arrears:access';

const access = (value: Access): CustomDecorator => SetMetadata(accessKey, value);

/** Open to the roles that the table `can` gives this action. The usual way. */
export const Allow = (action: Action): CustomDecorator => access({ kind: 'action', action });
/** Open to these roles, for what is no action of the table. */
export const Roles = (...roles: Role[]): CustomDecorator => access({ kind: 'roles', roles });
export const ServiceOnly = (): CustomDecorator => Roles('service');
/** Open to whoever has a valid token. */
export const Authenticated = (): CustomDecorator => access({ kind: 'authenticated' });
/** Open without a token, with the reason in the code: a provider's receipt, which is signed. */
export const Open = (because: string): CustomDecorator => access({ kind: 'open', because });

export interface RequestWithActor {
  actor?: Actor;
}

/** Parameter of a handler: who asks. Only an `@Open` route has nobody, and must not ask. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const actor = context.switchToHttp().getRequest<RequestWithActor>().actor;
  if (actor === undefined) throw new Error('an open route has no actor');
  return actor;
});
