import pg from 'pg';
import { serviceNames, type ServiceName } from './names.js';

export interface SiteDatabases {
  /** One database a service, owned by its role. */
  services: Record<ServiceName, string>;
  /** The keys' database, seen by each service's role. */
  keys: Record<ServiceName, string>;
  /** The keys' database, seen by its owner: for migrations. */
  keysOwner: string;
}

/**
 * Creates what is missing: a role and a database a service, and one database of keys that every service may read and
 * write but only its owner may change the shape of. `adminUrl` is a superuser's; all names begin with `prefix`.
 */
export async function createDatabases(
  adminUrl: string,
  prefix: string,
  passwords: Record<ServiceName | 'keys', string>,
): Promise<SiteDatabases> {
  const names = [...serviceNames, 'keys'] as const;
  await withClient(adminUrl, async (admin) => {
    for (const name of names) await createOwned(admin, `${prefix}${name}`, passwords[name]);
  });
  const url = (database: string, role: ServiceName | 'keys'): string => {
    const result = new URL(adminUrl);
    result.username = `${prefix}${role}`;
    result.password = passwords[role];
    result.pathname = `/${prefix}${database}`;
    return result.href;
  };
  const each = (database: (name: ServiceName) => string): Record<ServiceName, string> =>
    Object.fromEntries(serviceNames.map((name) => [name, url(database(name), name)])) as Record<ServiceName, string>;
  const databases = { services: each((name) => name), keys: each(() => 'keys'), keysOwner: url('keys', 'keys') };
  await withClient(databases.keysOwner, (owner) => shareKeys(owner, prefix));
  return databases;
}

/** Removes the databases and roles of a prefix, whoever is connected. */
export async function dropDatabases(adminUrl: string, prefix: string): Promise<void> {
  await withClient(adminUrl, async (admin) => {
    for (const name of [...serviceNames, 'keys'])
      await admin.query(`DROP DATABASE IF EXISTS ${quoted(prefix + name)} WITH (FORCE)`);
    for (const name of [...serviceNames, 'keys']) await admin.query(`DROP ROLE IF EXISTS ${quoted(prefix + name)}`);
  });
}

async function createOwned(admin: pg.Client, name: string, password: string): Promise<void> {
  const role = await admin.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name]);
  const verb = role.rowCount === 0 ? 'CREATE' : 'ALTER';
  await admin.query(`${verb} ROLE ${quoted(name)} LOGIN PASSWORD ${pg.escapeLiteral(password)}`);
  const database = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
  if (database.rowCount !== 0) return;
  await admin.query(`CREATE DATABASE ${quoted(name)} OWNER ${quoted(name)}`);
  await admin.query(`REVOKE CONNECT ON DATABASE ${quoted(name)} FROM PUBLIC`);
}

/** The console keeps nobody's personal data, and can not read it. */
const keyUsers = serviceNames.filter((name) => name !== 'console');

/** Whatever tables the owner makes later, the services may use them. */
async function shareKeys(owner: pg.Client, prefix: string): Promise<void> {
  const services = keyUsers.map((name) => quoted(prefix + name)).join(', ');
  await owner.query(`
    GRANT CONNECT ON DATABASE ${quoted(`${prefix}keys`)} TO ${services};
    ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO ${services};
    ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${services};
    ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO ${services};
  `);
}

async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

const quoted = pg.escapeIdentifier;
