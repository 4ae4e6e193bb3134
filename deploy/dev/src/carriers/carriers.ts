import type { AddressInfo } from 'node:net';
import type { Clock } from '@arrears/clock';
import { behaviours, type Channel } from './behaviour.js';
import { openCarrier, type Carrier, type Line, type Surroundings } from './carrier.js';
import { carriersServer } from './http.js';
import type { HttpDoor } from './http-door.js';
import { insistence, postSigned, type Post } from './receipts.js';
import { smppDoor, type SmppOptions } from './smpp-door.js';
import { smtpDoor, type SmtpOptions } from './smtp-door.js';
import { readCall, readLetter, readSms } from './submissions.js';

export interface HttpSecrets {
  apiKey: string;
  receiptSecret: string;
}
export interface CarriersOptions {
  port: number;
  /** Where the logs of accepted messages and the files are kept. */
  dir: string;
  clock: Pick<Clock, 'nowIso'>;
  /** Address of the client: receipts go to `receipts/{carrier}` there, replies to `inbound/{carrier}`. */
  client: string;
  /** What exists; two of a kind for SMS. */
  http: Partial<Record<HttpCarrier, HttpSecrets>>;
  smpp?: SmppOptions | undefined;
  email?: SmtpOptions | undefined;
  /** Real ms between looks at who can move, and of a late receipt, and of a silence. */
  stepMs?: number;
  lateMs?: number;
  silenceMs?: number;
  post?: Post;
}
export type HttpCarrier = keyof typeof httpCarriers;

/** The carriers behind HTTP, by id. */
const httpCarriers = {
  sms: { channel: 'sms', path: '/sms/messages', read: readSms, refusal: 'number-refused' },
  'sms-b': { channel: 'sms', path: '/b/sms/messages', read: readSms, refusal: 'number-refused' },
  letter: { channel: 'letter', path: '/letters', read: readLetter, refusal: 'address-refused' },
  voice: { channel: 'voice', path: '/calls', read: readCall, refusal: 'number-refused' },
} as const satisfies Record<string, Omit<HttpDoor, 'carrier' | 'apiKey'> & { channel: Channel }>;

/** The simulated carriers: they take messages, move them to people step by step, and tell what became of them. */
export async function startCarriers(options: CarriersOptions): Promise<{ port: number; close: () => Promise<void> }> {
  const { stepMs = 100, lateMs = 5_000, silenceMs = 60_000, dir } = options;
  const rules = behaviours();
  const telling = insistence();
  const now = (): string => options.clock.nowIso();
  const surroundings: Surroundings = { dir, rules, insistence: telling, now, lateMs, silenceMs };
  const carriers: Carrier[] = [];
  const doors: HttpDoor[] = [];
  const lines: { close: () => Promise<void> }[] = [];

  for (const [id, secrets] of Object.entries(options.http) as [HttpCarrier, HttpSecrets][]) {
    const { channel, ...door } = httpCarriers[id];
    const line = httpLine(options, id, secrets);
    const carrier = openCarrier(surroundings, { id, channel, idempotent: true, line });
    carriers.push(carrier);
    doors.push({ ...door, apiKey: secrets.apiKey, carrier });
  }
  const own = [
    ...(options.smpp ? [{ id: 'smpp', channel: 'smpp' as const, door: smppDoor(options.smpp) }] : []),
    ...(options.email ? [{ id: 'email', channel: 'email' as const, door: smtpDoor(options.email) }] : []),
  ];
  for (const { id, channel, door } of own) {
    const carrier = openCarrier(surroundings, { id, channel, idempotent: false, line: door.line });
    carriers.push(carrier);
    lines.push(door);
    await door.listen(carrier, silenceMs);
  }

  const ticking = setInterval(() => carriers.forEach((carrier) => carrier.step()), stepMs);
  const server = carriersServer({ carriers, doors, behaviours: rules, silenceMs });
  await new Promise<void>((done, failed) => server.once('error', failed).listen(options.port, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      clearInterval(ticking);
      telling.stop();
      server.closeAllConnections();
      await Promise.all([new Promise((done) => server.close(done)), ...lines.map((line) => line.close())]);
      carriers.forEach((carrier) => carrier.close());
    },
  };
}

function httpLine({ client, post = fetch }: CarriersOptions, id: HttpCarrier, { receiptSecret }: HttpSecrets): Line {
  const to = (what: string): string => new URL(`${what}/${id}`, client.endsWith('/') ? client : `${client}/`).href;
  return {
    receipt: (_message, receipt) => postSigned(post, to('receipts'), receiptSecret, receipt),
    // A phone's answer does not say what it answers.
    inbound: ({ clientReference: _, ...inbound }) => postSigned(post, to('inbound'), receiptSecret, inbound),
  };
}
