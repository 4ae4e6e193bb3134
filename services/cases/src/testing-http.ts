import { roles, type Actor } from '@arrears/auth';
import { createHealth, createMetrics, silentLogger } from '@arrears/observability';
import type { PersonKeys } from '@arrears/persistence';
import { buildApp, type BuiltApp } from '@arrears/service';
import { casesModule } from './module.js';
import type { Bench } from './testing.js';
import type { GatePreview } from './timeline/gate-preview.js';

/** A token is `role.agreement.name`, the last two left out as needed: how tokens are checked is proven in @arrears/auth. */
const verifier = {
  verify: (token: string): Promise<Actor> => {
    const [role = '', agreement = '', name = role] = token.split('.');
    const scope = { agreements: agreement === '' ? ('all' as const) : [agreement] };
    return Promise.resolve({ sub: `sub-${name}`, roles: roles.filter((one) => one === role), scope });
  },
};

/** The HTTP edge of the service on a bench, for tests. */
export function openHttp(bench: Bench, gate?: GatePreview): Promise<BuiltApp> {
  const { database, ledger } = bench;
  const personKeys = { day: {} } as PersonKeys;
  return buildApp({
    name: 'cases',
    version: '1',
    module: casesModule({ database, ledger, personKeys, ...(gate === undefined ? {} : { gate }) }),
    api: true,
    verifier,
    log: silentLogger,
    metrics: createMetrics(),
    health: createHealth(),
  });
}

let keys = 0;
export const as = (token: string) => ({ authorization: `Bearer ${token}` });
export const command = (token: string) => ({ ...as(token), 'idempotency-key': `key-of-command-${(keys += 1)}` });
