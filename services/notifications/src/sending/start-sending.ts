import { setTimeout as sleep } from 'node:timers/promises';
import { serviceToken } from '@arrears/auth';
import { defineEvents, failureFields, type Logger, type PlatformEvent } from '@arrears/observability';
import type { ServiceContext } from '@arrears/service';
import { httpSms } from '../providers/http-sms.js';
import type { SmsProvider } from '../providers/sms-provider.js';
import { gateIsReady, httpGate } from './gate.js';
import { measureQueue, timedProvider } from './metrics.js';
import { rateLimit } from './rate-limit.js';
import type { Attempt, SenderParts } from './sender.js';
import { startSendingLoop } from './sending-loop.js';

/** Messages a second handed to the SMS provider in the long run. */
const smsPerSecond = 50;
/** Also the last part of the address for its receipts: `POST /receipts/sms`. */
export const smsProviderId = 'sms';

const attemptNames: Attempt[] = [
  'accepted',
  'unknown',
  'refused',
  'throttled',
  'waiting',
  'denied',
  'stale',
  'expired',
  'withdrawn',
];
const [attemptFailed] = defineEvents(['message-attempt-failed']);

/** Puts gate, rate and provider together, the only place where that happens, and starts to work off the queue. */
export function startSending(
  context: ServiceContext,
  parts: Pick<SenderParts, 'db' | 'clock' | 'templates' | 'personKeys' | 'violated'>,
): void {
  const { sms, serviceClient, contactsUrl } = context.config;
  if (!sms || !serviceClient || contactsUrl === undefined) throw new Error('the configuration promised these');
  const log = context.log as Logger<PlatformEvent | typeof attemptFailed>;
  const attempts = context.metrics.counter({
    name: 'messages_total',
    help: 'Attempts to send, by what they came to',
    labels: { channel: ['sms'], provider: [smsProviderId], outcome: attemptNames },
  });
  const token = serviceToken(serviceClient);
  const gateway = httpSms({ id: smsProviderId, url: sms.url, apiKey: sms.apiKey });
  const provider = timedProvider(gateway, context.metrics);
  measureQueue(context.metrics, { db: parts.db, clock: parts.clock, provider: smsProviderId });
  context.health.dependency('gate', () => gateIsReady(contactsUrl));
  context.health.dependency('sms-gateway', () => knowsUs(gateway));
  const loop = startSendingLoop(
    {
      ...parts,
      gate: httpGate(contactsUrl, () => token.get()),
      provider,
      limit: rateLimit(
        smsPerSecond,
        () => parts.clock.realNow(),
        (ms) => sleep(ms),
      ),
    },
    {
      onAttempt: (outcome, channel) => attempts.inc({ channel, provider: smsProviderId, outcome }),
      onError: (error) => log.error(attemptFailed, failureFields(error)),
    },
  );
  context.onStop('sender', () => loop.stop());
  context.background('sender', loop.done);
}

/** Asks for a message that nobody sent, with our key: a gateway that is there, and knows the key, says so. */
async function knowsUs(provider: SmsProvider): Promise<boolean> {
  return (await provider.ask('health-check')).answer === 'never-received';
}
