import { z } from 'zod';
import type { AskAnswer, SendAnswer, SmsMessage, SmsProvider } from './sms-provider.js';

export interface HttpSmsOptions {
  id: string;
  url: string;
  apiKey: string;
  /** Real time; after it the outcome is unknown, not failed. */
  timeoutMs?: number;
}

/** Pause after an answer that only a change of our configuration can mend. */
const ourFaultMs = 30_000;

const accepted = z.object({ providerMessageId: z.string() });
const status = z.object({
  status: z.enum(['accepted', 'sent', 'delivered', 'failed', 'expired']),
  providerMessageId: z.string(),
});

/** SMS gateway over HTTP: `POST /sms/messages`, `GET /sms/messages/{clientReference}`, bearer key, 429 with Retry-After. */
export function httpSms({ id, url, apiKey, timeoutMs = 5_000 }: HttpSmsOptions): SmsProvider {
  const call = (path: string, init: RequestInit) =>
    fetch(new URL(path, url), {
      ...init,
      headers: { ...init.headers, authorization: `Bearer ${apiKey}` },
      signal: AbortSignal.timeout(timeoutMs),
    });

  async function send(message: SmsMessage): Promise<SendAnswer> {
    let response: Response;
    try {
      response = await call('/sms/messages', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': message.clientReference },
        body: JSON.stringify(message),
      });
      if (response.status === 429) return { answer: 'throttled', retryAfterMs: retryAfterMs(response) };
      if (response.status === 400 || response.status === 422)
        return { answer: 'refused', detail: `HTTP ${response.status}` };
      // A wrong key or address is ours to mend and says nothing of the message: it waits.
      if ([401, 403, 404].includes(response.status)) return { answer: 'throttled', retryAfterMs: ourFaultMs };
      if (!response.ok) return { answer: 'unknown' };
      const body = accepted.safeParse(await response.json());
      return body.success
        ? { answer: 'accepted', providerMessageId: body.data.providerMessageId }
        : { answer: 'unknown' };
    } catch {
      // The error may carry the number in its message, and says nothing about whether the message left.
      return { answer: 'unknown' };
    }
  }

  async function ask(clientReference: string): Promise<AskAnswer> {
    try {
      const response = await call(`/sms/messages/${encodeURIComponent(clientReference)}`, { method: 'GET' });
      if (response.status === 404) return { answer: 'never-received' };
      if (!response.ok) return { answer: 'no-answer' };
      const body = status.safeParse(await response.json());
      return body.success ? { answer: 'known', ...body.data } : { answer: 'no-answer' };
    } catch {
      return { answer: 'no-answer' };
    }
  }

  return { id, send, ask };
}

function retryAfterMs(response: Response): number {
  const seconds = Number(response.headers.get('retry-after'));
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 300) * 1000 : 1000;
}
