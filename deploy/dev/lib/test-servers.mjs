import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toolEnvironment, toolsDir } from './paths.mjs';
import { freePorts } from './ports.mjs';
import { forgetPostgres } from './postgres.mjs';
import { processFile } from './processes.mjs';
import { startServers, stopServers } from './servers.mjs';

/** A folder for one run of tests, benchmarks or faults: gone afterwards with all that was in it. */
export function temporaryFolder() {
  const dir = mkdtempSync(join(tmpdir(), 'arrears-run-'));
  // PostgreSQL, run as another user by root, has to get in.
  chmodSync(dir, 0o755);
  mkdirSync(join(dir, 'tmp'), { mode: 0o1777 });
  return {
    dir,
    remove: async () => {
      await forgetPostgres(dir);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/**
 * One set of servers on free ports. Returns the environment by which tests find it: `ARREARS_SERVERS` names a file
 * with `{postgres, kafka, temporal: {address, namespace}, toolsDir, timeSkipping}`.
 */
export async function startTestServers(dir, timeSkipping, { durable = false } = {}) {
  const [postgres, kafka, kafkaController, temporal] = await freePorts(4);
  const processes = processFile(dir);
  const stop = () => stopServers(processes);
  try {
    const ports = { postgres, kafka, kafkaController, temporal };
    const password = randomBytes(12).toString('hex');
    // A given server is a developer's wish for `npm start`; tests make and drop databases and take their own.
    const servers = await startServers({
      dir,
      ports,
      password,
      processes,
      namespace: 'default',
      ui: false,
      durable,
      env: {},
    });
    const file = join(dir, 'servers.json');
    writeFileSync(file, JSON.stringify({ ...servers, toolsDir: toolsDir(), timeSkipping }, null, 2));
    return { env: { ARREARS_SERVERS: file }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What every test process gets: no server variables of the surroundings, its own temporary folder. */
export function testEnvironment(dir, timeSkipping) {
  const env = toolEnvironment({ TMPDIR: join(dir, 'tmp'), ARREARS_TEST_SERVER: timeSkipping, FORCE_COLOR: '0' });
  for (const name of ['DATABASE_URL', 'KAFKA_BROKERS', 'TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE', 'NODE_OPTIONS'])
    delete env[name];
  return env;
}
