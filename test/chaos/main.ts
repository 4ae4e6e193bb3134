import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Outcome } from './harness/tally.js';
import { scenarios } from './registry.js';

/** `node main.js [NAME…]`: one after another, then the table and `results/latest.json`; a loss or a double exits with 1. */
type Result = { name: string } & Partial<Outcome> & { failure?: string };

const asked = process.argv.slice(2);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const unknown = asked.filter((name) => !scenarios.some((one) => one.name === name));
if (unknown.length > 0) {
  say(`There is no scenario ${unknown.join(', ')}: choose of ${scenarios.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

const results: Result[] = [];
for (const { name, title, run } of scenarios.filter((one) => asked.length === 0 || asked.includes(one.name))) {
  const begun = performance.now();
  say(`\n${name}: ${title}`);
  try {
    const { asked: wanted, done, lost, doubled, recoveredInMs } = await run();
    results.push({ name, asked: wanted, done, lost, doubled, recoveredInMs });
    const recovered = (recoveredInMs / 1000).toFixed(1);
    say(`  asked ${wanted}, done ${done}, lost ${lost}, doubled ${doubled}, recovered in ${recovered} s`);
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    results.push({ name, failure });
    say(`  FAILED: ${failure}`);
  }
  say(`  ${Math.round((performance.now() - begun) / 1000)} s`);
}

const folder = fileURLToPath(new URL('../results/', import.meta.url));
mkdirSync(folder, { recursive: true });
const content = { measuredAt: new Date().toISOString(), node: process.version, scenarios: results };
writeFileSync(`${folder}latest.json`, `${JSON.stringify(content, null, 2)}\n`);

const harmed = results.filter(({ failure, lost, doubled }) => failure !== undefined || lost !== 0 || doubled !== 0);
say(
  harmed.length === 0 ? '\nNothing lost, nothing doubled.' : `\nHARMED: ${harmed.map(({ name }) => name).join(', ')}`,
);
say('Figures: test/chaos/results/latest.json');
process.exit(harmed.length === 0 ? 0 : 1);
