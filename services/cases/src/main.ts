import { serviceToken } from '@arrears/auth';
import { openClock } from '@arrears/clock';
import { inboxOptions, kafkaPort, startConsumer, startRelay, type KafkaPort } from '@arrears/messaging';
import { loadKeyRing, openDatabase, openPersonKeys, type Database, type PersonKeys } from '@arrears/persistence';
import { runService, type ServiceConfig, type ServiceContext } from '@arrears/service';
import { createClient, createWorker, queueName, temporalDestination } from '@arrears/temporal';
import { startAnchoring } from './anchors/anchor.js';
import { caseReads } from './cases/case.reads.js';
import { startImports } from './imports/run-import.js';
import { caseHandlers, consumerGroup, subscriptions } from './intake/handlers.js';
import { startMoves } from './moves/run-moves.js';
import { startReleasing } from './intake/parked.js';
import type { Ledger } from './ledger.js';
import { casesModule } from './module.js';
import { openLedger } from './open-ledger.js';
import { startRefreshing } from './policies/publish.js';
import { httpGatePreview, noGate, type GatePreview } from './timeline/gate-preview.js';
import { caseActivities, caseWorkflows } from './worker/case-worker.js';
import { caseMetrics } from './worker/metrics.js';
import { onClosed } from './worker/on-closed.js';

const clock = openClock(process.env);
let database: Database;
let personKeys: PersonKeys;
let ledger: Ledger;

await runService({
  name: 'cases',
  module: async (_roles, config, context) => {
    database = await openDatabase({ url: config.databaseUrl, name: 'cases' });
    context.onStop('database', () => database.close());
    personKeys = openPersonKeys({ url: config.keysDatabaseUrl, ring: loadKeyRing(config.masterKeys) });
    context.onStop('person keys', () => personKeys.close());
    context.health.dependency('postgres', async () => void (await database.query('SELECT 1')));
    const queue = queueName('cases', config.temporal.queueSuffix);
    const metrics = caseMetrics(context.metrics, () => caseReads.openByStage(database));
    ledger = await openLedger({ database, clock, idKey: config.idKey, queue, metrics });
    return casesModule({ database, ledger, personKeys, gate: gateOf(config) });
  },
  onStart: async (context) => {
    const { brokers, prefix } = context.config.kafka;
    const kafka = kafkaPort({ brokers, clientId: 'cases', topicPrefix: prefix });
    context.onStop('kafka', () => kafka.close());
    const refreshing = startRefreshing(database, ledger, context.log);
    context.onStop('policies', () => refreshing.stop());
    context.health.dependency('kafka', async () => void (await kafka.partitions('collections.cases.v1')));
    if (context.roles.has('consumer')) await startTakingIn(context, kafka);
    if (context.roles.has('relay')) await startPublishing(context, kafka);
    if (context.roles.has('worker')) await startDeciding(context);
  },
});

/** The one call to another service: what the gate would say of what is planned. */
function gateOf({ contactsUrl, serviceClient }: ServiceConfig): GatePreview {
  if (contactsUrl === undefined || serviceClient === undefined) return noGate;
  const token = serviceToken(serviceClient);
  return httpGatePreview(contactsUrl, () => token.get());
}

async function startTakingIn({ log, metrics, health, onStop }: ServiceContext, kafka: KafkaPort): Promise<void> {
  const options = { group: consumerGroup, subscriptions, handlers: caseHandlers(ledger), personKeys };
  const consumer = await startConsumer({ ...options, database, kafka, log, metrics });
  onStop('consumer', () => consumer.stop());
  health.liveness('consumer', () => consumer.alive());
  const releasing = startReleasing(database, log);
  onStop('releasing', () => releasing.stop());
  const anchoring = startAnchoring(database, ledger, log);
  onStop('anchoring', () => anchoring.stop());
  const moves = startMoves({ database, ledger, log });
  onStop('moves', () => moves.stop());
  const imports = startImports({ database, ledger, days: personKeys.day, inbox: inboxOptions(options), log });
  onStop('imports', () => imports.stop());
}

async function startPublishing(context: ServiceContext, kafka: KafkaPort): Promise<void> {
  const { config, log, metrics, health, onStop } = context;
  const { client, close } = await createClient(config.temporal, loadKeyRing(config.codecKeys));
  onStop('temporal client', close);
  health.dependency('temporal', async () => void (await client.connection.ensureConnected()));
  const relay = startRelay({
    database,
    kafka,
    temporal: temporalDestination(client),
    onClosed: (workflowId) => onClosed(database, ledger, workflowId),
    heartbeat: { topic: 'collections.cases.v1', everyMs: 1_000 },
    log,
    metrics,
  });
  onStop('relay', () => relay.stop());
  health.liveness('relay', () => relay.alive());
}

async function startDeciding({ config, onStop, background }: ServiceContext): Promise<void> {
  const worker = await createWorker({
    temporal: config.temporal,
    ring: loadKeyRing(config.codecKeys),
    taskQueue: ledger.queue,
    workflowBundle: await caseWorkflows(),
    activities: caseActivities(database, ledger),
  });
  onStop('worker', () => worker.stop());
  background('worker', worker.done);
}
