import { openClock } from '@arrears/clock';
import { kafkaPort, startConsumer, startRelay, type KafkaPort } from '@arrears/messaging';
import { invariantViolations } from '@arrears/observability';
import { loadKeyRing, openDatabase, openPersonKeys } from '@arrears/persistence';
import { measurePool, poolWait, runService, untilSchema, type ServiceContext } from '@arrears/service';
import { consumerName } from './case-facts/case-facts.store.js';
import { loadRuleBook } from './gate/packs.js';
import { gateParts } from './gate/parts.js';
import { gateMetrics } from './gate/gate.metrics.js';
import { handlers, subscriptions } from './consume.js';
import { migrationFolders } from './migration-folders.js';
import { contactsModule, type ContactsParts } from './module.js';
import { startSettlingForgottenDials } from './settle/unsettled.js';

const clock = openClock(process.env);
let parts: ContactsParts;

await runService({
  name: 'contacts',
  roles: ['api', 'consumer', 'relay'],
  module: async (_roles, config, context) => {
    const db = await openDatabase({ url: config.databaseUrl, name: 'contacts', onWait: poolWait(context.metrics) });
    measurePool(context.metrics, db);
    context.onStop('database', () => db.close());
    // What the gate asks is asked for every contact, and finds a few rows by their keys: planned once, not each time.
    const gateDb = await openDatabase({ url: config.databaseUrl, name: 'contacts gate', genericPlans: true });
    context.onStop('gate database', () => gateDb.close());
    const personKeys = openPersonKeys({ url: config.keysDatabaseUrl, ring: loadKeyRing(config.masterKeys) });
    context.onStop('person keys', () => personKeys.close());
    context.health.dependency('postgres', async () => void (await db.query('SELECT 1')));
    context.health.dependency('keys', () => personKeys.ping());
    await untilSchema(context, db, migrationFolders);
    const rules = loadRuleBook();
    const metrics = gateMetrics(context.metrics, rules.ruleIds);
    parts = {
      db,
      personKeys,
      idKey: config.idKey,
      gate: gateParts({ db: gateDb, clock, personKeys, rules, metrics }),
    };
    return contactsModule(parts);
  },
  onStart: async (context) => {
    const { brokers, prefix } = context.config.kafka;
    const kafka = kafkaPort({ brokers, clientId: 'contacts', topicPrefix: prefix });
    context.onStop('kafka', () => kafka.close());
    context.health.dependency('kafka', () => kafka.ping());
    if (context.roles.has('consumer')) await startConsuming(context, kafka);
    if (context.roles.has('relay')) startPublishing(context, kafka);
  },
});

async function startConsuming(context: ServiceContext, kafka: KafkaPort): Promise<void> {
  const { config, log, metrics } = context;
  const { db, personKeys } = parts;
  const intake = { idKey: config.idKey, personKeys, clock };
  const consumer = await startConsumer({
    database: db,
    kafka,
    group: consumerName,
    subscriptions,
    handlers: handlers(intake, invariantViolations(metrics)),
    personKeys,
    log,
    metrics,
  });
  context.onStop('consumer', () => consumer.stop());
  context.health.liveness('consumer', () => consumer.alive());
  const stopSettling = startSettlingForgottenDials({ db, clock, log });
  context.onStop('forgotten dials', stopSettling);
}

function startPublishing(context: ServiceContext, kafka: KafkaPort): void {
  const relay = startRelay({ database: parts.db, kafka, log: context.log, metrics: context.metrics });
  context.onStop('relay', () => relay.stop());
  context.health.liveness('relay', () => relay.alive());
}
