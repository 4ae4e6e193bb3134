import { serviceToken } from '@arrears/auth';
import type { Clock } from '@arrears/clock';
import { defineEvents, failureFields, type Logger, type PlatformEvent } from '@arrears/observability';
import type { Database, PersonKeys } from '@arrears/persistence';
import type { ServiceContext } from '@arrears/service';
import type { Door } from '../receipts/door.js';
import type { Templates } from '../templates/book.js';
import { contentMaker, type Letters } from './content.js';
import { httpGate } from './gate.js';
import { providerSink } from './provider-sink.js';
import type { Sending } from './open-sending.js';
import { attempts } from './parts.js';
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
}

const [attemptFailed, contentUnfit] = defineEvents(['message-attempt-failed', 'message-content-unfit']);
type Event = PlatformEvent | typeof attemptFailed | typeof contentUnfit;
const channels = ['sms', 'email', 'letter', 'voiceBot'] as const;

/** Puts gate, pace and providers together, the only place where that happens, and starts to work off the queues. */
export async function startSending(context: ServiceContext, parts: SendingParts): Promise<void> {
  const { serviceClient, contactsUrl } = context.config;
  if (!serviceClient || contactsUrl === undefined) throw new Error('the configuration promised these');
  const log = context.log as Logger<Event>;
  const counter = context.metrics.counter({
    name: 'messages_total',
    help: 'Attempts to send, by what they came to',
    labels: { channel: channels, outcome: attempts },
  });
  const { db, clock, templates, personKeys, indexKey, spreadMs, letters } = parts;
  for (const port of parts.sending.ports) {
    const line = await port.listen?.(providerSink(parts, port));
    if (line) context.onStop(`line of ${port.id}`, () => line.stop());
  }
  const token = serviceToken(serviceClient);
  const loop = startSendingLoop(
    {
      db,
      clock,
      templates,
      personKeys,
      indexKey,
      spreadMs,
      providers: parts.sending.providers,
      gate: httpGate(contactsUrl, () => token.get()),
      makeContent: contentMaker({ templates, ...(letters && { letters }) }),
      onUnfit: (templateId, codes) => log.error(contentUnfit, { rule: templateId, error_code: codes.join(',') }),
    },
    {
      weights: parts.weights,
      onAttempt: (outcome, channel) => counter.inc({ channel, outcome }),
      onError: (error) => log.error(attemptFailed, failureFields(error)),
    },
  );
  context.onStop('sender', () => loop.stop());
  context.background('sender', loop.done);
}
