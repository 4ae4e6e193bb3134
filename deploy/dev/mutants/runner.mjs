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
  }

  async dryRun() {
    const tests = await this.tests(() => true, true);
    return { status: DryRunStatus.Complete, tests, mutantCoverage: this.shared.mutantCoverage };
  }

  async mutantRun({ activeMutant, testFilter, disableBail, hitLimit }) {
    const wanted = testFilter && new Set(testFilter);
    Object.assign(this.shared, { activeMutant: activeMutant.id, hitCount: hitLimit ? 0 : undefined, hitLimit });
    const tests = await this.tests((id) => wanted?.has(id) ?? true, disableBail);
    const { hitCount } = this.shared;
    this.shared.activeMutant = undefined;
    const endless = determineHitLimitReached(hitCount, hitLimit);
    return toMutantRunResult(endless ?? { status: DryRunStatus.Complete, tests }, disableBail);
  }

  /** Their results; without `all` the first that fails is the last. */
  async tests(wanted, all) {
    const results = [];
    try {
      const root = await this.read();
      const around = (id) => (this.shared.currentTestId = id ?? undefined);
      for await (const { id, error, ms } of run(root, wanted, around)) {
        results.push(resultOf(id, error, ms));
        if (error !== null && !all) break;
      }
    } catch (error) {
      results.push(resultOf('reading the tests', error, 0));
    }
    return results;
  }

  async read() {
    this.runs += 1;
    const root = begin();
    for (const spec of this.specs) await import(`${pathToFileURL(join(process.cwd(), spec)).href}?run=${this.runs}`);
    return root;
  }
}

function resultOf(id, error, ms) {
  const result = { id, name: id, timeSpentMs: ms };
  if (error === null) return { ...result, status: TestStatus.Success };
  return { ...result, status: TestStatus.Failed, failureMessage: String(error?.message ?? error) };
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'fresh-sources', FreshSources)];
