import { readFileSync } from 'node:fs';
import { onStop, required } from '../settings.js';
import { startIdentityProvider } from './identity-provider.js';
import type { Seeds } from './seeds.js';
import { signingKey } from './signing-key.js';

const env = process.env;
const provider = await startIdentityProvider({
  port: Number(required(env, 'PORT')),
  issuer: required(env, 'ISSUER'),
  audience: env['OIDC_AUDIENCE'] ?? 'arrears',
  seeds: JSON.parse(readFileSync(required(env, 'SEEDS'), 'utf8')) as Seeds,
  key: signingKey(required(env, 'SIGNING_KEY')),
});
onStop(provider.close);
