import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone's root folder. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/** Where fetched servers are kept between clones: `ARREARS_TOOLS`, else `arrears` in the user's cache folder. */
export function toolsDir() {
  if (process.env.ARREARS_TOOLS) return resolve(process.env.ARREARS_TOOLS);
  const cache =
    process.env.XDG_CACHE_HOME ??
    (process.platform === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache'));
  return join(cache, 'arrears');
}

/** The Node that runs our own processes: the packaged 24 where the registry has one for this machine. */
export function nodeBinary() {
  const packaged = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  return existsSync(packaged) ? packaged : process.execPath;
}

/** What every process of ours is started with: kafkajs computes a negative pause, which Node 24 tells and nobody needs. */
export const nodeArguments = () => (nodeBinary().startsWith(root) ? ['--disable-warning=TimeoutNegativeWarning'] : []);

/** Environment for our own tools: the packages' commands and the packaged Node come first. */
export function toolEnvironment(more = {}) {
  const paths = [dirname(nodeBinary()), join(root, 'node_modules', '.bin'), process.env.PATH ?? ''];
  return { ...process.env, TZ: 'UTC', NX_DAEMON: 'false', ...more, PATH: paths.join(delimiter) };
}
