/** `npm run dev`: the servers and the services; a service whose code changed is built and started again. */
import { runStack } from './lib/stack.mjs';

await runStack({ withServices: true });
