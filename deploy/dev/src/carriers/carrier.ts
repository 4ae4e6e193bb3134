import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { appendLog } from './append-log.js';
import type { Behaviour, Behaviours, Channel } from './behaviour.js';
import { ledger, type Entry, type Ledger, type Message, type Submission } from './ledger.js';
import { planned, receiptOf, type Insistence, type Receipt } from './receipts.js';

/** What all carriers of the process share. */
export interface Surroundings {
  dir: string;
  rules: Behaviours;
  insistence: Insistence;
  /** Business time as an ISO instant. */
  now: () => string;
  /** Real ms of a late receipt, and for which a client is left without an answer. */
  lateMs: number;
  silenceMs: number;
}
/** A person's answer to a message, or a message of his own. */
export interface Inbound {
  inboundId: string;
  from: string;
  text: string;
  at: string;
  clientReference?: string | undefined;
}
/** How a carrier reaches its client over its own protocol; true when the client has taken it. */
export interface Line {
  receipt(message: Message, receipt: Receipt): Promise<boolean>;
  inbound(inbound: Inbound, answers: Message | undefined): Promise<boolean>;
}

export type Taken =
  | { answer: 'throttle' | 'refuse' | 'drop' | 'other-content' }
  /** `silent`: it is taken, but the client is told nothing. */
  | { answer: 'accepted'; message: Message; duplicate: boolean; silent: boolean };

export interface Carrier {
  readonly id: string;
  readonly channel: Channel;
  take(submission: Submission, file?: Buffer): Taken;
  /** The rule for the next message to an address, without using it up. */
  peek(to: string): Behaviour;
  find: Ledger['find'];
  all: Ledger['all'];
  recall: Ledger['recall'];
  file(clientReference: string): Buffer | undefined;
  inbound(message: Omit<Inbound, 'inboundId' | 'at'>): Promise<boolean>;
  /** Moves every message that can move. */
  step(): void;
  close(): void;
}

/**
 * One simulated carrier: takes messages, moves them to the person step by step, tells what became of them.
 * @param options.idempotent whether it knows a client's reference again; if not, the same one twice is two messages
 */
export function openCarrier(
  surroundings: Surroundings,
  options: { id: string; channel: Channel; idempotent: boolean; line: Line },
): Carrier {
  const { id, channel, idempotent, line } = options;
  const { rules, now, insistence } = surroundings;
  const log = appendLog<Entry>(join(surroundings.dir, `${id}.jsonl`));
  const book = ledger(log, { id, channel }, () => `sim-${randomUUID()}`);
  const underWay = new Set([...book.all()].filter((one) => !book.isFinal(one)).map((one) => one.clientReference));
  const files = join(surroundings.dir, 'files');
  const fileOf = (reference: string): string => join(files, `${id}-${reference.replace(/[^\w-]/g, '_')}`);

  function inbound(message: Omit<Inbound, 'inboundId' | 'at'>): Promise<boolean> {
    const whole = { ...message, inboundId: `in-${randomUUID()}`, at: now() };
    const answers = [...book.all()].filter(({ to }) => to === message.from).at(-1);
    return line.inbound(whole, answers);
  }

  function advance(reference: string): void {
    const at = now();
    const message = book.advance(reference, at);
    if (!message) return;
    if (book.isFinal(message)) underWay.delete(reference);
    for (const { receipt, afterMs } of planned(message.behaviour.receipt, receiptOf(message, at), surroundings.lateMs))
      insistence.tell(() => line.receipt(message, receipt), afterMs);
    if (message.status === 'delivered' && message.behaviour.delivery === 'reply') {
      const answer = { from: message.to, text: message.behaviour.reply ?? '退订', clientReference: reference };
      insistence.tell(() => inbound(answer));
    }
  }

  function free(reference: string): string {
    let unused = reference;
    for (let copy = 2; book.find(unused); copy += 1) unused = `${reference}#${copy}`;
    return unused;
  }

  return {
    id,
    channel,
    take: (submission, file) => {
      const rule = rules.take({ id, channel }, submission);
      if (rule.answer === 'throttle' || rule.answer === 'refuse' || rule.answer === 'drop')
        return { answer: rule.answer };
      const clientReference = idempotent ? submission.clientReference : free(submission.clientReference);
      const { outcome, message } = book.accept({ ...submission, clientReference }, rule, now());
      if (outcome === 'other-content') return { answer: 'other-content' };
      if (outcome === 'accepted') underWay.add(clientReference);
      if (file) {
        mkdirSync(files, { recursive: true });
        writeFileSync(fileOf(clientReference), file);
      }
      const silent = rule.answer === 'accept-then-timeout';
      return { answer: 'accepted', message, duplicate: outcome === 'known', silent };
    },
    peek: (to) => rules.peek({ id, channel }, { to }),
    find: book.find,
    all: book.all,
    recall: (reference) => {
      const answer = book.recall(reference);
      if (answer === 'recalled') underWay.delete(reference);
      return answer;
    },
    file: (reference) => (book.find(reference)?.fileHash === undefined ? undefined : readFileSync(fileOf(reference))),
    inbound,
    step: () => [...underWay].forEach(advance),
    close: () => log.close(),
  };
}
