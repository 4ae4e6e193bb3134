import { createHmac } from 'node:crypto';
import type { ReceiptHabit } from './behaviour.js';
import type { Message, Status } from './gateway.js';

/** What a client is told about a message, posted to its callback address. */
export interface Receipt {
  clientReference: string;
  providerMessageId: string;
  status: Status;
  /** Business instant, ISO. */
  at: string;
}

/** The signature a client checks: HMAC-SHA256 of `timestamp.body`, so that neither can be changed nor replayed late. */
export function sign(secret: string, timestamp: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
}

export function receiptOf(message: Message, at: string): Receipt {
  const { clientReference, providerMessageId, status } = message;
  return { clientReference, providerMessageId, status, at };
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
  switch (habit) {
    case 'never':
      return [];
    case 'twice':
      return [one, one];
    case 'late':
      return [{ receipt, afterMs: lateMs }];
    case 'out-of-order':
      return receipt.status === 'sent' ? [] : [one, { receipt: { ...receipt, status: 'sent' }, afterMs: 50 }];
    case 'once':
      return [one];
  }
}

export type Post = (
  url: string,
  init: { method: 'POST'; headers: Record<string, string>; body: string; signal: AbortSignal },
) => Promise<{ ok: boolean; status: number }>;

/**
 * Posts receipts as gateways do: until the client answers 2xx, with growing pauses, and gives up after about ten
 * minutes; then the client has to ask. `stop` forgets what waits.
 */
export function receiptSender({
  url,
  secret,
  post = fetch,
  pauseMs = (attempt: number) => Math.min(250 * 2 ** attempt, 15_000),
  attempts = 45,
}: {
  url: string;
  secret: string;
  post?: Post;
  pauseMs?: (attempt: number) => number;
  attempts?: number;
}) {
  const timers = new Set<NodeJS.Timeout>();
  let stopped = false;
  const after = (ms: number, work: () => Promise<void>): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      void work();
    }, ms);
    timers.add(timer);
  };
  const attempt = async (receipt: Receipt, number: number): Promise<void> => {
    const body = JSON.stringify(receipt);
    const timestamp = String(Math.floor(Date.now() / 1000));
    const headers = {
      'content-type': 'application/json',
      'x-timestamp': timestamp,
      'x-signature': sign(secret, timestamp, body),
    };
    const answer = await post(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(10_000) }).catch(
      () => undefined,
    );
    if (answer?.ok || stopped || number + 1 >= attempts) return;
    after(pauseMs(number), () => attempt(receipt, number + 1));
  };
  return {
    send: (receipt: Receipt, afterMs: number): void => after(afterMs, () => attempt(receipt, 0)),
    stop: (): void => {
      stopped = true;
      timers.forEach(clearTimeout);
    },
  };
}
export type ReceiptSender = ReturnType<typeof receiptSender>;
