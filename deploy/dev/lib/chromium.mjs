import { existsSync } from 'node:fs';
import { run } from './run.mjs';
import { trouble } from './trouble.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
/** With a font for Chinese: without one the pages under test would be empty boxes. */
const packages = ['chromium', 'fonts-noto-cjk'];

/** Path of the browser that tests look at the console with: `CHROMIUM`, one on the path, or Debian's, installed now. */
export async function chromium(note = () => {}) {
  const { CHROMIUM: named } = process.env;
  if (named) {
    if (existsSync(named)) return named;
    throw trouble(`CHROMIUM (${named}) does not exist: correct or unset it.`);
  }
  return (await onPath()) ?? (await installed(note));
}

async function onPath() {
  for (const name of names) {
    const { code, output } = await run('sh', ['-c', `command -v ${name}`]);
    if (code === 0) return output.trim();
  }
  return undefined;
}

async function installed(note) {
  const remedy = `install Chromium and a font for Chinese (on Debian: apt-get install ${packages.join(' ')}), or name a Chromium in CHROMIUM, then start again.`;
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version'))
    throw trouble(`The browser tests need Chromium: ${remedy}`);
  note('installing Chromium from Debian, about a minute, once');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const steps = [
    ['update', '-q'],
    ['install', '-q', '-y', '--no-install-recommends', ...packages],
  ];
  for (const step of steps) {
    const { code, output } = await run('apt-get', step, { env });
    if (code === 0) continue;
    process.stderr.write(output.split('\n').slice(-10).join('\n'));
    throw trouble(`Chromium could not be installed (see above): ${remedy}`);
  }
  const found = await onPath();
  if (found) return found;
  throw trouble(`Chromium was installed but is not on the path: ${remedy}`);
}
