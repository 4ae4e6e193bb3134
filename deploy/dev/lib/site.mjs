import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { nodeBinary, root } from './paths.mjs';
import { run } from './run.mjs';
import { trouble } from './trouble.mjs';

// kafkajs computes a negative pause when nothing waits, and Node 24 says so: it means nothing to whoever starts us.
process.removeAllListeners('warning');
process.on('warning', (warning) => {
  if (warning.name !== 'TimeoutNegativeWarning') process.stderr.write(`${warning.name}: ${warning.message}\n`);
});

/** The compiled part of the local stack; there is none before the build. */
export const devPackage = () => import(pathToFileURL(join(root, 'deploy/dev/dist/index.js')).href);
export const clockPackage = () => import(pathToFileURL(join(root, 'libs/clock/dist/index.js')).href);

/** Databases, topics, namespace and clock of one data folder: what is missing is made. Returns the site. */
export async function prepareSite({ dir, ports, servers, topicPrefix = '', day, timeZone }) {
  const dev = await devPackage();
  const clock = await clockPackage();
  const secrets = dev.loadSecrets(dir);
  const [databases] = await Promise.all([
    dev.createDatabases(servers.postgres, '', secrets.databases),
    dev.createTopics(servers.kafka, topicPrefix),
    dev.ensureNamespace(servers.temporal.address, servers.temporal.namespace),
  ]);
  const clockFile = join(dir, 'clock.json');
  clock.startClock(clockFile, day === undefined ? {} : { speed: clock.speedOfDay(day) });
  return {
    dir,
    kafka: servers.kafka,
    temporal: servers.temporal,
    databases,
    secrets,
    topicPrefix,
    ports,
    clock: clockFile,
    logLevel: process.env.LOG_LEVEL,
    timeZone,
  };
}

/** What `runtime.json` says of a site; services and simulators only where they run. */
export async function runtimeOf(site, { ready, running, temporalUi }) {
  const { address, serviceNames, siteSeeds } = await devPackage();
  const { users, clients } = siteSeeds(site);
  const idp = running.includes('idp');
  return {
    urls: {
      ...Object.fromEntries(running.map((name) => [name, address(site.ports[name])])),
      ...(temporalUi ? { temporalUi: address(site.ports.temporalUi) } : {}),
    },
    kafka: site.kafka,
    temporal: site.temporal,
    postgres: Object.fromEntries(serviceNames.map((name) => [name, site.databases.services[name]])),
    ...(idp
      ? {
          tokenUrl: `${address(site.ports.idp)}/token`,
          users: users.map(({ username, password, roles }) => ({ username, password, roles })),
        }
      : {}),
    ...(idp
      ? { clients: clients.map(({ clientId, clientSecret, roles }) => ({ clientId, clientSecret, roles })) }
      : {}),
    ready,
  };
}

/** Runs the migrations of a site, the keys' first; throws a trouble with the end of what one of them said. */
export async function migrate([keys, ...services]) {
  await migrateOne(keys);
  await Promise.all(services.map(migrateOne));
}

async function migrateOne({ name, file, env }) {
  const { code, output } = await run(nodeBinary(), [file], { cwd: root, env: { ...process.env, ...env } });
  if (code === 0) return;
  process.stderr.write(output.split('\n').slice(-15).join('\n'));
  throw trouble(`The migration of ${name} failed (see above).`);
}
