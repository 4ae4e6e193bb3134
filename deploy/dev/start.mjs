/** `npm start`: from a bare clone to a running Arrears, and back to nothing at Ctrl-C. Node's own modules until `npm ci` is done. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openDataFolder } from './lib/data-folder.mjs';
import { follow } from './lib/follow.mjs';
import { build, install } from './lib/install.mjs';
import { listenForStop, stopAsked } from './lib/interrupt.mjs';
import { startOptions, usage } from './lib/options.mjs';
import { root } from './lib/paths.mjs';
import { layout } from './lib/ports.mjs';
import { say, seconds, step } from './lib/progress.mjs';
import { removeRuntime, writeRuntime } from './lib/runtime-file.mjs';
import { startServers, stopServers } from './lib/servers.mjs';
import { clockPackage, devPackage, migrate, prepareSite, runtimeOf } from './lib/site.mjs';
import { supervisor } from './lib/supervisor.mjs';
import { explain, trouble } from './lib/trouble.mjs';
import { welcome } from './lib/welcome.mjs';

const begun = Date.now();
const interrupted = listenForStop();
let cleanUp = async () => {};

async function start(options) {
  await step('Packages', install);
  await step('Build', () => build());
  const { dir } = options;
  const folder = await openDataFolder(dir, options);
  const watch = supervisor({ dir, processes: folder.processes });
  const clockFile = join(dir, 'clock.json');
  cleanUp = () => stopAll({ folder, watch, dir, clockFile });
  removeRuntime(dir);

  const ports = layout(options.port);
  const servers = await startServers({ dir, ports, password: folder.password, processes: folder.processes });
  const site = await step('Databases, topics, namespace, clock', () =>
    prepareSite({
      ...{ dir, ports, servers, day: firstDay(options, clockFile) },
      // Where the debtors of the demo portfolio live.
      ...(options.demo ? { timeZone: 'Asia/Taipei' } : {}),
    }),
  );
  const dev = await devPackage();
  const missing = dev.missingPrograms(site);
  if (missing.length > 0)
    throw trouble(`The build did not make ${missing.map((file) => file.slice(root.length + 1)).join(', ')}.`);
  await step('Migrations', () => migrate(dev.migrations(site)));
  await step('Identity provider and carriers', () =>
    Promise.all(dev.simulators(site).map(watch.start)).then(() => undefined),
  );
  await step('Services', () => Promise.all(dev.services(site).map(watch.start)).then(() => undefined));

  const running = watch.names();
  const temporalUi = !process.env.TEMPORAL_ADDRESS;
  const runtime = writeRuntime(dir, await runtimeOf(site, { ready: false, running, temporalUi }));
  if (options.demo) await step('Simulated bank', () => startBank({ watch, site, runtime, options }));
  const content = await runtimeOf(site, { ready: true, running, temporalUi });
  writeRuntime(dir, content);
  welcome({ content, dir, options, took: seconds(begun) });
  return watch.failed;
}

/** The demo's days are short; without it, and on data that has a clock already, time is left as it is. */
function firstDay({ day, demo }, clockFile) {
  if (day !== undefined) return day;
  return demo && !existsSync(clockFile) ? 60 : undefined;
}

async function startBank({ watch, site, runtime, options }) {
  const env = { TZ: 'UTC', RUNTIME: runtime, ARREARS_CLOCK: site.clock, KAFKA_TOPIC_PREFIX: site.topicPrefix };
  if (options.accounts) env.ACCOUNTS = String(options.accounts);
  if (options.portfolio) env.PORTFOLIO = options.portfolio;
  await watch.start({ name: 'bank', file: join(root, 'deploy/dev/dist/bank/main.js'), env, mayEnd: true });
  follow(watch.log('bank'), (line) => say(`bank: ${line}`));
}

/** In order: who brings work first, then who does it, then what they lean on. Business time stands still meanwhile. */
async function stopAll({ folder, watch, dir, clockFile }) {
  say('\nStopping …');
  removeRuntime(dir);
  watch.quit();
  await watch.stop(['bank']);
  if (existsSync(clockFile)) (await clockPackage()).stopClock(clockFile);
  await watch.stop(['console', 'cases', 'contacts', 'notifications']);
  await watch.stop();
  await stopServers(folder.processes);
  folder.close();
  say('Stopped. Start again to go on where it stopped.');
}

async function main() {
  const options = startOptions(process.argv.slice(2));
  if (options.help) return say(usage);
  const life = start(options);
  const failure = await Promise.race([
    life.then(
      () => undefined,
      (error) => error,
    ),
    interrupted,
  ]);
  // After a Ctrl-C in the middle of a step, that step comes to its end first: what it started is then known.
  if (stopAsked()) await Promise.race([life.catch(() => {}), new Promise((done) => setTimeout(done, 15_000).unref())]);
  if (failure) explain(failure);
  await cleanUp();
  process.exitCode = failure ? 1 : 0;
}

await main().catch((error) => {
  explain(error);
  process.exitCode = 1;
});
process.exit();
