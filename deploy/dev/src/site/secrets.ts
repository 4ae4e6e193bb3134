import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientIds } from '../identity/seeds.js';
import { serviceNames, type ServiceName } from './names.js';

/** What processes of one data folder must know of each other and nobody else may. */
export interface Secrets {
  /** Of the database roles, one a service, and of the owner of the keys' database. */
  databases: Record<ServiceName | 'keys', string>;
  clients: Record<string, string>;
  /** Of every seeded person: this is one machine's toy bank. */
  password: string;
  sms: { apiKey: string; receiptSecret: string };
  /** Keyed hashes of identity numbers: the one secret that services share. Base64, 32 bytes. */
  idKey: string;
  /** Paths of the key rings. */
  masterKeys: string;
  codecKeys: string;
}

/** Reads the secrets of a folder, or makes them the first time; only this user may read them. */
export function loadSecrets(dir: string): Secrets {
  const folder = join(dir, 'secrets');
  const file = join(folder, 'site.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Secrets;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const word = (): string => randomBytes(18).toString('hex');
  const ring = (name: string): string => {
    const path = join(folder, `${name}.json`);
    const keys = { active: 'local-1', keys: { 'local-1': randomBytes(32).toString('base64') } };
    writeFileSync(path, JSON.stringify(keys), { mode: 0o600 });
    return path;
  };
  const secrets: Secrets = {
    databases: {
      ...(Object.fromEntries(serviceNames.map((name) => [name, word()])) as Record<ServiceName, string>),
      keys: word(),
    },
    clients: Object.fromEntries(clientIds.map((id) => [id, word()])),
    password: `arrears-${randomBytes(3).toString('hex')}`,
    sms: { apiKey: word(), receiptSecret: word() },
    idKey: randomBytes(32).toString('base64'),
    masterKeys: ring('master-keys'),
    codecKeys: ring('codec-keys'),
  };
  writeFileSync(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  return secrets;
}
