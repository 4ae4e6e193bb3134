import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Connection } from '@temporalio/client';
import pg from 'pg';
import { servers } from './servers.js';
import { startProgram } from './start-program.js';
import { uniqueLabel, until } from './support.js';

const run = promisify(execFile);
const version = 'v1.31.2';
const modules = [`go.temporal.io/server/cmd/server@${version}`, `go.temporal.io/server/cmd/tools/sql@${version}`];
/** Can't be changed later in a real cluster; few are right for one machine. */
const shards = 4;

export interface TemporalOnPostgres {
  address: string;
  /** Databases of the histories and of what lists are made from. */
  databases: [main: string, visibility: string];
  stop(): Promise<void>;
}

/** The server as a cluster runs it, with its tables on the PostgreSQL of this run. Built once, about three minutes, and kept. */
export async function startTemporalOnPostgres(say: (line: string) => void): Promise<TemporalOnPostgres> {
  const tools = join(servers().toolsDir ?? join(homedir(), '.cache', 'arrears'), `temporal-server-${version}`);
  if (!existsSync(join(tools, 'server')) || !existsSync(join(tools, 'sql'))) {
    say('building the Temporal server, about three minutes, once');
    mkdirSync(tools, { recursive: true });
    await run('go', ['install', ...modules], { env: { ...process.env, GOBIN: tools } });
  }
  const postgres = new URL(servers().postgres);
  const label = uniqueLabel();
  const databases: [string, string] = [`${label}_temporal`, `${label}_visibility`];
  for (const [index, folder] of ['temporal', 'visibility'].entries()) {
    await makeSchema(join(tools, 'sql'), postgres, databases[index] as string, folder);
  }
  const dir = mkdtempSync(join(tmpdir(), 'temporal-'));
  const ports = await lowPorts(8);
  writeFileSync(join(dir, 'dynamic.yaml'), '');
  writeFileSync(join(dir, 'development.yaml'), configuration({ postgres, databases, ports, dir }));
  const server = startProgram(join(tools, 'server'), ['--root', dir, '--config', '.', '--env', 'development', 'start']);
  const address = `127.0.0.1:${ports[0]}`;
  await until(() => answers(address, server), 60_000, 'Temporal on PostgreSQL to answer', 500);
  return {
    address,
    databases,
    stop: async () => {
      await server.stop();
      await asSuperuser(...databases.map((name) => `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** The server keeps its ports in a column of 16 bits with a sign; the system itself gives out higher ones only. */
async function lowPorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  for (let port = 20_000 + Math.floor(Math.random() * 10_000); ports.length < count && port < 32_768; port++) {
    if (await isFree(port)) ports.push(port);
  }
  return ports;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer().once('error', () => done(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => done(true)));
  });
}

/** From now on this process, and what it starts, takes that server for the one of this run. */
export function useTemporalAt(address: string): void {
  const file = join(mkdtempSync(join(tmpdir(), 'servers-')), 'servers.json');
  writeFileSync(file, JSON.stringify({ ...servers(), temporal: { address, namespace: 'default' } }));
  process.env['ARREARS_SERVERS'] = file;
}

async function answers(address: string, server: ReturnType<typeof startProgram>): Promise<boolean> {
  if (!server.alive()) throw new Error(`the Temporal server ended:\n${server.output().slice(-2_000)}`);
  const connection = await Connection.connect({ address, connectTimeout: 2_000 });
  await connection.close();
  return true;
}

async function makeSchema(tool: string, { hostname, port, username, password }: URL, database: string, folder: string) {
  await asSuperuser(`CREATE DATABASE ${database}`);
  const place = ['--plugin', 'postgres12', '--ep', hostname, '-p', port, '-u', username, '--db', database];
  const login = password === '' ? [] : ['--pw', password];
  await run(tool, [...place, ...login, 'setup-schema', '-v', '0.0']);
  await run(tool, [...place, ...login, 'update-schema', '--schema-name', `postgresql/v12/${folder}`]);
}

async function asSuperuser(...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: servers().postgres });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

interface Place {
  postgres: URL;
  databases: [string, string];
  ports: number[];
  dir: string;
}

function configuration({ postgres, databases, ports, dir }: Place): string {
  const store = (name: string) => ({
    sql: {
      pluginName: 'postgres12',
      databaseName: name,
      connectAddr: postgres.host,
      connectProtocol: 'tcp',
      user: postgres.username,
      password: decodeURIComponent(postgres.password),
      maxConns: 20,
      maxIdleConns: 20,
    },
  });
  const service = (index: number) => ({
    rpc: { grpcPort: ports[2 * index], membershipPort: ports[2 * index + 1], bindOnLocalHost: true },
  });
  const rpcAddress = `127.0.0.1:${ports[0]}`;
  // JSON is YAML, too.
  return JSON.stringify({
    log: { stdout: true, level: 'error' },
    persistence: {
      defaultStore: 'main',
      visibilityStore: 'visibility',
      numHistoryShards: shards,
      datastores: { main: store(databases[0]), visibility: store(databases[1]) },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: { frontend: service(0), matching: service(1), history: service(2), worker: service(3) },
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: { active: { enabled: true, initialFailoverVersion: 1, rpcName: 'frontend', rpcAddress } },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    publicClient: { hostPort: rpcAddress },
    dynamicConfigClient: { filepath: join(dir, 'dynamic.yaml'), pollInterval: '60s' },
  });
}
