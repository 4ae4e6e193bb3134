/** `npm run bench [-- NAME…]`: the ratio benchmarks on servers of their own. */
import { runOnServers } from './lib/on-servers.mjs';

await runOnServers({ program: 'test/bench/dist/main.js', projects: ['test/bench'] });
