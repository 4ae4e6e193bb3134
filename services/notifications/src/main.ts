import { fileURLToPath } from 'node:url';
import { openClock } from '@arrears/clock';
import { kafkaPort, startConsumer, startRelay, type KafkaPort } from '@arrears/messaging';
import { invariantViolations, type Invariant } from '@arrears/observability';
import { loadKeyRing, openDatabase, openPersonKeys, type Database, type PersonKeys } from '@arrears/persistence';
import { measurePool, poolWait, runService, untilSchema, type ServiceContext } from '@arrears/service';
import { createWorker, measuredRing, queueName, temporalProbe } from '@arrears/temporal';
import { caseFactsHandlers } from './case-facts/case-facts.consumer.js';
import { messageActivities } from './messages/message.activities.js';
import { notificationsMigrations } from './migrations.js';
import { notificationsModule } from './module.js';
import { smsProviderId, startSending } from './sending/start-sending.js';
import { loadTemplates } from './templates/load-templates.js';

const clock = openClock(process.env);
const templates = loadTemplates(fileURLToPath(new URL('../templates', import.meta.url)));
let db: Database;
let personKeys: PersonKeys;
let violated: (invariant: Invariant) => void;

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
    db = await openDatabase({ url: config.databaseUrl, name: 'notifications', onWait: poolWait(context.metrics) });
    measurePool(context.metrics, db);
    context.onStop('database', () => db.close());
    personKeys = openPersonKeys({ url: config.keysDatabaseUrl, ring: loadKeyRing(config.masterKeys) });
    context.onStop('person keys', () => personKeys.close());
    context.health.dependency('postgres', async () => void (await db.query('SELECT 1')));
    context.health.dependency('keys', () => personKeys.ping());
    await untilSchema(context, db, notificationsMigrations);
    const receiptSecrets = new Map([[smsProviderId, config.sms?.receiptSecret ?? '']]);
    violated = invariantViolations(context.metrics);
    return notificationsModule({ db, clock, templates, receiptSecrets, violated });
  },
  onStart: async (context) => {
    const kafka = kafkaPort({
      brokers: context.config.kafka.brokers,
      clientId: 'notifications',
      topicPrefix: context.config.kafka.prefix,
    });
    context.onStop('kafka', () => kafka.close());
    context.health.dependency('kafka', () => kafka.ping());
    if (context.roles.has('consumer')) await startConsuming(context, kafka);
    if (context.roles.has('relay')) startPublishing(context, kafka);
    if (context.roles.has('worker')) {
      await startWorker(context);
      startSending(context, { db, clock, templates, personKeys, violated });
    }
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
  context.health.liveness('relay', () => relay.alive());
}

async function startWorker(context: ServiceContext): Promise<void> {
  const { config } = context;
  const probe = temporalProbe(config.temporal);
  context.onStop('temporal probe', () => probe.close());
  context.health.dependency('temporal', () => probe.ask());
  const worker = await createWorker({
    temporal: config.temporal,
    ring: measuredRing(loadKeyRing(config.codecKeys), context.metrics),
    taskQueue: queueName('notifications', config.temporal.queueSuffix),
    log: context.log,
    metricsPort: config.temporalMetricsPort,
    ...(context.spans && { spans: context.spans }),
    activities: messageActivities({ db, clock }),
  });
  context.onStop('worker', () => worker.stop());
  context.background('worker', worker.done);
}
