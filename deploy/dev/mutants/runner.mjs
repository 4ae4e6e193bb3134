import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { INSTRUMENTER_CONSTANTS } from '@stryker-mutator/api/core';
import { commonTokens, declareClassPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import {
  determineHitLimitReached,
  DryRunStatus,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { begin, run } from './harness.mjs';
import { readAnew } from './loader.mjs';

/**
 * Runs the tests of a part within one process, with the sources read anew for every mutant: a mutant costs what its tests
 * cost. Jest would read every package again for each. A test file that can't even be read with a mutant has noticed it.
 */
class FreshSources {
  static inject = tokens(commonTokens.options);
  runs = 0;
  /** What failed where nobody looked. */
  stray = null;
  /** What instrumented code reads the active mutant from, and writes to what it covers. */
  shared = (globalThis[INSTRUMENTER_CONSTANTS.NAMESPACE] = {});

  constructor({ freshSources: { specs, swc } }) {
    this.specs = specs;
    this.swc = swc;
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  init() {
    readAnew(process.cwd(), this.swc);
    // What fails where nobody waits for it fails the test that is under way, as with Jest.
    const failed = (error) => (this.stray = error);
    process.on('unhandledRejection', failed).on('uncaughtException', failed);
  }

  async dryRun() {
    const tests = await this.tests(this.specs, () => true, true);
    return { status: DryRunStatus.Complete, tests, mutantCoverage: this.shared.mutantCoverage };
  }

  async mutantRun({ activeMutant, testFilter, sandboxFileName, disableBail, hitLimit }) {
    const wanted = testFilter && new Set(testFilter);
    const specs = wanted
      ? this.specs.filter((spec) => testFilter.some((id) => id.startsWith(`${spec}: `)))
      : this.specs;
    // Where the file's own tests notice it, no other file need be read.
    const own = (spec) => Number(sandboxFileName.endsWith(spec.replace(/(\.property)?\.spec\.ts$/, '.ts')));
    const inOrder = [...specs].sort((one, other) => own(other) - own(one));
    Object.assign(this.shared, { activeMutant: activeMutant.id, hitCount: hitLimit ? 0 : undefined, hitLimit });
    let tests = await this.tests(inOrder, (id) => wanted?.has(id) ?? true, disableBail);
    // What is worked out once and kept is covered by the test that asks first: what that lets pass, all others are asked,
    // but for the slow ones, which work everything out themselves.
    if (wanted && tests.every(({ status }) => status === TestStatus.Success))
      tests = await this.tests(
        this.specs.filter((spec) => !spec.includes('.property.')),
        () => true,
        disableBail,
      );
    const { hitCount } = this.shared;
    this.shared.activeMutant = undefined;
    const endless = determineHitLimitReached(hitCount, hitLimit);
    return toMutantRunResult(endless ?? { status: DryRunStatus.Complete, tests }, disableBail);
  }

  /** Their results, a file behind the other; without `all` the first that fails is the last. */
  async tests(specs, wanted, all) {
    this.runs += 1;
    this.stray = null;
    const results = [];
    for (const spec of specs) {
      for await (const result of this.testsOf(spec, wanted)) {
        results.push(result);
        if (result.status === TestStatus.Failed && !all) return results;
      }
    }
    return results;
  }

  async *testsOf(spec, wanted) {
    const around = (id) => (this.shared.currentTestId = id ?? undefined);
    try {
      const root = begin(`${spec}: `);
      await import(`${pathToFileURL(join(process.cwd(), spec)).href}?run=${this.runs}`);
      for await (const { id, error, ms } of run(root, wanted, around)) yield resultOf(id, error ?? this.stray, ms);
    } catch (error) {
      yield resultOf(`${spec}: as a whole`, error, 0);
    }
  }
}

function resultOf(id, error, ms) {
  const result = { id, name: id, timeSpentMs: ms };
  if (error === null) return { ...result, status: TestStatus.Success };
  return { ...result, status: TestStatus.Failed, failureMessage: String(error?.message ?? error) };
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'fresh-sources', FreshSources)];
