import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeBinary, root } from './paths.mjs';
import { run } from './run.mjs';

const jest = ['--experimental-vm-modules', '--no-warnings', join(root, 'node_modules', 'jest', 'bin', 'jest.js')];
const suites = {
  unit: { workers: 2, testTimeoutMs: 30_000 },
  // The native part of the Temporal SDK lives as long as the process that loaded it and would keep Jest from ending.
  service: { workers: 1, testTimeoutMs: 120_000, forceExit: true },
  web: { workers: 1, testTimeoutMs: 120_000, forceExit: true },
  e2e: { workers: 1, testTimeoutMs: 300_000, forceExit: true },
};
/** Said by Jest for a package that imports JSON in the old way; it is not ours to change. */
const noise =
  /^Jest: importing JSON without an import attribute|^\(node:\d+\)|^PASS |^Running one project|^Determining test suites|^\(Use `node --trace/;

/**
 * Runs one Jest project and returns `{passed, failed, skipped, output}`. A filter chooses files by path, or tests by
 * name where no path has it. `output` is what a person needs to see of it.
 */
export async function runJest(suite, { dir, env, filter, note }) {
  const { workers, testTimeoutMs, forceExit } = suites[suite];
  const result = join(dir, `${suite}.json`);
  const args = ['--selectProjects', suite, '--maxWorkers', String(workers), '--testTimeout', String(testTimeoutMs)];
  args.push('--cacheDirectory', join(root, 'node_modules', '.cache', 'jest'), '--json', '--outputFile', result);
  if (forceExit) args.push('--forceExit');
  if (filter) args.push(...(await filterArguments(suite, filter, env)));
  let files = 0;
  const onLine = (line) => {
    if (/^(PASS|FAIL) /.test(line)) note(`${(files += 1)} files, last ${line.split(' ').at(-1)}`.replace(/\(.*/, ''));
  };
  const { code, output } = await run(nodeBinary(), [...jest, ...args], { cwd: root, env, onLine });
  const shown = output
    .split('\n')
    .filter((line) => !noise.test(line))
    .join('\n');
  if (!existsSync(result)) return { passed: 0, failed: 1, skipped: 0, output: shown };
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, numPendingTests, numTodoTests } = JSON.parse(
    readFileSync(result, 'utf8'),
  );
  const failed = numFailedTests + numRuntimeErrorTestSuites;
  return {
    passed: numPassedTests,
    failed: code !== 0 && failed === 0 ? 1 : failed,
    skipped: numPendingTests + numTodoTests,
    output: shown,
  };
}

async function filterArguments(suite, filter, env) {
  const { output } = await run(nodeBinary(), [...jest, '--selectProjects', suite, '--listTests'], { cwd: root, env });
  const inPath = output
    .split('\n')
    .some((line) => line.startsWith(root) && line.slice(root.length).toLowerCase().includes(filter.toLowerCase()));
  const literal = filter.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return inPath ? ['--testPathPatterns', literal] : ['--testNamePattern', literal];
}
