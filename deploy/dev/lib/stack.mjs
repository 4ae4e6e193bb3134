import { watch as watchFiles } from 'node:fs';
import { join } from 'node:path';
import { openDataFolder } from './data-folder.mjs';
import { build, install } from './install.mjs';
import { listenForStop } from './interrupt.mjs';
import { startOptions } from './options.mjs';
import { root } from './paths.mjs';
import { layout } from './ports.mjs';
import { say, step } from './progress.mjs';
import { removeRuntime, writeRuntime } from './runtime-file.mjs';
import { startServers, stopServers } from './servers.mjs';
import { clockPackage, devPackage, migrate, prepareSite, runtimeOf } from './site.mjs';
import { supervisor } from './supervisor.mjs';
import { explain } from './trouble.mjs';

/** The servers and simulators and, for `npm run dev`, the services with a restart when their code changes. */
export async function runStack({ withServices }) {
  const interrupted = listenForStop();
  let cleanUp = async () => {};
  const life = async () => {
    const options = startOptions(process.argv.slice(2));
    const { dir } = options;
    await step('Packages', install);
    await step('Build', () => build(withServices ? undefined : 'deploy/dev'));
    const folder = await openDataFolder(dir, options);
    const watch = supervisor({ dir, processes: folder.processes });
    cleanUp = () => stopAll({ folder, watch, dir });
    removeRuntime(dir);
    const ports = layout(options.port);
    const servers = await startServers({ dir, ports, password: folder.password, processes: folder.processes });
    const site = await step('Databases, topics, namespace, clock', () =>
      prepareSite({ dir, ports, servers, day: options.day }),
    );
    const dev = await devPackage();
    await step('Identity provider and carriers', () =>
      Promise.all(dev.simulators(site).map(watch.start)).then(() => undefined),
    );
    if (withServices) {
      await step('Migrations', () => migrate(dev.migrations(site)));
      await step('Services', () => Promise.all(dev.services(site).map(watch.start)).then(() => undefined));
      restartOnChange(watch, dev.serviceNames);
    }
    const content = await runtimeOf(site, {
      ready: true,
      running: watch.names(),
      temporalUi: !process.env.TEMPORAL_ADDRESS,
    });
    say(
      `\n${JSON.stringify({ ...content, users: undefined, clients: undefined }, null, 2)}\n\nAll of it, with logins: ${writeRuntime(dir, content)}\nCtrl-C stops.`,
    );
    return watch.failed;
  };
  const failure = await Promise.race([
    life().then(
      () => undefined,
      (error) => error,
    ),
    interrupted,
  ]);
  if (failure) explain(failure);
  await cleanUp().catch(explain);
  process.exit(failure ? 1 : 0);
}

async function stopAll({ folder, watch, dir }) {
  say('\nStopping …');
  removeRuntime(dir);
  watch.quit();
  (await clockPackage()).stopClock(join(dir, 'clock.json'));
  await watch.stop(['console', 'cases', 'contacts', 'notifications']);
  await watch.stop();
  await stopServers(folder.processes);
  folder.close();
}

/** After a change below a service that one is started again; after one in a library or workflow, all are. */
function restartOnChange(watch, serviceNames) {
  const changed = new Set();
  let timer;
  let busy = false;
  const work = async () => {
    if (busy) return schedule();
    busy = true;
    const names = serviceNames.filter((name) => changed.has(name) || changed.has('all'));
    changed.clear();
    try {
      await step('Build after a change', () => build());
      await step(`Restart of ${names.join(', ')}`, () => Promise.all(names.map(watch.restart)).then(() => undefined));
    } catch (error) {
      explain(error);
    }
    busy = false;
  };
  const schedule = () => {
    clearTimeout(timer);
    timer = setTimeout(work, 300);
  };
  for (const folder of ['libs', 'workflows', 'services']) {
    watchFiles(join(root, folder), { recursive: true }, (_event, name) => {
      if (
        !name ||
        !/\.(tsx?|css|html|sql|json|ya?ml)$/.test(name) ||
        /(^|\/)(dist|node_modules)\/|\.spec\.ts$/.test(name)
      )
        return;
      changed.add(folder === 'services' ? name.split('/')[0] : 'all');
      schedule();
    });
  }
}
