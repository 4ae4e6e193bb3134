/** `npm run arrears -- COMMAND`: the operator's command line. Runs the compiled program; says so when there is none. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('dist/main.js', import.meta.url));
if (existsSync(program)) {
  await import(program);
} else {
  process.stderr.write('The command line is not built yet: run npm start (or npm ci and npm run build) once.\n');
  process.exitCode = 1;
}
