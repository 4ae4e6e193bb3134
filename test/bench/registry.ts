import type { Benchmark } from './harness/benchmark.js';
import { codec } from './benchmarks/codec.js';
import { dormant } from './benchmarks/dormant.js';
import { history } from './benchmarks/history.js';
import { intake } from './benchmarks/intake.js';
import { letters } from './benchmarks/letters.js';
import { lifecycles } from './benchmarks/lifecycles.js';
import { memory } from './benchmarks/memory.js';
import { permit } from './benchmarks/permit.js';
import { planner } from './benchmarks/planner.js';
import { relay } from './benchmarks/relay.js';
import { rules } from './benchmarks/rules.js';
import { storm } from './benchmarks/storm.js';

/** In the order of a whole run; the names are what `npm run bench -- NAME` takes. */
export const benchmarks: readonly Benchmark[] = [
  planner,
  rules,
  letters,
  history,
  memory,
  codec,
  lifecycles,
  relay,
  permit,
  intake,
  storm,
  dormant,
];
