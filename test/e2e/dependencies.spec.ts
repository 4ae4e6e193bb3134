import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { providersFile, writeCarrierFiles, type Site } from '@arrears/dev';
import { layCable, startArrears, testServers, until, viaCable, type Arrears, type Cable } from '../support/index.js';

const names = ['cases', 'contacts', 'notifications'] as const;
type Name = (typeof names)[number];
type Server = 'postgres' | 'keys' | 'kafka' | 'temporal' | 'gate' | 'provider-sms';
/** Providers besides the one that is cut off. */
const otherProviders = ['sms-b', 'smpp', 'email', 'letter', 'voice'].map((id) => `provider-${id}`);
interface Dependencies {
  failing: string[];
  checks: { name: string }[];
}

const needs: Record<Name, Server[]> = {
  cases: ['postgres', 'keys', 'kafka', 'temporal'],
  contacts: ['postgres', 'keys', 'kafka'],
  notifications: ['postgres', 'keys', 'kafka', 'temporal', 'gate', 'provider-sms'],
};

/** The site's providers, the first one at another address. */
function providersVia(site: Site, url: string): string {
  writeCarrierFiles(site);
  const providers = JSON.parse(readFileSync(providersFile(site), 'utf8')) as { id: string }[];
  const path = join(site.dir, 'providers-via-cable.json');
  writeFileSync(path, JSON.stringify(providers.map((one) => (one.id === 'sms' ? { ...one, url } : one))), {
    mode: 0o600,
  });
  return path;
}

describe('a service whose surroundings fall away', () => {
  const cables = new Map<Server, Cable>();
  let arrears: Arrears;
  const cable = (server: Server): Cable => {
    const found = cables.get(server);
    if (found === undefined) throw new Error(`no cable to ${server}`);
    return found;
  };

  beforeAll(async () => {
    const { postgres, kafka, temporal } = testServers();
    for (const server of ['postgres', 'keys'] as const) cables.set(server, await layCable(new URL(postgres).host));
    cables.set('kafka', await layCable(kafka));
    cables.set('temporal', await layCable(temporal.address));
    arrears = await startArrears({
      env: async (site) => {
        cables.set('gate', await layCable(`127.0.0.1:${site.ports.contacts}`));
        cables.set('provider-sms', await layCable(`127.0.0.1:${site.ports.carriers}`));
        const environment = (name: Name) => ({
          DATABASE_URL: viaCable(site.databases.services[name], cable('postgres')),
          KEYS_DATABASE_URL: viaCable(site.databases.keys[name], cable('keys')),
          KAFKA_BROKERS: cable('kafka').address,
          TEMPORAL_ADDRESS: cable('temporal').address,
          CONTACTS_URL: `http://${cable('gate').address}`,
          PROVIDERS: providersVia(site, `http://${cable('provider-sms').address}`),
        });
        return {
          cases: environment('cases'),
          contacts: environment('contacts'),
          notifications: environment('notifications'),
        };
      },
    });
  });
  afterAll(async () => {
    for (const one of cables.values()) one.mend();
    await arrears.close();
    await Promise.all([...cables.values()].map((one) => one.close()));
  });

  const dependencies = async (name: Name): Promise<Dependencies> => {
    const answer = await fetch(`${arrears.urls[name]}/health/dependencies`);
    expect(answer.status).toBe(200);
    return (await answer.json()) as Dependencies;
  };
  const allWell = (): Promise<unknown> =>
    until(
      async () => (await Promise.all(names.map(dependencies))).every(({ failing }) => failing.length === 0),
      30_000,
      'everything to be found again',
    );

  it.each(names)('%s says what it needs', async (name) => {
    const { failing, checks } = await dependencies(name);
    expect(failing).toEqual([]);
    const more = name === 'notifications' ? otherProviders : [];
    expect(checks.map((check) => check.name)).toEqual([...needs[name], ...more]);
  });

  it.each<Server>(['postgres', 'keys', 'kafka', 'temporal', 'gate', 'provider-sms'])(
    'names %s, and nothing else, and stays ready',
    async (server) => {
      await allWell();
      cable(server).cut();
      try {
        for (const name of names) {
          const { failing } = await dependencies(name);
          expect({ name, failing }).toEqual({ name, failing: needs[name].includes(server) ? [server] : [] });
          expect((await fetch(`${arrears.urls[name]}/health/ready`)).status).toBe(200);
        }
      } finally {
        cable(server).mend();
      }
      await allWell();
    },
  );
});
