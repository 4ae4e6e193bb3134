import { fileURLToPath } from 'node:url';
import { openClock } from '@arrears/clock';
import { kafkaPort, startConsumer, startRelay, type KafkaPort } from '@arrears/messaging';
import {
  defineEvents,
  failureFields,
  invariantViolations,
  type Invariant,
  type Logger,
  type PlatformEvent,
} from '@arrears/observability';
import { loadKeyRing, openDatabase, openPersonKeys, type Database } from '@arrears/persistence';
import { measurePool, poolWait, runService, untilSchema, type ServiceContext } from '@arrears/service';
import { createWorker, measuredRing, queueName, temporalProbe } from '@arrears/temporal';
import { caseFactsHandlers } from './case-facts/case-facts.consumer.js';
import { messageActivities } from './messages/message.activities.js';
import { notificationsMigrations } from './migrations.js';
import { notificationsModule, type NotificationParts } from './module.js';
import { providerDoor } from './receipts/door.js';
import { openLetters } from './sending/open-letters.js';
import { openSending, type Sending } from './sending/open-sending.js';
import { recallFrom } from './sending/recall.js';
import { startSending } from './sending/start-sending.js';
import type { Templates } from './templates/book.js';
import { openTemplateBook } from './templates/live-book.js';
import { loadLists } from './templates/load-templates.js';

const clock = openClock(process.env);
const lists = loadLists();
const [templatesUnread] = defineEvents(['templates-unread']);
let parts: NotificationParts;
let sending: Sending;
let violated: (invariant: Invariant) => void;

await runService({
  name: 'notifications',
  require: ['CONTACTS_URL', 'PROVIDERS', 'OIDC_TOKEN_URL', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'],
  module: async (_roles, config, context) => {
    const db = await openDatabase({
      url: config.databaseUrl,
      name: 'notifications',
      onWait: poolWait(context.metrics),
    });
    measurePool(context.metrics, db);
    context.onStop('database', () => db.close());
    const personKeys = openPersonKeys({ url: config.keysDatabaseUrl, ring: loadKeyRing(config.masterKeys) });
    context.onStop('person keys', () => personKeys.close());
    context.health.dependency('postgres', async () => void (await db.query('SELECT 1')));
    context.health.dependency('keys', () => personKeys.ping());
    await untilSchema(context, db, notificationsMigrations);
    const templates = await openTemplates(context, db);
    sending = openSending(config.providers ?? '', { db, clock });
    const { receiptSecrets, channelOf, ports } = sending;
    const ids = ports.map(({ id }) => id);
    const door = providerDoor(context.metrics, context.log, ids);
    violated = invariantViolations(context.metrics);
    parts = {
      db,
      clock,
      templates,
      lists,
      personKeys,
      indexKey: config.idKey,
      receiptSecrets,
      channelOf,
      door,
      violated,
    };
    return notificationsModule(parts);
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
      const { spreadMs, weights } = context.config.sending;
      await startWorker(context, spreadMs);
      const printing = sending.ports.some(({ channel }) => channel === 'letter');
      const letters = printing ? await openLetters(context, parts.personKeys) : undefined;
      await startSending(context, { ...parts, letters, sending, spreadMs, weights, violated });
    }
  },
});

/** What is approved or retired while we run is heard of: no text needs a restart. */
async function openTemplates({ log, onStop }: ServiceContext, db: Database): Promise<Templates> {
  const folder = fileURLToPath(new URL('../templates', import.meta.url));
  const errors = log as Logger<PlatformEvent | typeof templatesUnread>;
  const onError = (error: unknown) => errors.error(templatesUnread, failureFields(error));
  const book = await openTemplateBook({ db, clock, lists, folder, onError });
  onStop('templates', () => book.stop());
  return book.templates;
}

async function startConsuming(context: ServiceContext, kafka: KafkaPort): Promise<void> {
  const consumer = await startConsumer({
    database: parts.db,
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
  const relay = startRelay({ database: parts.db, kafka, log: context.log, metrics: context.metrics });
  context.onStop('relay', () => relay.stop());
  context.health.liveness('relay', () => relay.alive());
}

async function startWorker(context: ServiceContext, spreadMs: number): Promise<void> {
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
    activities: messageActivities({ db: parts.db, clock, spreadMs, recall: recallFrom(sending.providers) }),
  });
  context.onStop('worker', () => worker.stop());
  context.background('worker', worker.done);
}
