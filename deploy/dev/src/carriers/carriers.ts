import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Clock } from '@arrears/clock';
import { appendLog } from './append-log.js';
import { behaviours } from './behaviour.js';
import { gateway, type Entry } from './gateway.js';
import { carriersServer } from './http.js';
import { planned, receiptOf, receiptSender, type Post } from './receipts.js';

export interface CarriersOptions {
  port: number;
  /** Where the log of accepted messages is kept. */
  dir: string;
  apiKey: string;
  receiptSecret: string;
  callbackUrl: string;
  clock: Pick<Clock, 'nowIso'>;
  /** Real ms between the steps of a message's way, and of a late receipt. */
  stepMs?: number;
  lateMs?: number;
  silenceMs?: number;
  post?: Post;
}

/** The simulated SMS gateway: takes messages, moves them to the phone step by step, tells what became of them. */
export async function startCarriers(options: CarriersOptions): Promise<{ port: number; close: () => Promise<void> }> {
  const { stepMs = 100, lateMs = 5_000, silenceMs = 60_000 } = options;
  const now = (): string => options.clock.nowIso();
  const log = appendLog<Entry>(join(options.dir, 'sms.jsonl'));
  const sms = gateway(log, () => `sim-${randomUUID()}`);
  const rules = behaviours();
  const sender = receiptSender({
    url: options.callbackUrl,
    secret: options.receiptSecret,
    ...(options.post ? { post: options.post } : {}),
  });
  const underWay = new Set(
    [...sms.all()].filter((message) => !sms.isFinal(message)).map((message) => message.clientReference),
  );

  const advance = (reference: string): void => {
    const at = now();
    const message = sms.advance(reference, at);
    if (!message) return;
    if (sms.isFinal(message)) underWay.delete(reference);
    for (const { receipt, afterMs } of planned(message.behaviour.receipt, receiptOf(message, at), lateMs))
      sender.send(receipt, afterMs);
  };
  const ticking = setInterval(() => [...underWay].forEach(advance), stepMs);
  const accepted: typeof sms = {
    ...sms,
    accept: (...args) => {
      const result = sms.accept(...args);
      if (result.outcome === 'accepted') underWay.add(result.message.clientReference);
      return result;
    },
  };
  const server = carriersServer({ gateway: accepted, behaviours: rules, apiKey: options.apiKey, now, silenceMs });
  await new Promise<void>((done, failed) => server.once('error', failed).listen(options.port, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      clearInterval(ticking);
      sender.stop();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      log.close();
    },
  };
}
