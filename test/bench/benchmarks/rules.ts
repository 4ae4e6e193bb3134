import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { measurement, type Benchmark } from '../harness/benchmark.js';
import { median } from '../harness/rounds.js';

const rounds = 5;
/** The library's own measurement, a second each time. */
const script = fileURLToPath(new URL('../../../../libs/compliance/scripts/bench.mjs', import.meta.url));

interface Result {
  rules: number;
  contacts: number;
  permitted: number;
  usAContact: number;
  usPermitted: number;
  usDenied: number;
  usByHand: number;
}

export const rules: Benchmark = {
  name: 'rules',
  title: 'microseconds a contact under all Chinese packs, beside three rules written as an if-chain',
  needs: [],
  timeoutMs: 120_000,
  run: async (say) => {
    const results: Result[] = [];
    for (let round = 0; round < rounds; round++) {
      const { stdout } = await promisify(execFile)(process.execPath, [script]);
      results.push(JSON.parse(stdout) as Result);
    }
    const of = (field: keyof Result) => median(results.map((result) => result[field]));
    const all = results.map(({ usAContact }) => usAContact);
    say(`${of('rules')} rules; ${of('contacts')} contacts, ${of('permitted')} of them permitted`);
    const range = `median of ${rounds} processes; ${Math.min(...all).toFixed(1)} to ${Math.max(...all).toFixed(1)}`;
    const kinds = `permitted ${of('usPermitted').toFixed(1)}, denied with the earliest time ${of('usDenied').toFixed(1)}`;
    return [
      measurement('rules', {
        ours: of('usAContact'),
        unit: 'µs/contact',
        goal: { atMost: 50 },
        note: `${range}; ${kinds}`,
      }),
      measurement('rules ÷ three by hand', {
        ours: of('usAContact'),
        baseline: of('usByHand'),
        unit: 'µs/contact',
        goal: undefined,
        note: 'by hand: night, unanswered dials, effective calls; one zone, no reason, no earliest time',
      }),
    ];
  },
};
