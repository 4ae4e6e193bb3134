import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import type { CodecKeyRing } from '../codec.js';
import { dataConverter } from '../data-converter.js';
import { installRuntime } from '../runtime.js';
import { clientInterceptors } from '../tracing.js';

/** Keyword search attributes of a case. One that is not registered lets the test server hang without a word. */
export const caseSearchAttributes = ['CaseStage', 'Branch', 'CodeVersion'] as const;
const keyword = 2;

/**
 * The Java test server that skips idle time, namespace `default`. Await one `result()` at a time: two at once let time
 * run while activities run. Give every wait its own limit in real time.
 */
export async function openTimeSkipping(ring: CodecKeyRing): Promise<TestWorkflowEnvironment> {
  installRuntime({ level: 'ERROR' });
  const start = () =>
    TestWorkflowEnvironment.createTimeSkipping({
      server: { executable: { type: 'existing-path', path: testServerPath() } },
      client: { dataConverter: dataConverter(ring), interceptors: clientInterceptors() },
    });
  const env = await startPatiently(start);
  await env.connection.operatorService.addSearchAttributes({
    namespace: env.namespace ?? 'default',
    searchAttributes: Object.fromEntries(caseSearchAttributes.map((name) => [name, keyword])),
  });
  return env;
}

/** The SDK gives the server 5 s to accept connections, which a busy machine misses now and then. */
async function startPatiently<T>(start: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await start();
    } catch (error) {
      if (tries === 5) throw error;
    }
  }
}

/** The runner of the tests names the executable; a test run by hand takes the one in the cache of tools. */
function testServerPath(): string {
  const cache = process.env['ARREARS_TOOLS'] ?? join(homedir(), '.cache', 'arrears');
  const file = process.env['ARREARS_TEST_SERVER'] ?? join(cache, 'temporal-test-server', 'temporal-test-server');
  if (!existsSync(file))
    throw new Error(`no time-skipping server at ${file}: set ARREARS_TEST_SERVER to its executable`);
  return file;
}
