/** `npm run chaos [-- NAME…]`: the fault scenarios on servers of their own. */
import { runOnServers } from './lib/on-servers.mjs';

await runOnServers({ program: 'test/chaos/dist/main.js', projects: ['test/chaos'] });
