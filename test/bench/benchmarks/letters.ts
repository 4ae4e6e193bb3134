import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { measurement, type Benchmark } from '../harness/benchmark.js';
import { median } from '../harness/rounds.js';

const rounds = 3;
/** The service's own measurement, three seconds each time. */
const script = fileURLToPath(new URL('../../../../services/notifications/scripts/bench-letters.mjs', import.meta.url));

interface Result {
  lettersPerSecond: number;
  msEach: number;
  firstMs: number;
  grownMiB: number;
}

export const letters: Benchmark = {
  name: 'letters',
  title: 'letters a second on one core, text and PDF/A of a page, in Chinese and English by turns',
  needs: [],
  timeoutMs: 120_000,
  run: async () => {
    const results: Result[] = [];
    for (let round = 0; round < rounds; round++) {
      const { stdout } = await promisify(execFile)(process.execPath, [script]);
      results.push(JSON.parse(stdout) as Result);
    }
    const of = (field: keyof Result) => median(results.map((result) => result[field]));
    const note = `median of ${rounds} processes; ${of('msEach').toFixed(1)} ms each, the first ${of('firstMs').toFixed(0)} ms with fonts; memory grew by ${of('grownMiB').toFixed(0)} MiB`;
    return [measurement('letters', { ours: of('lettersPerSecond'), unit: 'letters/s', goal: undefined, note })];
  },
};
