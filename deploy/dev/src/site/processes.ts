import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seeds, type Seeds } from '../identity/seeds.js';
import { carriersFile, providersFile, writeCarrierFiles } from './carriers.js';
import type { SiteDatabases } from './databases.js';
import { address, root, serviceNames, type ServiceName } from './names.js';
import type { Secrets } from './secrets.js';

/** Services with a Temporal worker: its SDK serves metrics of its own. */
export type WorkerName = 'cases' | 'notifications';
export type ProcessName = ServiceName | 'idp' | 'carriers';

/** One installation of Arrears on this machine: its folder, its servers, its names and ports. */
export interface Site {
  dir: string;
  kafka: string;
  temporal: { address: string; namespace: string };
  databases: SiteDatabases;
  secrets: Secrets;
  /** Before every topic; empty on a stack of its own. */
  topicPrefix: string;
  /** `notificationsReturns`: where mail for return addresses comes in. */
  ports: Record<SitePort, number>;
  /** Path of the clock file; absent for real time. */
  clock?: string;
  logLevel?: string;
}

export type SitePort =
  | ProcessName
  | `${ServiceName}Metrics`
  | `${WorkerName}SdkMetrics`
  | 'carriersSmpp'
  | 'carriersSmtp'
  | 'notificationsReturns';

export interface ProcessPlan {
  name: string;
  /** The program, a path of compiled JavaScript. */
  file: string;
  env: Record<string, string>;
}
export interface ServerPlan extends ProcessPlan {
  name: ProcessName;
  port: number;
  /** Further ports on which it listens. */
  morePorts?: number[];
  /** Answers 200 when the process can be used. */
  ready: string;
}

export const siteSeeds = ({ secrets }: Site): Seeds => seeds(secrets.password, secrets.clients);

/** What has to run, once, before the services start: the keys' database first. */
export function migrations(site: Site): ProcessPlan[] {
  return [
    {
      name: 'keys',
      file: join(root, 'libs/persistence/dist/migrate-keys.js'),
      env: { TZ: 'UTC', DATABASE_URL: site.databases.keysOwner, KEYS_DATABASE_URL: site.databases.keysOwner },
    },
    ...serviceNames.map((name) => ({ name, file: program(name, 'migrate'), env: serviceEnvironment(site, name) })),
  ];
}

/** The simulators: in processes of their own, outside the product. Writes what they and `notifications` read. */
export function simulators(site: Site): ServerPlan[] {
  const { dir, ports } = site;
  const seedsFile = join(dir, 'secrets', 'idp-seeds.json');
  writeFileSync(seedsFile, JSON.stringify(siteSeeds(site)), { mode: 0o600 });
  writeCarrierFiles(site);
  const server = (name: 'idp' | 'carriers', folder: string, env: Record<string, string>): ServerPlan => ({
    name,
    file: join(root, `deploy/dev/dist/${folder}/main.js`),
    env: { TZ: 'UTC', NODE_ENV: 'production', PORT: String(ports[name]), ...env },
    port: ports[name],
    ready: `${address(ports[name])}/health/live`,
  });
  return [
    server('idp', 'identity', {
      ISSUER: address(ports.idp),
      SEEDS: seedsFile,
      SIGNING_KEY: join(dir, 'secrets', 'idp-key.json'),
    }),
    {
      ...server('carriers', 'carriers', {
        DATA_DIR: join(dir, 'carriers'),
        CARRIERS: carriersFile(site),
        ...clockOf(site),
      }),
      morePorts: [ports.carriersSmpp, ports.carriersSmtp],
    },
  ];
}

export function services(site: Site): ServerPlan[] {
  return serviceNames.map((name) => ({
    name,
    file: program(name, 'main'),
    env: serviceEnvironment(site, name),
    port: site.ports[name],
    morePorts: name === 'notifications' ? [site.ports.notificationsReturns] : [],
    ready: `${address(site.ports[name])}/health/ready`,
  }));
}

const isWorker = (name: ServiceName): name is WorkerName => name === 'cases' || name === 'notifications';

/** The environment by which a service finds the rest; the chart sets the same names. */
export function serviceEnvironment(site: Site, name: ServiceName): Record<string, string> {
  const { ports, secrets, databases } = site;
  const client = `service-${name}`;
  return {
    TZ: 'UTC',
    NODE_ENV: 'production',
    LOG_LEVEL: site.logLevel ?? 'info',
    PORT: String(ports[name]),
    METRICS_PORT: String(ports[`${name}Metrics`]),
    ...(isWorker(name) && { TEMPORAL_METRICS_PORT: String(ports[`${name}SdkMetrics`]) }),
    DATABASE_URL: databases.services[name],
    KEYS_DATABASE_URL: databases.keys[name],
    KAFKA_BROKERS: site.kafka,
    KAFKA_TOPIC_PREFIX: site.topicPrefix,
    TEMPORAL_ADDRESS: site.temporal.address,
    TEMPORAL_NAMESPACE: site.temporal.namespace,
    OIDC_ISSUER: address(ports.idp),
    OIDC_AUDIENCE: 'arrears',
    OIDC_TOKEN_URL: `${address(ports.idp)}/token`,
    OIDC_CLIENT_ID: client,
    OIDC_CLIENT_SECRET: secrets.clients[client] ?? '',
    ARREARS_ID_KEY: secrets.idKey,
    ARREARS_MASTER_KEYS: secrets.masterKeys,
    ARREARS_CODEC_KEYS: secrets.codecKeys,
    CONTACTS_URL: address(ports.contacts),
    ...(name === 'notifications' ? { PROVIDERS: providersFile(site), BLOBS_PATH: join(site.dir, 'files') } : {}),
    ...clockOf(site),
  };
}

/** Programs that the build did not make: a start without one of them is a failure and says which. */
export function missingPrograms(site: Site): string[] {
  return [...migrations(site), ...simulators(site), ...services(site)]
    .map(({ file }) => file)
    .filter((file) => !existsSync(file));
}

const program = (name: ServiceName, what: 'main' | 'migrate'): string =>
  join(root, 'services', name, 'dist', `${what}.js`);
const clockOf = ({ clock }: Site): Record<string, string> => (clock ? { ARREARS_CLOCK: clock } : {});
