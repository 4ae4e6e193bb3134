import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { buildIdOf, bundleWorkflows } from './bundle.js';

/** `node bundle-cli.js ENTRY OUT`: part of the build of a workflow package. */
const [entry, out] = process.argv.slice(2);
if (entry === undefined || out === undefined) {
  process.stderr.write('usage: node bundle-cli.js ENTRY OUT\n');
  process.exitCode = 2;
} else {
  const { code } = await bundleWorkflows({ workflowsPath: resolve(entry), out: resolve(out) });
  const { size } = await stat(out);
  process.stdout.write(`${out}: ${Math.round(size / 1024)} KiB, build id ${buildIdOf(code)}\n`);
}
