import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { answers, receiptHabits, type Behaviours } from './behaviour.js';
import type { Gateway, Message } from './gateway.js';

const submission = z.strictObject({
  clientReference: z.string().min(1).max(200),
  to: z.string().regex(/^\+[0-9]{6,15}$/),
  text: z.string().min(1).max(2000),
  validUntil: z.iso.datetime({ offset: true }),
});
const behaviour = z.strictObject({
  channel: z.literal('sms'),
  match: z.string().optional(),
  answer: z.enum(answers).default('accept'),
  receipt: z.enum(receiptHabits).default('once'),
  times: z.int().positive().optional(),
  phoneOnAt: z.iso.datetime({ offset: true }).optional(),
});

export interface Parts {
  gateway: Gateway;
  behaviours: Behaviours;
  apiKey: string;
  /** Business time as an ISO instant. */
  now: () => string;
  /** How long a client is left without an answer before its connection is closed (real ms). */
  silenceMs?: number;
}

/** The gateway's API for clients (`/sms/...`, with key) and the switchboard for tests (`/behaviour`, `/messages`). */
export function carriersServer(parts: Parts): Server {
  return createServer((request, response) => {
    handle(parts, request, response).catch((error: unknown) => {
      reply(response, 500, { code: 'defect', detail: error instanceof Error ? error.name : 'unknown' });
    });
  });
}

async function handle(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://carriers');
  const route = `${request.method} ${url.pathname}`;
  if (url.pathname.startsWith('/sms/')) {
    if (request.headers.authorization !== `Bearer ${parts.apiKey}`)
      return reply(response, 401, { code: 'unauthorized' });
    if (route === 'POST /sms/messages') return submit(parts, request, response);
    const reference = /^GET \/sms\/messages\/(.+)$/.exec(route)?.[1];
    if (reference) return status(parts, decodeURIComponent(reference), response);
  }
  switch (route) {
    case 'GET /health/live':
    case 'GET /health/ready':
      return reply(response, 200, { status: 'ok' });
    case 'GET /behaviour':
      return reply(response, 200, { items: parts.behaviours.list() });
    case 'PUT /behaviour': {
      const rule = behaviour.safeParse(await json(request));
      if (!rule.success) return reply(response, 400, { code: 'invalid', detail: z.prettifyError(rule.error) });
      parts.behaviours.put(rule.data);
      return reply(response, 200, rule.data);
    }
    case 'DELETE /behaviour':
      parts.behaviours.clear();
      return reply(response, 204);
    case 'GET /messages':
      return reply(response, 200, { items: received(parts.gateway, url.searchParams), nextCursor: null });
    default:
      return reply(response, 404, { code: 'not-found' });
  }
}

async function submit(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const parsed = submission.safeParse(await json(request));
  if (!parsed.success) return reply(response, 400, { code: 'invalid', detail: z.prettifyError(parsed.error) });
  const message = parsed.data;
  const key = request.headers['idempotency-key'];
  if (key !== undefined && key !== message.clientReference)
    return reply(response, 400, { code: 'idempotency-key-differs' });
  const rule = parts.behaviours.take(message);
  switch (rule.answer) {
    case 'throttle':
      response.setHeader('retry-after', '1');
      return reply(response, 429, { code: 'throttled' });
    case 'refuse':
      return reply(response, 422, { code: 'number-refused' });
    case 'drop':
      request.socket.destroy();
      return;
    case 'accept':
    case 'accept-then-timeout': {
      const { outcome, message: taken } = parts.gateway.accept(message, rule, parts.now());
      if (outcome === 'other-content') return reply(response, 409, { code: 'reference-used' });
      if (rule.answer === 'accept')
        return reply(response, 202, { providerMessageId: taken.providerMessageId, duplicate: outcome === 'known' });
      setTimeout(() => request.socket.destroy(), parts.silenceMs ?? 60_000).unref();
    }
  }
}

function status({ gateway }: Parts, clientReference: string, response: ServerResponse): void {
  const message = gateway.find(clientReference);
  if (!message) return reply(response, 404, { code: 'never-received' });
  const { providerMessageId, acceptedAt, deliveredAt } = message;
  reply(response, 200, { clientReference, providerMessageId, status: message.status, acceptedAt, deliveredAt });
}

/** What phones showed or are about to: newest last, by number and from a business instant on. */
function received(gateway: Gateway, query: URLSearchParams): Omit<Message, 'behaviour'>[] {
  const to = query.get('to');
  const since = query.get('since');
  return [...gateway.all()]
    .filter(
      (message) =>
        (to === null || message.to === to) && (since === null || Date.parse(message.acceptedAt) >= Date.parse(since)),
    )
    .map(({ behaviour: _, ...message }) => message);
}

async function json(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}

function reply(response: ServerResponse, code: number, body?: unknown): void {
  if (response.headersSent || response.destroyed) return;
  response
    .writeHead(code, { 'content-type': 'application/json' })
    .end(body === undefined ? undefined : JSON.stringify(body));
}
