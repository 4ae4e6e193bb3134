import { readFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { openDedicated } from './dedicated.js';

/** Where the real servers of the tests listen; written by the local stack, named by `ARREARS_SERVERS`. */
export interface TestServers {
  postgres: string;
  kafka: string;
  temporal: { address: string; namespace: string };
}

export function testServers(): TestServers {
  const file = process.env.ARREARS_SERVERS;
  if (file === undefined) throw new Error('ARREARS_SERVERS is not set: run these tests through npm test');
  return JSON.parse(readFileSync(file, 'utf8')) as TestServers;
}

/** An empty database of the test's own; `drop` ends its connections and removes it. */
export async function createTestDatabase(label: string): Promise<{ url: string; drop: () => Promise<void> }> {
  const { postgres } = testServers();
  const name = `test_${label}_${randomBytes(5).toString('hex')}`;
  await once(postgres, `CREATE DATABASE ${name}`);
  const url = new URL(postgres);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => once(postgres, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function once(url: string, sql: string): Promise<void> {
  const session = await openDedicated({ url, name: 'arrears tests' });
  try {
    await session.query(sql);
  } finally {
    await session.close();
  }
}
