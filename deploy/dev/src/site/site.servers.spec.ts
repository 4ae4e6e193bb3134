import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Connection } from '@temporalio/client';
import { topics } from '@arrears/contracts';
import { ConfigResourceTypes, Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import { createDatabases, dropDatabases, type SiteDatabases } from './databases.js';
import { deleteNamespace, ensureNamespace } from './namespace.js';
import { createTopics, deleteTopics } from './topics.js';

// Dropping a database makes the server write everything out first.
jest.setTimeout(60_000);

const file = process.env['ARREARS_SERVERS'];
if (!file) throw new Error('ARREARS_SERVERS is not set: run these tests through npm test');
const servers = JSON.parse(readFileSync(file, 'utf8')) as {
  postgres: string;
  kafka: string;
  temporal: { address: string };
};
const label = randomBytes(4).toString('hex');

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('the databases of a site', () => {
  const prefix = `site_${label}_`;
  const passwords = { cases: 'a', contacts: 'b', notifications: 'c', keys: 'd' };
  let databases: SiteDatabases;
  beforeAll(async () => {
    databases = await createDatabases(servers.postgres, prefix, passwords);
  });
  afterAll(() => dropDatabases(servers.postgres, prefix));

  it('belong to one service each', async () => {
    await query(databases.services.cases, 'CREATE TABLE mine (id int)');
    const other = new URL(databases.services.cases);
    other.pathname = new URL(databases.services.contacts).pathname;
    await expect(query(other.href, 'SELECT 1')).rejects.toThrow(/permission denied/);
  });

  it('share the keys, whose shape only the owner may change', async () => {
    await query(
      databases.keysOwner,
      'CREATE SCHEMA later; CREATE TABLE later.keys (id int); CREATE TABLE keys (id int)',
    );
    await query(databases.keys.notifications, 'INSERT INTO keys VALUES (1); INSERT INTO later.keys VALUES (2)');
    expect(await query(databases.keys.contacts, 'DELETE FROM keys RETURNING id')).toEqual([{ id: 1 }]);
    await expect(query(databases.keys.cases, 'CREATE TABLE other (id int)')).rejects.toThrow(/permission denied/);
  });

  it('are left as they are when made again', async () => {
    await query(databases.services.contacts, 'CREATE TABLE kept (id int)');
    const again = await createDatabases(servers.postgres, prefix, { ...passwords, contacts: 'new' });
    expect(await query(again.services.contacts, 'SELECT * FROM kept')).toEqual([]);
  });
});

describe('the topics of a site', () => {
  const prefix = `site-${label}.`;
  afterAll(() => deleteTopics(servers.kafka, prefix));

  it('are those of the table, made once', async () => {
    expect(await createTopics(servers.kafka, prefix)).toEqual(topics.map(({ name }) => prefix + name));
    expect(await createTopics(servers.kafka, prefix)).toEqual([]);
  });

  it('get the settings of the table, also when they were made by an earlier version, and keep others', async () => {
    const admin = new Kafka({ brokers: servers.kafka.split(','), logLevel: logLevel.NOTHING }).admin();
    const resource = { type: ConfigResourceTypes.TOPIC, name: `${prefix}bank.loans.v1` };
    /** A broker answers from what it has heard of the controller, which may be some ms old. */
    const settings = async (expected: readonly string[]): Promise<(string | undefined)[]> => {
      for (let turn = 0; ; turn += 1) {
        const { resources } = await admin.describeConfigs({ resources: [resource], includeSynonyms: false });
        const found = ['max.message.bytes', 'flush.messages'].map(
          (name) => resources[0]?.configEntries.find(({ configName }) => configName === name)?.configValue,
        );
        if (String(found) === String(expected) || turn === 50) return found;
        await sleep(100);
      }
    };
    const byHand = { name: 'flush.messages', value: '12345' };
    await admin.connect();
    try {
      await admin.alterConfigs({ validateOnly: false, resources: [{ ...resource, configEntries: [byHand] }] });
      expect(await settings(['1048588', '12345'])).toEqual(['1048588', '12345']);
      await createTopics(servers.kafka, prefix);
      expect(await settings(['4194304', '12345'])).toEqual(['4194304', '12345']);
    } finally {
      await admin.disconnect();
    }
  });

  it('are never deleted without a prefix', async () => {
    await expect(deleteTopics(servers.kafka, '')).rejects.toThrow('prefix');
  });
});

describe('the namespace of a site', () => {
  const namespace = `site-${label}`;
  afterAll(() => deleteNamespace(servers.temporal.address, namespace));

  it('knows the three search attributes and answers at once, however often it is asked for', async () => {
    await ensureNamespace(servers.temporal.address, namespace);
    await ensureNamespace(servers.temporal.address, namespace);
    const connection = await Connection.connect({ address: servers.temporal.address });
    const query = 'CaseStage = "calling" AND Branch = "B001" AND CodeVersion = "1"';
    const { count } = await connection.workflowService.countWorkflowExecutions({ namespace, query });
    expect(Number(count)).toBe(0);
    await connection.close();
  });
});
