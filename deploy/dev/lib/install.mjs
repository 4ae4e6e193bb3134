import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeBinary, root, toolEnvironment } from './paths.mjs';
import { run } from './run.mjs';
import { trouble } from './trouble.mjs';

const stamp = join(root, 'node_modules', '.arrears-lock');

/** Installs the packages if the lock file is another than the one they were installed from. */
export async function install(note = () => {}) {
  const lock = readFileSync(join(root, 'package-lock.json'));
  const hash = createHash('sha256').update(lock).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return 'as locked';
  if (!agrees(JSON.parse(lock))) {
    note('npm ci, a minute or two the first time');
    const { code, output } = await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: root, env: toolEnvironment() });
    if (code === 127) throw trouble('npm is not on the path: install Node.js 20 or newer with npm, then start again.');
    if (code !== 0) {
      process.stderr.write(output.split('\n').slice(-25).join('\n'));
      throw trouble(
        'The packages could not be installed (npm ci, see above): check the network or the registry set in .npmrc, then start again.',
      );
    }
  }
  writeFileSync(stamp, hash);
  return 'installed';
}

/** Whether what npm says it installed is what the lock file wants: then someone ran `npm ci` by hand. */
function agrees(lock) {
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  const there = JSON.parse(readFileSync(installed, 'utf8')).packages;
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (!path.startsWith('node_modules/') || wanted.link) return true;
    const found = there[path];
    return found ? found.version === wanted.version : wanted.optional === true;
  });
}

/**
 * Compiles every workspace, or the named one with what it needs. The whole build then runs what a workspace makes
 * besides (the workflow bundle), by Nx, which takes from its cache what has not changed.
 */
export async function build(project) {
  const compiler = join(root, 'node_modules', 'ts7', 'bin', 'tsc');
  await make(nodeBinary(), [compiler, '-b', ...(project ? [project] : [])]);
  if (project) return;
  const env = toolEnvironment({ NX_TUI: 'false', CI: 'true' });
  await make(
    nodeBinary(),
    [join(root, 'node_modules', 'nx', 'dist', 'bin', 'nx.js'), 'run-many', '-t', 'build', '--outputStyle=static'],
    env,
  );
}

async function make(command, args, env = toolEnvironment()) {
  const { code, output } = await run(command, args, { cwd: root, env });
  if (code === 0) return;
  process.stderr.write(output);
  throw trouble('The build failed: it says above where.');
}
