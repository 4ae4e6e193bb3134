import { generateKeyPairSync, randomUUID, type JsonWebKey } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export type SigningKey = JsonWebKey & { kid: string; use: 'sig'; alg: 'RS256' };

/** The provider's key, kept in a file so that a token lives through a restart of the provider. */
export function signingKey(path: string): SigningKey {
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as SigningKey;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key: SigningKey = { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'RS256' };
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(key), { mode: 0o600 });
  return key;
}
