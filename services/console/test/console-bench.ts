import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tokenVerifier } from '@arrears/auth';
import { realClock, type Clock } from '@arrears/clock';
import { clientIds, freePort, seeds, signingKey, startIdentityProvider } from '@arrears/dev';
import { createHealth, createLogger, createMetrics } from '@arrears/observability';
import { openDatabase, ringSeal, runMigrations, type Database } from '@arrears/persistence';
import { createTestDatabase } from '@arrears/persistence/testing';
import { buildApp, type BuiltApp } from '@arrears/service';
import type { ConsoleEvent } from '../bff/events.js';
import { migrationFolders } from '../bff/migration-folders.js';
import { consoleModule } from '../bff/module.js';
import type { WebFiles } from '../bff/page/web-files.js';
import type { Gateway } from '../bff/proxy/gateway.js';
import type { SessionLimits } from '../bff/session/session.js';
import { bySession } from '../bff/session/identify.js';
import { identityProvider } from '../bff/session/identity-provider.js';
import { Sessions } from '../bff/session/session.service.js';

export interface BenchOptions {
  gateway: Gateway;
  web: WebFiles;
  /** Default real. */
  clock?: Clock;
  limits?: SessionLimits;
  /** Life of an access token at the provider; default 300. */
  flowTokenSeconds?: number;
}
/** The console on a real database and at the real local identity provider, before services of the test's own. */
export interface ConsoleBench {
  url: string;
  issuer: string;
  password: string;
  db: Database;
  built: BuiltApp;
  /** What was logged, a line each. */
  lines: string[];
  stopProvider(): Promise<void>;
  close(): Promise<void>;
}

const usual: SessionLimits = { idleMs: 30 * 60_000, longestMs: 10 * 60 * 60_000 };

export async function openConsole(options: BenchOptions): Promise<ConsoleBench> {
  const { gateway, web, clock = realClock(), limits = usual } = options;
  const [port, providerPort] = [await freePort(), await freePort()];
  const [url, issuer] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${providerPort}`];
  const dir = mkdtempSync(join(tmpdir(), 'console-'));
  const secrets = Object.fromEntries(clientIds.map((id) => [id, `secret of ${id}`]));
  const password = randomBytes(6).toString('hex');
  const provider = await startIdentityProvider({
    ...{ port: providerPort, issuer, audience: 'arrears', key: signingKey(join(dir, 'key.json')) },
    seeds: seeds(password, secrets, url),
    ...(options.flowTokenSeconds === undefined ? {} : { flowTokenSeconds: options.flowTokenSeconds }),
  });
  const own = await createTestDatabase('console');
  await runMigrations({ url: own.url, folders: migrationFolders });
  const db = await openDatabase({ url: own.url, name: 'console test' });
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLogger<ConsoleEvent>({ service: 'console', role: 'api', destination });
  const publicUrl = new URL(url);
  const client = { id: 'console', secret: 'secret of console' };
  const ring = { active: 'test', keys: new Map([['test', randomBytes(32)]]) };
  const sessions = new Sessions({
    ...{ db, clock, limits, publicUrl, log },
    provider: identityProvider({ issuer, client, publicUrl, clock }),
    seal: ringSeal(ring, 'console sessions'),
  });
  const health = createHealth();
  health.dependency('postgres', async () => void (await db.query('SELECT 1')));
  const verifier = tokenVerifier({ issuer, audience: 'arrears' });
  const timeZone = 'Asia/Shanghai';
  const built = await buildApp({
    ...{ name: 'console', version: 'test', api: true, verifier, log, metrics: createMetrics(), health },
    module: consoleModule({ db, clock, gateway, sessions, health, log, publicUrl, timeZone, web }),
    identify: bySession(sessions, verifier, publicUrl),
  });
  await new Promise<void>((done) => built.http.listen(port, '127.0.0.1', done));
  let providing = true;
  const stopProvider = async (): Promise<void> => {
    if (providing) await provider.close();
    providing = false;
  };
  return {
    ...{ url: `http://127.0.0.1:${(built.http.address() as AddressInfo).port}`, issuer, password, db, built, lines },
    stopProvider,
    close: async () => {
      built.http.closeAllConnections();
      await built.app.close();
      await stopProvider();
      await db.close();
      await own.drop();
      rmSync(dir, { recursive: true });
    },
  };
}
