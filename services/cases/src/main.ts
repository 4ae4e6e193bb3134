import { serviceToken } from '@arrears/auth';
import { isoOf, openClock } from '@arrears/clock';
import { inboxOptions, kafkaPort, startConsumer, startRelay, type KafkaPort } from '@arrears/messaging';
import { loadKeyRing, openDatabase, openPersonKeys, type Database, type PersonKeys } from '@arrears/persistence';
import {
  measurePool,
  poolWait,
  runService,
  untilSchema,
  type ServiceConfig,
  type ServiceContext,
} from '@arrears/service';
import {
  createClient,
  createWorker,
  measuredRing,
  queueName,
  temporalDestination,
  temporalProbe,
} from '@arrears/temporal';
import { startAnchoring } from './anchors/anchor.js';
import { caseReads } from './cases/case.reads.js';
import { decisionStore } from './decisions/decision.store.js';
import { startImports } from './imports/run-import.js';
import { caseHandlers, consumerGroup, fileSource, subscriptions } from './intake/handlers.js';
import { startMoves } from './moves/run-moves.js';
import { startReleasing } from './intake/parked.js';
import type { Ledger } from './ledger.js';
import { casesMigrations } from './migrations.js';
import { casesModule } from './module.js';
import { openLedger } from './open-ledger.js';
import { startRefreshing } from './policies/publish.js';
import { httpGatePreview, noGate, type GatePreview } from './timeline/gate-preview.js';
import { caseActivities, caseWorkflows } from './worker/case-worker.js';
import { caseMetrics } from './worker/metrics.js';
import { onClosed } from './worker/on-closed.js';

/** So long after its time a step is still punctual. */
const overdueAfterMs = 300_000;
const clock = openClock(process.env);
let database: Database;
let personKeys: PersonKeys;
let ledger: Ledger;

await runService({
  name: 'cases',
  module: async (_roles, config, context) => {
    database = await openDatabase({ url: config.databaseUrl, name: 'cases', onWait: poolWait(context.metrics) });
    measurePool(context.metrics, database);
    context.onStop('database', () => database.close());
    personKeys = openPersonKeys({ url: config.keysDatabaseUrl, ring: loadKeyRing(config.masterKeys) });
    context.onStop('person keys', () => personKeys.close());
    context.health.dependency('postgres', async () => void (await database.query('SELECT 1')));
    context.health.dependency('keys', () => personKeys.ping());
    await untilSchema(context, database, casesMigrations);
    const queue = queueName('cases', config.temporal.queueSuffix);
    const metrics = caseMetrics(context.metrics, {
      openByStage: () => caseReads.openByStage(database),
      overdueBySteps: () => decisionStore.overdueBySteps(database, isoOf(clock.now() - overdueAfterMs)),
    });
    ledger = await openLedger({ database, clock, idKey: config.idKey, queue, metrics });
    return casesModule({ database, ledger, personKeys, gate: gateOf(config) });
  },
  onStart: async (context) => {
    const { brokers, prefix } = context.config.kafka;
    const kafka = kafkaPort({ brokers, clientId: 'cases', topicPrefix: prefix });
    context.onStop('kafka', () => kafka.close());
    const refreshing = startRefreshing(database, ledger, context.log);
    context.onStop('policies', () => refreshing.stop());
    context.health.dependency('kafka', () => kafka.ping());
    const temporal = temporalProbe(context.config.temporal);
    context.onStop('temporal probe', () => temporal.close());
    context.health.dependency('temporal', () => temporal.ask());
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
  const { client, close } = await createClient(config.temporal, measuredRing(loadKeyRing(config.codecKeys), metrics));
  onStop('temporal client', close);
  const relay = startRelay({
    database,
    kafka,
    temporal: temporalDestination(client),
    onStarted: (seconds, { source }) => ledger.metrics.started(source === fileSource ? 'file' : 'kafka', seconds),
    onClosed: (workflowId) => onClosed(database, ledger, workflowId),
    heartbeat: { topic: 'collections.cases.v1', everyMs: 1_000 },
    log,
    metrics,
  });
  onStop('relay', () => relay.stop());
  health.liveness('relay', () => relay.alive());
}

async function startDeciding({ config, log, metrics, spans, onStop, background }: ServiceContext): Promise<void> {
  const worker = await createWorker({
    temporal: config.temporal,
    ring: measuredRing(loadKeyRing(config.codecKeys), metrics),
    taskQueue: ledger.queue,
    log,
    ...(spans && { spans }),
    metricsPort: config.temporalMetricsPort,
    workflowBundle: await caseWorkflows(),
    activities: caseActivities(database, ledger),
  });
  onStop('worker', () => worker.stop());
  background('worker', worker.done);
}
