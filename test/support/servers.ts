import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createTopics, deleteNamespace, deleteTopics, ensureNamespace } from '@arrears/dev';
import pg from 'pg';

/** The one set of real servers of a test run, as `deploy/dev/test.mjs` writes it. */
export interface TestServers {
  /** A superuser's URL. */
  postgres: string;
  /** host:port */
  kafka: string;
  temporal: { address: string; namespace: string };
  toolsDir?: string;
  /** Path of the time-skipping server's executable. */
  timeSkipping?: string;
}

/** Throws a sentence that says what to do when the tests were started without servers. */
export function testServers(env: NodeJS.ProcessEnv = process.env): TestServers {
  const file = env['ARREARS_SERVERS'];
  if (!file || !existsSync(file))
    throw new Error(
      'ARREARS_SERVERS names no file: run this test with npm run test:service or npm run test:e2e, which start the servers',
    );
  return JSON.parse(readFileSync(file, 'utf8')) as TestServers;
}

/** Letters that no other test has: names of databases, topics, queues and namespaces begin with them. */
export const uniqueLabel = (): string => `t${randomBytes(4).toString('hex')}`;

/** Before the name of every topic of one test. */
export const topicPrefix = (label = uniqueLabel()): string => `${label}.`;

/** Topics of the table under a prefix; `drop` deletes them. */
export async function createTestTopics(prefix = topicPrefix()): Promise<{ prefix: string; drop: () => Promise<void> }> {
  const { kafka } = testServers();
  await createTopics(kafka, prefix);
  return { prefix, drop: () => deleteTopics(kafka, prefix) };
}

/** An empty database, or a copy of `template`, of the test's own. */
export async function createDatabase(
  name = 'db',
  template?: string,
): Promise<{ url: string; name: string; drop: () => Promise<void> }> {
  const { postgres } = testServers();
  const database = `${uniqueLabel()}_${name}`;
  const quoted = pg.escapeIdentifier(database);
  await asSuperuser(
    postgres,
    `CREATE DATABASE ${quoted}${template ? ` TEMPLATE ${pg.escapeIdentifier(template)}` : ''}`,
  );
  const url = new URL(postgres);
  url.pathname = `/${database}`;
  return {
    url: url.href,
    name: database,
    drop: () => asSuperuser(postgres, `DROP DATABASE IF EXISTS ${quoted} WITH (FORCE)`),
  };
}

/** A Temporal namespace with the three search attributes, usable when this returns. */
export async function createTemporalNamespace(
  name = uniqueLabel(),
): Promise<{ address: string; namespace: string; drop: () => Promise<void> }> {
  const { address } = testServers().temporal;
  await ensureNamespace(address, name);
  return { address, namespace: name, drop: () => deleteNamespace(address, name) };
}

async function asSuperuser(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
