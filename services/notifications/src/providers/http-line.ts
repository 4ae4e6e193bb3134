import { z } from 'zod';
import type { AskAnswer, ReturnReason, SendAnswer } from './ports.js';

/**
 * What the HTTP providers have in common: bearer key, our reference as idempotency key, and the reading of their answers.
 * Nothing of a request or of an error is ever logged: both carry numbers, names and texts.
 */
export interface HttpLineOptions {
  /** Base address, with or without a slash at its end; a path in it stays. */
  url: string;
  apiKey: string;
  /** Real time; after it the outcome is unknown, not failed. Default 5 s, at most 10 s. */
  timeoutMs?: number | undefined;
}

export type HttpAnswer =
  | { came: 'answer'; status: number; retryAfterMs: number; body: unknown }
  /** No connection was made, so no byte of the request left. */
  | { came: 'no-connection'; code: string }
  | { came: 'nothing' };

export type HttpLine = (
  path: string,
  request: { method: 'GET' | 'POST' | 'DELETE'; reference?: string; body?: string | FormData; contentType?: string },
) => Promise<HttpAnswer>;

/** Failures that come before a connection exists. A reset or a closed one may have carried the request. */
const beforeConnection = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

export function httpLine({ url, apiKey, timeoutMs = 5_000 }: HttpLineOptions): HttpLine {
  const base = url.endsWith('/') ? url : `${url}/`;
  return async (path, { method, reference, body, contentType }) => {
    try {
      const response = await fetch(new URL(path, base), {
        method,
        ...(body === undefined ? {} : { body }),
        headers: {
          authorization: `Bearer ${apiKey}`,
          ...(reference === undefined ? {} : { 'idempotency-key': reference }),
          ...(contentType === undefined ? {} : { 'content-type': contentType }),
        },
        redirect: 'error',
        signal: AbortSignal.timeout(Math.min(timeoutMs, 10_000)),
      });
      const text = await response.text();
      return { came: 'answer', status: response.status, retryAfterMs: retryAfterMs(response), body: parsed(text) };
    } catch (error) {
      const code = codeOf(error);
      return code !== undefined && beforeConnection.has(code) ? { came: 'no-connection', code } : { came: 'nothing' };
    }
  };
}

const accepted = z.object({ providerMessageId: z.string().min(1).max(200) });
const refusal = z.object({ code: z.string().regex(/^[a-z0-9-]{1,60}$/) });
const word = z.object({
  status: z.enum(['accepted', 'sent', 'delivered', 'failed', 'expired', 'returned']),
  providerMessageId: z.string().min(1).max(200),
  at: z.iso.datetime({ offset: true }).optional(),
  because: z
    .enum(['refused', 'unknown-address', 'moved', 'unclaimed', 'no-mailbox', 'blocked', 'other'])
    .optional()
    .catch('other'),
  signer: z.enum(['self', 'cohabiting-relative', 'authorised']).optional(),
});

/** Refusals that a second provider would not share. */
const providersFault = new Set(['no-credit', 'account-blocked', 'sender-not-registered', 'region-not-served']);

/** Refusals that mean that the number or address reaches nobody. */
const nobodyThere: ReadonlyMap<string, ReturnReason> = new Map([
  ['no-such-number', 'unknown-address'],
  ['no-such-address', 'unknown-address'],
]);

/** What the answer to a submission means for the message. */
export function handoverAnswer(answer: HttpAnswer): SendAnswer {
  if (answer.came === 'no-connection') return { answer: 'unreachable', code: answer.code };
  if (answer.came === 'nothing') return { answer: 'unknown' };
  const { status } = answer;
  if (status >= 200 && status < 300) {
    const body = accepted.safeParse(answer.body);
    return body.success ? { answer: 'accepted', ...body.data } : { answer: 'unknown' };
  }
  if (status === 429) return { answer: 'throttled', retryAfterMs: answer.retryAfterMs };
  // A wrong key or address is ours to mend and says nothing of the message.
  if ([401, 403, 404, 405].includes(status)) return { answer: 'unreachable', code: `http-${status}` };
  if (status === 402) return { answer: 'refused', code: 'no-credit', blames: 'provider' };
  if ([400, 413, 415, 422].includes(status)) {
    const given = refusal.safeParse(answer.body);
    const code = given.success ? given.data.code : `http-${status}`;
    const reason = nobodyThere.get(code);
    return {
      ...{ answer: 'refused', code, blames: providersFault.has(code) ? 'provider' : 'message' },
      ...(reason !== undefined && { nobodyThere: reason }),
    };
  }
  // 409 (our reference with another content), 5xx, a gateway in between: it may have the message.
  return { answer: 'unknown' };
}

/** What the answer to "what became of it" means. */
export function askedAnswer(answer: HttpAnswer): AskAnswer {
  if (answer.came !== 'answer') return { answer: 'unknown' };
  // Only an answer in the provider's own words is certain: a 404 without its code may come from a wrong address.
  if (answer.status === 404)
    return z.object({ code: z.literal('never-received') }).safeParse(answer.body).success
      ? { answer: 'never-had' }
      : { answer: 'unknown' };
  const known = answer.status === 200 ? word.safeParse(answer.body) : undefined;
  return known?.success ? { answer: 'known', ...known.data } : { answer: 'unknown' };
}

function retryAfterMs(response: Response): number {
  const seconds = Number(response.headers.get('retry-after'));
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 300) * 1000 : 1000;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** fetch wraps the socket's error, sometimes several of them: one for each address that was tried. */
function codeOf(error: unknown): string | undefined {
  const { cause } = error as { cause?: { code?: string; errors?: { code?: string }[] } };
  const codes = cause?.errors?.map(({ code }) => code) ?? [cause?.code];
  return codes.every((code) => code !== undefined && beforeConnection.has(code)) ? codes[0] : undefined;
}
