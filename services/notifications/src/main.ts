import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { serviceToken } from '@arrears/auth';
import { openClock } from '@arrears/clock';
import { kafkaPort, startConsumer, startRelay, type KafkaPort } from '@arrears/messaging';
import { defineEvents, failureFields, type Logger, type PlatformEvent } from '@arrears/observability';
import { loadKeyRing, openDatabase, openPersonKeys, type Database, type PersonKeys } from '@arrears/persistence';
import { runService, type ServiceContext } from '@arrears/service';
import { createWorker, queueName } from '@arrears/temporal';
import { caseFactsHandlers } from './case-facts/case-facts.consumer.js';
import { messageActivities } from './messages/message.activities.js';
import { notificationsModule } from './module.js';
import { httpSms } from './providers/http-sms.js';
import { httpGate } from './sending/gate.js';
import { rateLimit } from './sending/rate-limit.js';
import type { Attempt } from './sending/sender.js';
import { startSendingLoop } from './sending/sending-loop.js';
import { loadTemplates } from './templates/load-templates.js';

/** Messages a second handed to the SMS provider in the long run. */
const smsPerSecond = 50;
const smsProviderId = 'sms-http';

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
const events = defineEvents(['message-attempt-failed']);
const clock = openClock(process.env);
const templates = loadTemplates(fileURLToPath(new URL('../templates', import.meta.url)));
let db: Database;
let personKeys: PersonKeys;

await runService({
  name: 'notifications',
  require: [
    'CONTACTS_URL',
    'SMS_URL',
    'SMS_API_KEY',
    'SMS_RECEIPT_SECRET',
    'OIDC_TOKEN_URL',
    'OIDC_CLIENT_ID',
    'OIDC_CLIENT_SECRET',
  ],
  module: async (_roles, config, context) => {
    db = await openDatabase({ url: config.databaseUrl, name: 'notifications' });
    context.onStop('database', () => db.close());
    personKeys = openPersonKeys({ url: config.keysDatabaseUrl, ring: loadKeyRing(config.masterKeys) });
    context.onStop('person keys', () => personKeys.close());
    context.health.dependency('postgres', async () => void (await db.query('SELECT 1')));
    const receiptSecrets = new Map([[smsProviderId, config.sms?.receiptSecret ?? '']]);
    return notificationsModule({ db, clock, templates, receiptSecrets });
  },
  onStart: async (context) => {
    const kafka = kafkaPort({
      brokers: context.config.kafka.brokers,
      clientId: 'notifications',
      topicPrefix: context.config.kafka.prefix,
    });
    context.onStop('kafka', () => kafka.close());
    if (context.roles.has('consumer')) await startConsuming(context, kafka);
    if (context.roles.has('relay')) startPublishing(context, kafka);
    if (context.roles.has('worker')) await startSending(context);
  },
});

async function startConsuming(context: ServiceContext, kafka: KafkaPort): Promise<void> {
  const consumer = await startConsumer({
    database: db,
    kafka,
    group: 'notifications',
    subscriptions: [{ topic: 'collections.cases.v1' }],
    handlers: caseFactsHandlers(),
    log: context.log,
    metrics: context.metrics,
  });
  context.onStop('consumer', () => consumer.stop());
  context.health.liveness('consumer', () => consumer.alive());
}

function startPublishing(context: ServiceContext, kafka: KafkaPort): void {
  const relay = startRelay({ database: db, kafka, log: context.log, metrics: context.metrics });
  context.onStop('relay', () => relay.stop());
}

async function startSending(context: ServiceContext): Promise<void> {
  const { config, metrics } = context;
  const log = context.log as Logger<PlatformEvent | (typeof events)[number]>;
  const { sms, serviceClient, contactsUrl } = config;
  if (!sms || !serviceClient || contactsUrl === undefined) throw new Error('the configuration promised these');
  const worker = await createWorker({
    temporal: config.temporal,
    ring: loadKeyRing(config.codecKeys),
    taskQueue: queueName('notifications', config.temporal.queueSuffix),
    activities: messageActivities({ db, clock }),
  });
  context.onStop('worker', () => worker.stop());
  context.background('worker', worker.done);

  const attempts = metrics.counter({
    name: 'messages_total',
    help: 'Attempts to send, by what they came to',
    labels: { channel: ['sms'], outcome: attemptNames },
  });
  const token = serviceToken(serviceClient);
  const loop = startSendingLoop(
    {
      db,
      clock,
      templates,
      personKeys,
      gate: httpGate(contactsUrl, () => token.get()),
      provider: httpSms({ id: smsProviderId, url: sms.url, apiKey: sms.apiKey }),
      limit: rateLimit(
        smsPerSecond,
        () => clock.realNow(),
        (ms) => sleep(ms),
      ),
    },
    {
      onAttempt: (outcome, channel) => attempts.inc({ channel, outcome }),
      onError: (error) => log.error('message-attempt-failed', failureFields(error)),
    },
  );
  context.onStop('sender', () => loop.stop());
  context.background('sender', loop.done);
}
