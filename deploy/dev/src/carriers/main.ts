import { readFileSync } from 'node:fs';
import { openClock } from '@arrears/clock';
import { onStop, required } from '../settings.js';
import { startCarriers, type CarriersOptions } from './carriers.js';

/** Environment: PORT, DATA_DIR, CARRIERS (path of a file with keys, lines and the client's address), ARREARS_CLOCK. */
const env = process.env;
const settings = JSON.parse(readFileSync(required(env, 'CARRIERS'), 'utf8')) as Pick<
  CarriersOptions,
  'client' | 'http' | 'smpp' | 'email'
>;
const carriers = await startCarriers({
  ...settings,
  port: Number(required(env, 'PORT')),
  dir: required(env, 'DATA_DIR'),
  clock: openClock(env),
});
onStop(carriers.close);
