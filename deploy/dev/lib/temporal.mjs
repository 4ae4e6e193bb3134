import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { nodeBinary, root, toolsDir, toolEnvironment } from './paths.mjs';
import { waitForPort } from './ports.mjs';
import { startDetached } from './processes.mjs';
import { run, runFor } from './run.mjs';
import { trouble } from './trouble.mjs';

export const cliVersion = 'v1.5.1';
/** Worker deployments and update-with-start behave as our tests expect from this server on. */
const oldestServer = [1, 29];

/** One Temporal dev server with its database in `DIR/temporal.db`. Returns the started process. */
export async function startTemporal({ dir, port, uiPort, namespace, log, note }) {
  const cli = await temporalCli(note);
  const args = [
    'server',
    'start-dev',
    '--ip',
    '127.0.0.1',
    '--port',
    String(port),
    '--namespace',
    namespace,
    '--log-level',
    'error',
  ];
  args.push(
    '--db-filename',
    join(dir, 'temporal.db'),
    '--sqlite-pragma',
    'journal_mode=wal',
    '--sqlite-pragma',
    'synchronous=1',
  );
  args.push(...(uiPort ? ['--ui-ip', '127.0.0.1', '--ui-port', String(uiPort)] : ['--headless']));
  for (const name of ['CaseStage', 'Branch', 'CodeVersion']) args.push('--search-attribute', `${name}=Keyword`);
  // Without it the server rounds timers by up to a second, which is a long time on a scaled clock.
  args.push('--dynamic-config-value', 'history.timerProcessorMaxTimeShift="10ms"');
  const server = startDetached(cli, args, { log, cwd: dir });
  await waitForPort(port, 'Temporal', { alive: server.alive, log });
  return server;
}

/** The `temporal` command: the one asked for, on the path, cached, the SDK's download, or built from source. */
export async function temporalCli(note = () => {}) {
  if (process.env.TEMPORAL_CLI) {
    if (await isNewEnough(process.env.TEMPORAL_CLI)) return process.env.TEMPORAL_CLI;
    throw trouble(
      `TEMPORAL_CLI (${process.env.TEMPORAL_CLI}) is not a temporal command with server ${oldestServer.join('.')} or newer: correct or unset it.`,
    );
  }
  if (await isNewEnough('temporal')) return 'temporal';
  const folder = join(toolsDir(), `temporal-${cliVersion}`);
  const cached = join(folder, 'temporal');
  if (existsSync(cached)) return cached;
  mkdirSync(folder, { recursive: true });
  return (await downloaded(folder, note)) ?? (await built(folder, cached, note));
}

async function isNewEnough(cli) {
  const { code, output } = await run(cli, ['--version']);
  const server = /Server (\d+)\.(\d+)/.exec(output);
  if (code !== 0 || !server) return false;
  const [major, minor] = [Number(server[1]), Number(server[2])];
  return major > oldestServer[0] || (major === oldestServer[0] && minor >= oldestServer[1]);
}

/** Lets the SDK fetch the CLI (it checks the version it asked for) by starting a server once; undefined if it can't. */
async function downloaded(folder, note) {
  note('fetching the Temporal CLI');
  const testing = pathToFileURL(join(root, 'node_modules/@temporalio/testing/lib/index.js')).href;
  const script = `
    import testing from ${JSON.stringify(testing)};
    const env = await testing.TestWorkflowEnvironment.createLocal({ server: { executable: {
      type: 'cached-download', version: ${JSON.stringify(cliVersion)}, downloadDir: ${JSON.stringify(folder)} } } });
    await env.teardown();
    process.exit(0);`;
  await runFor(120_000, nodeBinary(), ['--input-type=module', '-e', script], { cwd: root, env: toolEnvironment() });
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    if (await isNewEnough(file)) return file;
  }
  return undefined;
}

async function built(folder, cached, note) {
  note(`building the Temporal CLI from source for ${platform()} ${arch()}, about four minutes, once`);
  const source = `github.com/temporalio/cli/cmd/temporal@${cliVersion}`;
  const { code, output } = await run('go', ['install', source], { env: { ...process.env, GOBIN: folder } });
  if (code === 0) return cached;
  if (code !== 127) process.stderr.write(output.split('\n').slice(-5).join('\n'));
  throw trouble(
    'The Temporal CLI could not be fetched: install it (https://docs.temporal.io/cli) so that "temporal" is on the path or named in TEMPORAL_CLI, or install Go 1.24 or newer, then start again.',
  );
}
