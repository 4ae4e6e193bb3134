import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientIds } from '../identity/seeds.js';
import { serviceNames, type ServiceName } from './names.js';

interface HttpSecrets {
  apiKey: string;
  receiptSecret: string;
}
/** What processes of one data folder must know of each other and nobody else may. */
export interface Secrets {
  /** Of the database roles, one a service, and of the owner of the keys' database. */
  databases: Record<ServiceName | 'keys', string>;
  clients: Record<string, string>;
  /** Of every seeded person: this is one machine's toy bank. */
  password: string;
  carriers: {
    sms: HttpSecrets;
    smsB: HttpSecrets;
    letter: HttpSecrets;
    voice: HttpSecrets;
    smpp: { systemId: string; password: string };
    /** `returnSecret` marks the addresses for bounces and replies. */
    email: { user: string; password: string; returnSecret: string };
  };
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
  if (existsSync(file)) {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as Secrets;
    // A folder from before there were carriers but the first.
    return kept.carriers ? kept : write(file, { ...kept, carriers: carriers() });
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
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
    carriers: carriers(),
    idKey: randomBytes(32).toString('base64'),
    masterKeys: ring('master-keys'),
    codecKeys: ring('codec-keys'),
  };
  return write(file, secrets);
}

const word = (): string => randomBytes(18).toString('hex');

function carriers(): Secrets['carriers'] {
  const http = (): HttpSecrets => ({ apiKey: word(), receiptSecret: word() });
  return {
    sms: http(),
    smsB: http(),
    letter: http(),
    voice: http(),
    // The protocol allows eight characters.
    smpp: { systemId: 'arrears', password: randomBytes(4).toString('hex') },
    email: { user: 'arrears', password: word(), returnSecret: word() },
  };
}

function write(file: string, secrets: Secrets): Secrets {
  writeFileSync(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  return secrets;
}
