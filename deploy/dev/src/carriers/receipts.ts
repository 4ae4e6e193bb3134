import { createHmac } from 'node:crypto';
import type { Reason, ReceiptHabit, Signer } from './behaviour.js';
import type { Message, Status } from './ledger.js';

/** What a client is told about a message, whatever the line. */
export interface Receipt {
  clientReference: string;
  providerMessageId: string;
  status: Status;
  /** Business instant, ISO. */
  at: string;
  because?: Reason;
  signer?: Signer;
}

/** The signature a client checks: HMAC-SHA256 of `timestamp.body`, so that neither can be changed nor replayed late. */
export function sign(secret: string, timestamp: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
}

export function receiptOf(
  { clientReference, providerMessageId, status, because, signer }: Message,
  at: string,
): Receipt {
  return { clientReference, providerMessageId, status, at, ...(because && { because }), ...(signer && { signer }) };
}

/**
 * Which receipts leave when a message reaches a status, and how long each waits (real ms). Out of order means that
 * the final one comes first and "sent" trails behind it.
 */
export function planned(
  habit: ReceiptHabit,
  receipt: Receipt,
  lateMs: number,
): { receipt: Receipt; afterMs: number }[] {
  const one = { receipt, afterMs: 0 };
  const { clientReference, providerMessageId, at } = receipt;
  switch (habit) {
    case 'never':
      return [];
    case 'twice':
      return [one, one];
    case 'late':
      return [{ receipt, afterMs: lateMs }];
    case 'out-of-order':
      return receipt.status === 'sent'
        ? []
        : [one, { receipt: { clientReference, providerMessageId, at, status: 'sent' }, afterMs: 50 }];
    case 'once':
      return [one];
  }
}

export type Post = (
  url: string,
  init: { method: 'POST'; headers: Record<string, string>; body: string; signal: AbortSignal },
) => Promise<{ ok: boolean; status: number }>;

/** Posts something to a client's address, signed; true when it was taken. */
export async function postSigned(post: Post, url: string, secret: string, content: unknown): Promise<boolean> {
  const body = JSON.stringify(content);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const headers = {
    'content-type': 'application/json',
    'x-timestamp': timestamp,
    'x-signature': sign(secret, timestamp, body),
  };
  const answer = await post(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(10_000) });
  return answer.ok;
}

/**
 * Does what carriers do with a client that does not answer: tries again with growing pauses, and gives up after about ten
 * minutes; then the client has to ask. `stop` forgets what waits.
 */
export function insistence({
  pauseMs = (attempt: number) => Math.min(250 * 2 ** attempt, 15_000),
  attempts = 45,
}: { pauseMs?: (attempt: number) => number; attempts?: number } = {}) {
  const timers = new Set<NodeJS.Timeout>();
  let stopped = false;
  const after = (ms: number, work: () => Promise<void>): void => {
    if (stopped) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      void work();
    }, ms);
    timers.add(timer);
  };
  const attempt = async (tell: () => Promise<boolean>, number: number): Promise<void> => {
    const taken = await tell().catch(() => false);
    if (taken || stopped || number + 1 >= attempts) return;
    after(pauseMs(number), () => attempt(tell, number + 1));
  };
  return {
    /** @param tell true when it was taken */
    tell: (tell: () => Promise<boolean>, afterMs = 0): void => after(afterMs, () => attempt(tell, 0)),
    stop: (): void => {
      stopped = true;
      timers.forEach(clearTimeout);
    },
  };
}
export type Insistence = ReturnType<typeof insistence>;
