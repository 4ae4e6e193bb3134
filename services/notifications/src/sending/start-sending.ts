import { serviceToken } from '@arrears/auth';
import type { Clock } from '@arrears/clock';
import { defineEvents, failureFields, type Logger, type PlatformEvent } from '@arrears/observability';
import type { Database, PersonKeys } from '@arrears/persistence';
import type { ServiceContext } from '@arrears/service';
import type { Door } from '../receipts/door.js';
import type { ProviderPort, SendAnswer } from '../providers/ports.js';
import type { Templates } from '../templates/book.js';
import { contentMaker, type Letters } from './content.js';
import { gateIsReady, httpGate } from './gate.js';
import { measureProviders, measureQueue } from './metrics.js';
import { providerSink } from './provider-sink.js';
import type { Sending } from './open-sending.js';
import { attempts, type Attempt, type SenderParts } from './parts.js';
import type { Providers } from './providers.js';
import { startSendingLoop } from './sending-loop.js';

export interface SendingParts {
  db: Database;
  clock: Clock;
  templates: Templates;
  personKeys: PersonKeys;
  indexKey: Buffer;
  sending: Sending;
  door: Door;
  /** Where letters are sent at all. */
  letters: Letters | undefined;
  spreadMs: number;
  /** Weights of clients by agreement; 1 where nothing is told. */
  weights: ReadonlyMap<string, number>;
  violated: SenderParts['violated'];
}

const [attemptFailed, contentUnfit] = defineEvents(['message-attempt-failed', 'message-content-unfit']);
type Event = PlatformEvent | typeof attemptFailed | typeof contentUnfit;
const channels = ['sms', 'email', 'letter', 'voiceBot'] as const;
/** Counted by provider when it answers: one attempt may meet several. */
const answers = ['accepted', 'unknown', 'refused', 'throttled', 'unreachable'] as const;
const isAnswer = (outcome: Attempt): boolean => answers.some((one) => one === outcome);

/** Puts gate, pace and providers together, the only place where that happens, and starts to work off the queues. */
export async function startSending(context: ServiceContext, parts: SendingParts): Promise<void> {
  const { serviceClient, contactsUrl } = context.config;
  if (!serviceClient || contactsUrl === undefined) throw new Error('the configuration promised these');
  const { providers, ports } = parts.sending;
  const log = context.log as Logger<Event>;
  const counter = context.metrics.counter({
    name: 'messages_total',
    help: 'Attempts to send, by what they came to',
    labels: { channel: channels, provider: [...providers.ids, 'none'], outcome: attempts },
  });
  const { db, clock, templates, personKeys, indexKey, spreadMs, letters, violated } = parts;
  for (const port of parts.sending.ports) {
    const line = await port.listen?.(providerSink(parts, port));
    if (line) context.onStop(`line of ${port.id}`, () => line.stop());
  }
  const note = (id: string, answer: SendAnswer) => {
    providers.note(id, answer);
    const channel = parts.sending.channelOf(id);
    if (channel !== undefined) counter.inc({ channel, provider: id, outcome: answer.answer });
  };
  const token = serviceToken(serviceClient);
  measureQueue(context.metrics, { db, clock, providers });
  context.health.dependency('gate', () => gateIsReady(contactsUrl));
  for (const port of ports) context.health.dependency(`provider-${port.id}`, () => isThere(port, providers));
  const loop = startSendingLoop(
    {
      db,
      clock,
      templates,
      personKeys,
      indexKey,
      spreadMs,
      providers: { ...providers, note },
      measured: measureProviders(context.metrics, providers.ids),
      violated,
      gate: httpGate(contactsUrl, () => token.get()),
      makeContent: contentMaker({ templates, personKeys, ...(letters && { letters }) }),
      onUnfit: (templateId, codes) => log.error(contentUnfit, { rule: templateId, error_code: codes.join(',') }),
    },
    {
      weights: parts.weights,
      onAttempt: (outcome, channel) => {
        if (!isAnswer(outcome)) counter.inc({ channel, provider: 'none', outcome });
      },
      onError: (error) => log.error(attemptFailed, failureFields(error)),
    },
  );
  context.onStop('sender', () => loop.stop());
  context.background('sender', loop.done);
}

/**
 * A provider that can tell what it never had is asked for a message that nobody sent: if it is there and knows our key, it
 * says so. Of the others only the last messages tell.
 */
async function isThere(port: ProviderPort, providers: Providers): Promise<boolean> {
  if (!port.tellsNeverHad) return !providers.leftAlone(port.id);
  return (await port.ask({ clientReference: 'health-check', providerMessageId: null })).answer === 'never-had';
}
