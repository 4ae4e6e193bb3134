/** `npm run stack`: the servers only, for work on the code. Writes the same runtime.json and waits for Ctrl-C. */
import { runStack } from './lib/stack.mjs';

await runStack({ withServices: false });
