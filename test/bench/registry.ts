import type { Benchmark } from './harness/benchmark.js';
import { codec } from './benchmarks/codec.js';
import { history } from './benchmarks/history.js';
import { lifecycles } from './benchmarks/lifecycles.js';
import { memory } from './benchmarks/memory.js';
import { planner } from './benchmarks/planner.js';
import { relay } from './benchmarks/relay.js';

/** In the order of a whole run; the names are what `npm run bench -- NAME` takes. */
export const benchmarks: readonly Benchmark[] = [planner, history, memory, codec, lifecycles, relay];
