/**
 * `npm run mutants [-- PART|FILE…]`: mutation tests of the rule engine and the gate. A mutant is one small change to the code
 * that some test must notice; a part fails when less than 90 % are noticed. `docs/mutants.md` says why the others are not.
 */
import { readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { install } from './lib/install.mjs';
import { root } from './lib/paths.mjs';
import { say, seconds } from './lib/progress.mjs';
import { explain, trouble } from './lib/trouble.mjs';

/** Ignored by git. */
const output = 'test/mutants';
/** Percent of the mutants of a part. */
const enough = 90;

/** Files of the gate that read no store, no clock and no request: what it decides, they decide. */
const decisions = [
  ...['batch', 'channels', 'gate', 'grant', 'holidays', 'limits', 'own-rules', 'packs', 'purposes', 'rule-facts'].map(
    (file) => `gate/${file}`,
  ),
  ...['consents/consent', 'inbound/inbound', 'merges/groups', 'persons/person-values', 'persons/status'],
  ...['rules/shadow', 'settle/settle', 'stop-orders/stop-order'],
  ...['third-parties/third-party', 'third-parties/unreachable'],
];
const parts = {
  compliance: {
    package: 'libs/compliance',
    mutate: ['libs/compliance/src/*.ts', '!**/*.spec.ts', '!**/testing.ts'],
    // What tests the packs that ship, and the great fuzz, would only notice more, in a longer time.
    without: /\/(packs|fuzz|ordinary|parts|removal)\.spec\.ts$/,
  },
  gate: {
    package: 'services/contacts',
    mutate: decisions.map((file) => `services/contacts/src/${file}.ts`),
    without: /\.servers\.spec\.ts$/,
  },
};

/** Parts, or files of theirs. */
function chosen(names) {
  if (names.length === 0) return Object.entries(parts).map(([name, part]) => ({ name, part, said: name }));
  return names.map((said) => {
    if (parts[said]) return { name: said, part: parts[said], said };
    const file = relative(root, resolve(root, said));
    const [found] = Object.entries(parts).filter(([, part]) => file.startsWith(`${part.package}/src/`));
    if (!found)
      throw trouble(`There is no part "${said}": choose ${Object.keys(parts).join(', ')}, or a file of theirs.`);
    const [name, part] = found;
    return { name, part: { ...part, mutate: [file] }, said: file };
  });
}

/** Tests that name what they expect come first: those that search for it take longer. */
function specsOf(part) {
  const slow = (file) => Number(file.includes('.property.'));
  return readdirSync(join(root, part.package, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.spec.ts') && !part.without.test(`/${file}`))
    .sort((one, other) => slow(one) - slow(other) || (one < other ? -1 : 1))
    .map((file) => `${part.package}/src/${file}`);
}

async function test(name, part) {
  const { Stryker } = await import('@stryker-mutator/core');
  const { default: jest } = await import('../../jest.config.mjs');
  const [[, swc]] = Object.values(jest.projects[0].transform);
  const [above] = part.package.split('/');
  const results = await new Stryker({
    mutate: part.mutate,
    testRunner: 'fresh-sources',
    plugins: [join(root, 'deploy/dev/mutants/runner.mjs')],
    freshSources: { specs: specsOf(part), swc },
    testRunnerNodeArgs: ['--conditions=@arrears/source', '--no-warnings'],
    coverageAnalysis: 'perTest',
    // Modules that were read stay in memory.
    maxTestRunnerReuse: 200,
    concurrency: 2,
    // A slow machine is no mutant noticed: only a loop without end takes so long.
    timeoutMS: 60_000,
    // Copied is the package alone; others are imported from where they lie.
    ignorePatterns: ['/*', `!/${above}`, `/${above}/*`, `!/${part.package}`, '**/dist'],
    tempDirName: `${output}/tmp`,
    reporters: ['progress-append-only', 'clear-text', 'json'],
    clearTextReporter: { allowColor: false, allowEmojis: false, logTests: false, reportTests: false },
    jsonReporter: { fileName: `${output}/${name}.json` },
    warnings: { slow: false, unknownOptions: false },
    thresholds: { high: 95, low: enough, break: null },
  }).runMutationTest();
  const count = (...statuses) => results.filter(({ status }) => statuses.includes(status)).length;
  const noticed = count('Killed', 'Timeout');
  return { noticed, all: noticed + count('Survived', 'NoCoverage', 'RuntimeError') };
}

async function main() {
  const wanted = chosen(process.argv.slice(2));
  await install();
  const lines = [];
  let good = true;
  for (const { name, part, said } of wanted) {
    const start = Date.now();
    const { noticed, all } = await test(name, part);
    const percent = (100 * noticed) / Math.max(all, 1);
    const passed = percent >= enough;
    good &&= passed;
    lines.push(
      `${passed ? '✓' : '✗'} ${said}: ${noticed} of ${all} mutants noticed, ${percent.toFixed(1)} %, in ${seconds(start)}`,
    );
  }
  lines.forEach((line) => say(line));
  process.exit(good ? 0 : 1);
}

await main().catch((error) => {
  explain(error);
  process.exit(1);
});
