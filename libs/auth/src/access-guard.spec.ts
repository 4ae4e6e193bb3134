import { describe, expect, it } from '@jest/globals';
import type { ExecutionContext } from '@nestjs/common';
import { Allow, Authenticated, Open, Roles, ServiceOnly } from './access.js';
import { AccessGuard, byBearerToken } from './access-guard.js';
import { AccessRefused } from './access-refused.js';
import type { Actor } from './actor.js';
import { roles, type Role } from './roles.js';

class Routes {
  @Allow('journal.read')
  journal() {}
  @Roles('supervisor', 'sre')
  some() {}
  @ServiceOnly()
  machine() {}
  @Authenticated()
  anybody() {}
  @Open('signed')
  open() {}
  forgotten() {}
}
@Allow('parked.read')
class Desk {
  list() {}
  @Authenticated()
  count() {}
}

const verifier = {
  verify: async (token: string): Promise<Actor> => ({ sub: 's', roles: [token as Role], scope: { agreements: [] } }),
};
const guard = new AccessGuard(byBearerToken(verifier));
type Request = { headers: { authorization?: string }; actor?: Actor };

async function ask(type: new () => object, method: string, request: Request): Promise<string> {
  const handler = (type.prototype as Record<string, unknown>)[method];
  const context = {
    getHandler: () => handler,
    getClass: () => type,
    switchToHttp: () => ({ getRequest: () => request }),
  } as unknown as ExecutionContext;
  return guard.canActivate(context).then(
    () => 'in',
    (failure: unknown) => (failure instanceof AccessRefused ? failure.reason : 'broken'),
  );
}
const as = (role: Role): Request => ({ headers: { authorization: `Bearer ${role}` } });
const admitted = async (type: new () => object, method: string) => {
  const answers = await Promise.all(roles.map((role) => ask(type, method, as(role))));
  return roles.filter((_, index) => answers[index] === 'in');
};

describe('the guard before every route', () => {
  it('lets in whom the decorator names', async () => {
    expect(await admitted(Routes, 'some')).toEqual(['supervisor', 'sre']);
    expect(await admitted(Routes, 'machine')).toEqual(['service']);
    expect(await admitted(Routes, 'journal')).toEqual([
      'supervisor',
      'manager',
      'headOffice',
      'legal',
      'compliance',
      'auditor',
    ]);
    expect(await admitted(Routes, 'anybody')).toEqual([...roles]);
  });

  it('lets nobody into a route that names nobody', async () => {
    expect(await admitted(Routes, 'forgotten')).toEqual([]);
    expect(await ask(Routes, 'forgotten', as('headOffice'))).toBe('closed-route');
  });

  it('takes the decorator of the class, unless the method has its own', async () => {
    expect(await admitted(Desk, 'list')).toEqual(['admin', 'supervisor', 'auditor', 'sre']);
    expect(await admitted(Desk, 'count')).toEqual([...roles]);
  });

  it('asks for no token only where the code says why', async () => {
    expect(await ask(Routes, 'open', { headers: {} })).toBe('in');
    expect(await ask(Routes, 'anybody', { headers: {} })).toBe('no-token');
  });

  it.each(['Basic abc', 'Bearer', 'Bearer a b', 'Bearer <x>', 'bearer'])(
    'sees no token in %j',
    async (authorization) => {
      expect(await ask(Routes, 'anybody', { headers: { authorization } })).toBe('no-token');
    },
  );

  it('hands the actor to the route', async () => {
    const request = as('sre');
    await ask(Routes, 'some', request);
    expect(request.actor).toEqual({ sub: 's', roles: ['sre'], scope: { agreements: [] } });
  });
});
