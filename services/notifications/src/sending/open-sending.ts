import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '@arrears/clock';
import type { Database } from '@arrears/persistence';
import { openProviders } from '../providers/open-providers.js';
import type { ProviderPort } from '../providers/ports.js';
import { sharedPace } from './pace.js';
import { providersOf, type Providers } from './providers.js';

export interface Sending {
  ports: readonly ProviderPort[];
  /** The same, with their pace over all processes and a breaker each. */
  providers: Providers;
  receiptSecrets: ReadonlyMap<string, string>;
  channelOf: (provider: string) => ProviderPort['channel'] | undefined;
}

/**
 * The providers of this installation. Opens no connection yet.
 * @param path of the file that `PROVIDERS` names
 * @throws ProvidersError
 */
export function openSending(path: string, { db, clock }: { db: Database; clock: Clock }): Sending {
  const { ports, receiptSecrets } = openProviders(path, clock);
  const now = () => clock.realNow();
  const paceOf = ({ id: provider, ratePerSecond: perSecond }: ProviderPort) =>
    sharedPace(db, { provider, perSecond, now, sleep: (ms) => sleep(ms) });
  return {
    ports,
    receiptSecrets,
    providers: providersOf(ports, { now, paceOf }),
    channelOf: (provider) => ports.find(({ id }) => id === provider)?.channel,
  };
}
