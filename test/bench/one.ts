import type { Report } from './harness/run-one.js';
import { benchmarks } from './registry.js';

/** Runs one benchmark in this process and tells the parent. A process each: nobody inherits another's heap or timers. */
const tell = (report: Report): Promise<void> =>
  new Promise((done) => (process.send ? process.send(report, undefined, undefined, () => done()) : done()));

const benchmark = benchmarks.find(({ name }) => name === process.argv[2]);
try {
  if (!benchmark) throw new Error(`there is no benchmark ${process.argv[2] ?? ''}`);
  await tell({ measurements: await benchmark.run((line) => void tell({ line })) });
} catch (error) {
  await tell({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  process.exitCode = 1;
}
process.disconnect?.();
process.exit();
