import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { measurement, type Benchmark } from '../harness/benchmark.js';
import { median } from '../harness/rounds.js';

const rounds = 5;
/** The library's own measurement, two seconds each time. */
const script = fileURLToPath(new URL('../../../../libs/treatment/scripts/bench.mjs', import.meta.url));

export const planner: Benchmark = {
  name: 'planner',
  title: 'decisions a second on one core, a case of two accounts under a shipped policy',
  needs: [],
  timeoutMs: 120_000,
  run: async () => {
    const rates: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const { stdout } = await promisify(execFile)(process.execPath, [script]);
      rates.push((JSON.parse(stdout) as { decisionsPerSecond: number }).decisionsPerSecond);
    }
    const note = `median of ${rounds} processes; ${Math.min(...rates)} to ${Math.max(...rates)}`;
    return [measurement('planner', { ours: median(rates), unit: 'decisions/s', goal: { atLeast: 5_000 }, note })];
  },
};
