import { createServer, type Server } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCarriers } from '../../../deploy/dev/src/carriers/carriers.js';
import { freePort } from '../../../deploy/dev/src/free-port.js';
import { openProviders } from '../../../services/notifications/src/providers/open-providers.js';
import type {
  LineInbound,
  LineReceipt,
  ProviderPort,
  ProviderSink,
} from '../../../services/notifications/src/providers/ports.js';
import { checkSignature } from '../../../services/notifications/src/receipts/signature.js';

export type Heard = LineReceipt & { provider: string };
export type HeardInbound = LineInbound & { provider: string };

/** Real carriers and real adapters on free ports of this machine, and a client that writes down what it hears. */
export interface World {
  port(id: string): ProviderPort;
  heard: Heard[];
  replies: HeardInbound[];
  /** How often the client's side fails before it takes what comes. */
  failures: { left: number };
  behave(rule: Record<string, unknown>): Promise<void>;
  people(query?: string): Promise<Person[]>;
  inbound(message: Record<string, unknown>): Promise<number>;
  /** Business time. */
  moveTo(instant: string): void;
  /** The carriers' process ends, and comes back with what it knew. */
  vanish(): Promise<void>;
  comeBack(): Promise<void>;
  close(): Promise<void>;
}
export interface Person {
  provider: string;
  clientReference: string;
  providerMessageId: string;
  to: string;
  text: string;
  subject?: string;
  status: string;
  submissions: number;
  deliveries: number;
}

const secrets = { apiKey: 'key', receiptSecret: 'receipt secret' };
const smpp = { systemId: 'arrears', password: 'password' };
const email = { user: 'arrears', password: 'mail password' };
export const timeoutMs = 600;

export async function openWorld(settings: { smpp?: Record<string, unknown> } = {}): Promise<World> {
  const dir = mkdtempSync(join(tmpdir(), 'providers-'));
  const ports = await Promise.all(Array.from({ length: 4 }, () => freePort()));
  const [http = 0, smppPort = 0, smtpPort = 0, returns = 0] = ports;
  let businessNow = '2026-11-09T02:00:00.000Z';
  const clock = { nowIso: () => businessNow, realNow: () => Date.now() };
  const world = { heard: [] as Heard[], replies: [] as HeardInbound[], failures: { left: 0 } };
  const client = await clientServer(world);
  const address = `http://127.0.0.1:${http}`;
  const start = () =>
    startCarriers({
      port: http,
      dir,
      clock,
      client: client.address,
      http: { sms: secrets, 'sms-b': secrets, letter: secrets, voice: secrets },
      smpp: {
        port: smppPort,
        ...smpp,
        ...(settings.smpp?.['referenceTag'] === undefined ? {} : { referenceTag: 0x1401 }),
      },
      email: { port: smtpPort, ...email, returnTo: { host: '127.0.0.1', port: returns } },
      stepMs: 5,
      lateMs: 300,
      silenceMs: 1_500,
    });
  let carriers = await start();

  const file = join(dir, 'providers.json');
  writeFileSync(
    file,
    JSON.stringify([
      { id: 'sms', kind: 'http-sms', url: address, ...secrets, ratePerSecond: 50, timeoutMs },
      { id: 'sms-b', kind: 'http-sms', url: `${address}/b`, ...secrets, ratePerSecond: 50, timeoutMs },
      {
        id: 'smpp',
        kind: 'smpp',
        url: `smpp://127.0.0.1:${smppPort}`,
        ...smpp,
        source: '10690000',
        ratePerSecond: 50,
        timeoutMs,
        ...settings.smpp,
      },
      {
        id: 'email',
        kind: 'smtp',
        url: `smtp://127.0.0.1:${smtpPort}`,
        ...email,
        tls: 'none',
        from: { name: '示例银行', address: 'collections@bank.example' },
        returnPath: { domain: 'returns.example', port: returns, secret: { env: 'RETURN_SECRET' } },
        ratePerSecond: 50,
        timeoutMs,
      },
      { id: 'letter', kind: 'mail-house', url: address, ...secrets, ratePerSecond: 20, timeoutMs },
      { id: 'voice', kind: 'http-voice', url: address, ...secrets, ratePerSecond: 20, timeoutMs },
    ]),
  );
  const { ports: adapters } = openProviders(file, clock, { RETURN_SECRET: 'return secret' });
  const listening: { stop(): Promise<void> }[] = [];
  for (const adapter of adapters) {
    const line = await adapter.listen?.(sinkOf(adapter.id, world));
    if (line) listening.push(line);
  }

  return {
    ...world,
    port: (id) => {
      const found = adapters.find((one) => one.id === id);
      if (!found) throw new Error(`no provider ${id}`);
      return found;
    },
    behave: async (rule) => {
      const answer = await fetch(`${address}/behaviour`, { method: 'PUT', body: JSON.stringify(rule) });
      if (!answer.ok) throw new Error(await answer.text());
    },
    people: async (query = '') =>
      ((await (await fetch(`${address}/messages${query}`)).json()) as { items: Person[] }).items,
    inbound: async (message) =>
      (await fetch(`${address}/inbound`, { method: 'POST', body: JSON.stringify(message) })).status,
    moveTo: (instant) => {
      businessNow = instant;
    },
    vanish: () => carriers.close(),
    comeBack: async () => {
      carriers = await start();
    },
    close: async () => {
      await Promise.all(listening.map((line) => line.stop()));
      await carriers.close();
      client.server.closeAllConnections();
      client.server.close();
      rmSync(dir, { recursive: true });
    },
  };
}

type Ears = Pick<World, 'heard' | 'replies' | 'failures'>;

function sinkOf(provider: string, ears: Ears): ProviderSink {
  const fail = (): void => {
    if (ears.failures.left > 0) {
      ears.failures.left -= 1;
      throw new Error('the database is away');
    }
  };
  return {
    receipt: async (receipt) => {
      fail();
      ears.heard.push({ ...receipt, provider });
      return 'taken';
    },
    inbound: async (message) => {
      fail();
      ears.replies.push({ ...message, provider });
      return 'taken';
    },
  };
}

/** The addresses for receipts and replies, as `notifications` has them: signed or refused. */
async function clientServer(ears: Ears): Promise<{ address: string; server: Server }> {
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks);
      const header = (name: string) => [request.headers[name]].flat()[0];
      const given = { signature: header('x-signature'), timestamp: header('x-timestamp') };
      if (!checkSignature(secrets.receiptSecret, given, body, Date.now()).ok) return response.writeHead(401).end();
      if (ears.failures.left > 0) {
        ears.failures.left -= 1;
        return response.writeHead(503).end();
      }
      const [, what, provider = ''] = (request.url ?? '').split('/');
      const content = JSON.parse(body.toString('utf8')) as LineReceipt & LineInbound;
      if (what === 'receipts') ears.heard.push({ ...content, provider });
      else ears.replies.push({ ...content, provider });
      return response.writeHead(200).end();
    })();
  });
  const port = await freePort();
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  return { address: `http://127.0.0.1:${port}`, server };
}

/** Waits until it holds, at most so many ms of real time. */
export async function until(holds: () => boolean | Promise<boolean>, withinMs = 5_000): Promise<void> {
  for (const end = Date.now() + withinMs; !(await holds()); await sleep(10))
    if (Date.now() > end) throw new Error(`not within ${withinMs} ms: ${holds.toString()}`);
}
