import { readFileSync } from 'node:fs';
import type { TemporalAddress } from '../client.js';
import { installRuntime } from '../runtime.js';

/** The Temporal server that the test runner started: `ARREARS_SERVERS` names the file that says where. */
export function devServer(): TemporalAddress {
  installRuntime({ level: 'ERROR' });
  const file = process.env['ARREARS_SERVERS'];
  if (file === undefined) throw new Error('no servers: run this test with "npm test", or set ARREARS_SERVERS');
  const { temporal } = JSON.parse(readFileSync(file, 'utf8')) as { temporal: TemporalAddress };
  return temporal;
}
