import { readFileSync } from 'node:fs';

/** Where the servers of this run are. `bench.mjs` started them and names the file in `ARREARS_SERVERS`. */
export interface Servers {
  /** A superuser's address. */
  postgres: string;
  kafka: string;
  temporal: { address: string; namespace: string };
  toolsDir?: string;
}

export function servers(): Servers {
  const file = process.env['ARREARS_SERVERS'];
  if (file === undefined) throw new Error('no servers: run the benchmarks with "npm run bench"');
  return JSON.parse(readFileSync(file, 'utf8')) as Servers;
}
