import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { answers, channels, endings, reasons, receiptHabits, signers, type Behaviours } from './behaviour.js';
import type { Carrier } from './carrier.js';
import { reply, serve, type HttpDoor } from './http-door.js';
import type { Message } from './ledger.js';
import { readJson } from './submissions.js';

const behaviour = z.strictObject({
  channel: z.enum(channels),
  provider: z.string().optional(),
  match: z.string().optional(),
  answer: z.enum(answers).default('accept'),
  receipt: z.enum(receiptHabits).default('once'),
  times: z.int().positive().optional(),
  phoneOnAt: z.iso.datetime({ offset: true }).optional(),
  delivery: z.enum(endings).optional(),
  reply: z.string().min(1).max(500).optional(),
  because: z.enum(reasons).optional(),
  signer: z.enum(signers).optional(),
  afterDays: z.number().min(0).max(365).optional(),
  asked: z.enum(['truth', 'silence']).optional(),
});
const inbound = z.strictObject({
  channel: z.enum(channels),
  provider: z.string().optional(),
  from: z.string().min(3).max(254),
  text: z.string().max(4000),
  /** Message that it answers; else the last one that went to `from`. */
  clientReference: z.string().optional(),
});

export interface Parts {
  carriers: readonly Carrier[];
  doors: readonly HttpDoor[];
  behaviours: Behaviours;
  /** How long a client is left without an answer before its connection is closed (real ms). */
  silenceMs: number;
}

/** The carriers' APIs for their client, each with its key, and the switchboard for tests. */
export function carriersServer(parts: Parts): Server {
  return createServer((request, response) => {
    handle(parts, request, response).catch((error: unknown) => {
      reply(response, 500, { code: 'defect', detail: error instanceof Error ? error.name : 'unknown' });
    });
  });
}

async function handle(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://carriers');
  const door = parts.doors.find(({ path }) => url.pathname === path || url.pathname.startsWith(`${path}/`));
  if (door) return serve(door, request, response, parts.silenceMs);
  const file = /^\/messages\/([^/]+)\/file$/.exec(url.pathname)?.[1];
  if (request.method === 'GET' && file !== undefined) return sendFile(parts, decodeURIComponent(file), response);
  switch (`${request.method} ${url.pathname}`) {
    case 'GET /health/live':
    case 'GET /health/ready':
      return reply(response, 200, { status: 'ok' });
    case 'GET /behaviour':
      return reply(response, 200, { items: parts.behaviours.list() });
    case 'PUT /behaviour': {
      const rule = behaviour.safeParse(await readJson(request));
      if (!rule.success) return reply(response, 400, { code: 'invalid', detail: z.prettifyError(rule.error) });
      parts.behaviours.put(rule.data);
      return reply(response, 200, rule.data);
    }
    case 'DELETE /behaviour':
      parts.behaviours.clear();
      return reply(response, 204);
    case 'GET /messages':
      return reply(response, 200, { items: received(parts.carriers, url.searchParams), nextCursor: null });
    case 'POST /inbound':
      return takeInbound(parts, request, response);
    default:
      return reply(response, 404, { code: 'not-found' });
  }
}

/** A person writes: handed to the client over the carrier's own line. 502 when the client did not take it. */
async function takeInbound(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const given = inbound.safeParse(await readJson(request));
  if (!given.success) return reply(response, 400, { code: 'invalid', detail: z.prettifyError(given.error) });
  const { channel, provider, ...message } = given.data;
  const carrier = parts.carriers.find((one) => one.channel === channel && (provider ?? one.id) === one.id);
  if (!carrier) return reply(response, 404, { code: 'no-such-carrier' });
  const taken = await carrier.inbound(message).catch(() => false);
  return taken ? reply(response, 202, { taken }) : reply(response, 502, { code: 'not-taken' });
}

/** What people got or are about to: oldest first, by address, channel, and from a business instant on. */
function received(carriers: readonly Carrier[], query: URLSearchParams): Omit<Message, 'behaviour' | 'line'>[] {
  const [to, since, channel] = ['to', 'since', 'channel'].map((name) => query.get(name));
  return carriers
    .flatMap((carrier) => [...carrier.all()])
    .filter(
      (message) =>
        (to == null || message.to === to) &&
        (channel == null || message.channel === channel) &&
        (since == null || Date.parse(message.acceptedAt) >= Date.parse(since)),
    )
    .sort((a, b) => Date.parse(a.acceptedAt) - Date.parse(b.acceptedAt))
    .map(({ behaviour: _, line: _line, ...message }) => message);
}

function sendFile({ carriers }: Parts, reference: string, response: ServerResponse): void {
  const carrier = carriers.find((one) => one.find(reference)?.fileHash !== undefined);
  const file = carrier?.file(reference);
  if (!carrier || !file) return reply(response, 404, { code: 'no-file' });
  const type = carrier.channel === 'letter' ? 'application/pdf' : 'application/octet-stream';
  response.writeHead(200, { 'content-type': type }).end(file);
}
