/** `npm test`: everything continuous integration needs, in order, with one summary. `test.mjs checks|unit|service|e2e [NAME]` runs a part. */
import { join } from 'node:path';
import { build, install } from './lib/install.mjs';
import { listenForStop, stopAsked } from './lib/interrupt.mjs';
import { runJest } from './lib/jest.mjs';
import { root } from './lib/paths.mjs';
import { say, seconds, step } from './lib/progress.mjs';
import { run } from './lib/run.mjs';
import { s3Server } from './lib/s3.mjs';
import { startTestServers, temporaryFolder, testEnvironment } from './lib/test-servers.mjs';
import { testServer } from './lib/test-server.mjs';
import { explain, trouble } from './lib/trouble.mjs';

const begun = Date.now();
const cached = (name) => ['--cache', '--cache-location', join(root, 'node_modules', '.cache', `arrears-${name}`)];
/** npm scripts, each one check: it passes when it ends with 0. What they cache makes a second run faster. */
const checks = {
  format: ['format:check', '--', ...cached('prettier')],
  lint: ['lint', '--', '--max-warnings', '0', '--cache-strategy', 'content', ...cached('eslint')],
  boundaries: ['boundaries'],
  types: ['types'],
};
const all = ['checks', 'unit', 'service', 'e2e'];

const tally = [];
const count = (name, start, { passed = 0, failed = 0, skipped = 0, output = '' }) => {
  tally.push({ name, took: seconds(start), passed, failed, skipped });
  if (failed > 0) say(`\n── ${name} ──\n${output.trimEnd()}\n`);
};

async function check(name, env) {
  const start = Date.now();
  await step(title(name), async () => {
    const { code, output } = await run('npm', ['run', '--silent', ...checks[name]], { cwd: root, env });
    count(name, start, code === 0 ? { passed: 1 } : { failed: 1, output });
    return { failed: code !== 0 };
  });
}

async function suite(name, { dir, env, filter }) {
  const start = Date.now();
  await step(title(name), async (tell) => {
    const result = await runJest(name, { dir, env, filter, note: tell });
    count(name, start, result);
    const note = `${result.passed} passed${result.failed ? `, ${result.failed} failed` : ''}`;
    return { failed: result.failed > 0, note };
  });
}

/** The programs that services and end-to-end tests run; whether there are any. */
async function tryBuild(counted) {
  const start = Date.now();
  try {
    await step('Build', () => build());
    if (counted) count('build', start, { passed: 1 });
    return true;
  } catch (error) {
    if (error.name !== 'Trouble') throw error;
    count('build', start, { failed: 1, output: error.message });
    return false;
  }
}

const title = (name) => name[0].toUpperCase() + name.slice(1);

async function runAll(parts, filter) {
  await step('Packages', install);
  const folder = temporaryFolder();
  let servers;
  try {
    let timeSkipping;
    await step('Time-skipping server', async (note) => {
      timeSkipping = await testServer(folder.dir, note);
    });
    const env = testEnvironment(folder.dir, timeSkipping);
    if (parts.includes('checks')) for (const name of Object.keys(checks)) await check(name, env);
    const built = parts.join() === 'unit' || (await tryBuild(parts.includes('checks')));
    if (parts.includes('unit')) await suite('unit', { dir: folder.dir, env, filter });
    const onServers = parts.filter((part) => part === 'service' || part === 'e2e');
    if (onServers.length === 0 || !built) return;
    const withFiles = onServers.includes('service') && (filter === undefined || filter.includes('blobs'));
    if (withFiles) await step('S3 server', async (note) => void (await s3Server(note)));
    servers = await startTestServers(folder.dir, timeSkipping);
    for (const part of onServers) await suite(part, { dir: folder.dir, env: { ...env, ...servers.env }, filter });
  } finally {
    await servers?.stop();
    await folder.remove();
  }
}

function summary() {
  const sum = (field) => tally.reduce((total, part) => total + part[field], 0);
  say();
  for (const { name, took, passed, failed, skipped } of tally) {
    say(
      `${failed > 0 ? '✗' : '✓'} ${name.padEnd(12)} ${String(passed).padStart(5)} passed ${String(failed).padStart(3)} failed ${String(skipped).padStart(3)} skipped  ${took.padStart(12)}`,
    );
  }
  say(`in ${seconds(begun)}`);
  say(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
  return sum('failed') === 0 && sum('passed') > 0;
}

async function main() {
  const [part, ...filter] = process.argv.slice(2);
  if (part !== undefined && !all.includes(part))
    throw trouble(`There is no part "${part}": choose ${all.join(', ')}, or none for all.`);
  void listenForStop();
  try {
    await runAll(part ? [part] : all, filter.join(' ') || undefined);
  } catch (error) {
    if (!stopAsked()) explain(error);
    tally.push({ name: 'run', took: seconds(begun), passed: 0, failed: 1, skipped: 0 });
  }
  const good = summary();
  process.exit(stopAsked() ? 130 : good ? 0 : 1);
}

await main().catch((error) => {
  explain(error);
  process.exit(1);
});
