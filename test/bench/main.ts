import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { verdict, type Measurement } from './harness/benchmark.js';
import { runOne } from './harness/run-one.js';
import { table } from './harness/table.js';
import { benchmarks } from './registry.js';

/** `node main.js [NAME…]`: one after another, then the table and `results/latest.json`; a missed goal exits with 1. */
const asked = process.argv.slice(2);
const chosen = benchmarks.filter(({ name }) => asked.length === 0 || asked.includes(name));
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const measurements: Measurement[] = [];
const failures: { name: string; failure: string }[] = [];
for (const benchmark of chosen) {
  const begun = performance.now();
  say(`\n${benchmark.name}: ${benchmark.title}`);
  try {
    measurements.push(...(await runOne(benchmark, (line) => say(`  ${line}`))));
    say(`  ${Math.round((performance.now() - begun) / 1000)} s`);
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    failures.push({ name: benchmark.name, failure });
    say(`  FAILED: ${failure}`);
  }
}

const results = fileURLToPath(new URL('../results/', import.meta.url));
mkdirSync(results, { recursive: true });
const machine = { cpus: cpus().length, model: cpus()[0]?.model, node: process.version };
const content = { measuredAt: new Date().toISOString(), machine, benchmarks: measurements, failures };
writeFileSync(`${results}latest.json`, `${JSON.stringify(content, null, 2)}\n`);

say(`\n${table(measurements)}\n`);
const missed = measurements.filter((one) => verdict(one) === 'missed').map(({ name }) => name);
for (const { name } of failures) say(`FAILED: ${name}`);
if (missed.length > 0) say(`GOAL MISSED: ${missed.join(', ')}`);
if (missed.length === 0 && failures.length === 0) say('All goals met.');
say('Figures: test/bench/results/latest.json');
process.exitCode = missed.length + failures.length === 0 ? 0 : 1;
