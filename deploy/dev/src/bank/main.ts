import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openClock, type Clock } from '@arrears/clock';
import { topicName } from '@arrears/contracts';
import { Kafka, logLevel, type Producer } from 'kafkajs';
import { createAgreement, importFile, type BankDoors } from './doors.js';
import { isCardFile, readCardAccounts } from './portfolio.js';
import { readProgress, writeProgress, type Progress } from './progress.js';
import { timeline, type BankMessage } from './timeline.js';

/**
 * The simulated bank: hands over accounts and payments of a portfolio as the business clock reaches them, by the public
 * doors only. Stopped and started again it goes on after the last message it sent; what it sends twice has the same id.
 *
 * Environment: RUNTIME (path of runtime.json), ACCOUNTS, PORTFOLIO (a file of the user), KAFKA_TOPIC_PREFIX, ARREARS_CLOCK.
 */
const seed = 20_261;
const agreement = {
  agreementId: 'AGR-DEMO',
  client: 'Demo Bank (synthetic)',
  creditorName: '示範銀行',
  complaintChannel: '0800-000-000',
  products: ['credit-card'],
  currency: 'TWD',
  timeZone: 'Asia/Taipei',
  calendar: 'tw',
  ledger: 'bank',
  from: '2020-01-01',
  country: 'TW',
};
const taipeiOffsetHours = 8;
/** Real ms between looks at the clock. */
const lookMs = 200;
const say = (line: string) => process.stdout.write(`${line}\n`);

interface Runtime extends BankDoors {
  kafka: string;
}

async function main(): Promise<void> {
  const runtimePath = need('RUNTIME');
  const runtime = JSON.parse(readFileSync(runtimePath, 'utf8')) as Runtime;
  const clock = openClock(process.env);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  await createAgreement(runtime, agreement);

  const file = process.env['PORTFOLIO'] || undefined;
  const text = readFileSync(file ?? new URL('../../data/card-accounts-excerpt.csv', import.meta.url), 'utf8');
  if (file !== undefined && !isCardFile(text)) {
    say(await importFile(runtime, file));
    return;
  }
  const progressPath = join(runtimePath, '..', 'bank-progress.json');
  const progress = readProgress(progressPath) ?? { origin: localDate(clock.now()), sent: 0 };
  const accounts = readCardAccounts(text);
  const messages = timeline({
    accounts,
    limit: Number(process.env['ACCOUNTS'] || 300),
    origin: progress.origin,
    agreementId: agreement.agreementId,
    seed,
    utcOffsetHours: taipeiOffsetHours,
  });
  say(
    `${messages.length} messages of ${file === undefined ? '' : `${basename(file)}, `}${new Set(messages.map(({ loanId }) => loanId)).size} accounts, the first on ${progress.origin}; ${progress.sent} were sent before`,
  );

  const kafka = new Kafka({
    clientId: 'simulated-bank',
    brokers: runtime.kafka.split(','),
    logLevel: logLevel.NOTHING,
  });
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  try {
    await play(messages, progress, progressPath, { clock, producer, stopped: stop.signal });
  } finally {
    await producer.disconnect();
  }
}

async function play(
  messages: BankMessage[],
  progress: Progress,
  path: string,
  at: { clock: Clock; producer: Producer; stopped: AbortSignal },
): Promise<void> {
  while (progress.sent < messages.length && !at.stopped.aborted) {
    const now = at.clock.now();
    const due = messages.slice(progress.sent, progress.sent + 200).filter((message) => message.at <= now);
    if (due.length > 0) {
      await send(at.producer, due);
      progress.sent += due.length;
      writeProgress(path, progress);
      say(`${new Date(now).toISOString()} sent ${due.length}: ${summary(due)}`);
    } else {
      await sleep(lookMs, undefined, { signal: at.stopped }).catch(() => undefined);
    }
  }
}

async function send(producer: Producer, messages: BankMessage[]): Promise<void> {
  const prefix = process.env['KAFKA_TOPIC_PREFIX'] ?? '';
  // One request a topic and in order: a loan must be known before its payment, and equal keys keep their order.
  for (const topic of ['bank.loans.v1', 'bank.repayments.v1'] as const) {
    const records = messages
      .filter((message) => message.topic === topic)
      .map((message) => ({
        key: message.loanId,
        value: JSON.stringify(message.data),
        headers: {
          ce_specversion: '1.0',
          ce_id: message.id,
          ce_source: 'demo-bank',
          ce_type: message.type,
          ce_time: new Date(message.at).toISOString(),
          ce_subject: message.loanId,
          ce_partitionkey: message.loanId,
          'content-type': 'application/json',
        },
      }));
    if (records.length > 0) await producer.send({ topic: topicName(prefix, topic), messages: records, acks: -1 });
  }
}

function summary(messages: BankMessage[]): string {
  const count = (type: string) => messages.filter((message) => message.type.includes(type)).length;
  return [
    `${count('loan-overdue')} overdue`,
    `${count('loan-updated')} updates`,
    `${count('repayment')} payments`,
  ].join(', ');
}

const localDate = (ms: number): string => new Date(ms + taipeiOffsetHours * 3_600_000).toISOString().slice(0, 10);

function need(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} must be set`);
  return value;
}

await main();
