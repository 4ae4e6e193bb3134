import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Carrier } from './carrier.js';
import type { Read } from './submissions.js';

/** A carrier's API for its client: `POST path`, `GET path/{reference}`, `DELETE path/{reference}`, with a key. */
export interface HttpDoor {
  /** With the slash before it, none behind. */
  path: string;
  apiKey: string;
  carrier: Carrier;
  read: (request: IncomingMessage) => Promise<Read>;
  /** Its word for an address to which it does not deliver. */
  refusal: string;
}

export async function serve(
  door: HttpDoor,
  request: IncomingMessage,
  response: ServerResponse,
  silenceMs: number,
): Promise<void> {
  if (request.headers.authorization !== `Bearer ${door.apiKey}`) return reply(response, 401, { code: 'unauthorized' });
  const rest = new URL(request.url ?? '/', 'http://carriers').pathname.slice(door.path.length + 1);
  if (request.method === 'POST' && rest === '') return submit(door, request, response, silenceMs);
  const reference = decodeURIComponent(rest);
  if (request.method === 'GET' && rest !== '') return status(door, reference, request, response, silenceMs);
  if (request.method === 'DELETE' && rest !== '') {
    const answer = door.carrier.recall(reference);
    if (answer === 'recalled') return reply(response, 204);
    return answer === 'too-late'
      ? reply(response, 409, { code: 'too-late' })
      : reply(response, 404, { code: 'never-received' });
  }
  return reply(response, 405, { code: 'no-such-method' });
}

async function submit(
  { carrier, read, refusal }: HttpDoor,
  request: IncomingMessage,
  response: ServerResponse,
  silenceMs: number,
): Promise<void> {
  const given = await read(request);
  if ('status' in given) return reply(response, given.status, { code: given.code, detail: given.detail });
  const key = request.headers['idempotency-key'];
  if (key !== undefined && key !== given.submission.clientReference)
    return reply(response, 400, { code: 'idempotency-key-differs' });
  const taken = carrier.take(given.submission, given.file);
  switch (taken.answer) {
    case 'throttle':
      response.setHeader('retry-after', '1');
      return reply(response, 429, { code: 'throttled' });
    case 'refuse':
      return reply(response, 422, { code: refusal });
    case 'drop':
      request.socket.destroy();
      return;
    case 'other-content':
      return reply(response, 409, { code: 'reference-used' });
    case 'accepted': {
      const { providerMessageId } = taken.message;
      if (!taken.silent) return reply(response, 202, { providerMessageId, duplicate: taken.duplicate });
      hangUpLater(request, silenceMs);
    }
  }
}

function status(
  { carrier }: HttpDoor,
  clientReference: string,
  request: IncomingMessage,
  response: ServerResponse,
  silenceMs: number,
): void {
  const message = carrier.find(clientReference);
  if (!message) return reply(response, 404, { code: 'never-received' });
  if (message.behaviour.asked === 'silence') return hangUpLater(request, silenceMs);
  const { providerMessageId, acceptedAt, deliveredAt, because, signer } = message;
  const at = message.endedAt ?? message.sentAt ?? acceptedAt;
  reply(response, 200, {
    clientReference,
    providerMessageId,
    status: message.status,
    acceptedAt,
    deliveredAt,
    at,
    because,
    signer,
  });
}

function hangUpLater(request: IncomingMessage, silenceMs: number): void {
  setTimeout(() => request.socket.destroy(), silenceMs).unref();
}

export function reply(response: ServerResponse, code: number, body?: unknown): void {
  if (response.headersSent || response.destroyed) return;
  response
    .writeHead(code, { 'content-type': 'application/json' })
    .end(body === undefined ? undefined : JSON.stringify(body));
}
