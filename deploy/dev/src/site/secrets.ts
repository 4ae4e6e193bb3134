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
  /** Seals the console's sessions. */
  sessionKeys: string;
}

/** Reads the secrets of a folder, or makes them the first time; only this user may read them. */
export function loadSecrets(dir: string): Secrets {
  const folder = join(dir, 'secrets');
  const file = join(folder, 'site.json');
  const ring = (name: string): string => {
    const path = join(folder, `${name}.json`);
    const keys = { active: 'local-1', keys: { 'local-1': randomBytes(32).toString('base64') } };
    writeFileSync(path, JSON.stringify(keys), { mode: 0o600 });
    return path;
  };
  if (existsSync(file)) return write(file, completed(JSON.parse(readFileSync(file, 'utf8')) as Secrets, ring));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return write(file, {
    ...{ databases: databaseSecrets(), clients: clientSecrets(), carriers: carriers() },
    password: `arrears-${randomBytes(3).toString('hex')}`,
    idKey: randomBytes(32).toString('base64'),
    masterKeys: ring('master-keys'),
    codecKeys: ring('codec-keys'),
    sessionKeys: ring('session-keys'),
  });
}

/** A folder of an earlier version lacks the secrets of what has come since; what it has it keeps. */
function completed(kept: Secrets, ring: (name: string) => string): Secrets {
  return {
    ...kept,
    databases: { ...databaseSecrets(), ...kept.databases },
    clients: { ...clientSecrets(), ...kept.clients },
    carriers: kept.carriers ?? carriers(),
    sessionKeys: kept.sessionKeys ?? ring('session-keys'),
  };
}

const databaseSecrets = (): Secrets['databases'] => ({
  ...(Object.fromEntries(serviceNames.map((name) => [name, word()])) as Record<ServiceName, string>),
  keys: word(),
});
const clientSecrets = (): Secrets['clients'] => Object.fromEntries(clientIds.map((id) => [id, word()]));

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
