import { build, install } from './install.mjs';
import { listenForStop, stopAsked } from './interrupt.mjs';
import { nodeBinary, root } from './paths.mjs';
import { say, step } from './progress.mjs';
import { run } from './run.mjs';
import { startTestServers, temporaryFolder, testEnvironment } from './test-servers.mjs';
import { testServer } from './test-server.mjs';
import { explain } from './trouble.mjs';

/**
 * Runs a compiled program with the names given on the command line against a set of servers of its own, and ends
 * with its exit code. `projects`: what has to be compiled besides the workspaces.
 */
export async function runOnServers({ program, projects = [], durable = true }) {
  void listenForStop();
  const folder = temporaryFolder();
  let servers;
  let code = 1;
  try {
    await step('Packages', install);
    await step('Build', async () => {
      await build();
      for (const project of projects) await build(project);
    });
    let timeSkipping;
    await step('Time-skipping server', async (note) => {
      timeSkipping = await testServer(folder.dir, note);
    });
    servers = await startTestServers(folder.dir, timeSkipping, { durable });
    const env = { ...testEnvironment(folder.dir, timeSkipping), ...servers.env };
    ({ code } = await run(nodeBinary(), [program, ...process.argv.slice(2)], { cwd: root, env, onLine: say }));
  } catch (error) {
    if (!stopAsked()) explain(error);
  } finally {
    await servers?.stop();
    await folder.remove();
  }
  process.exit(stopAsked() ? 130 : code);
}
