import { setTimeout as sleep } from 'node:timers/promises';
import type { TopicName } from '@arrears/contracts';
import type { Logger, Metrics } from '@arrears/observability';
import type { Database, DayKeys } from '@arrears/persistence';
import type { Handlers } from './handle.js';
import { heartbeatKeeper, type OnHeartbeat } from './heartbeats.js';
import { putIntoInbox, type Delivery, type InboxOptions } from './inbox.js';
import { measureInbox, tendInbox } from './inbox-upkeep.js';
import type { IncomingRecord, KafkaPort } from './kafka-port.js';
import { inboxMetrics } from './metrics.js';
import { startPool } from './pool.js';

export interface ConsumerOptions {
  database: Database;
  kafka: KafkaPort;
  /** The consumer group, and the name under which ids are known; changing it means reading everything again. */
  group: string;
  /** `encrypt`: payloads are personal and kept with the key of the day. */
  subscriptions: readonly { topic: TopicName; encrypt?: boolean }[];
  handlers: Handlers;
  onHeartbeat?: OnHeartbeat;
  /** Needed when a subscription is encrypted. */
  personKeys?: { day: DayKeys };
  /** Keys handled at the same time in this process; default 8. */
  parallel?: number;
  /** Tries of a failing row before it is parked; default 8, over about three minutes. */
  maxAttempts?: number;
  /** After this long without a sign this process's partitions go to others; default 30,000. */
  sessionTimeoutMs?: number;
  /** Days that rows and ids are kept; default 21, longer than Kafka keeps records. */
  retentionDays?: number;
  log: Logger;
  metrics: Metrics;
}

export interface Consumer {
  /** False after a crash without restart or when a loop stands still: liveness must fail then. */
  alive(): boolean;
  /** Looks for pending rows now, for tests and the file door. */
  wake(): void;
  /** Leaves the group and finishes the rows in hand. */
  stop(): Promise<void>;
}

/** The inbox's view of the options, for doors other than Kafka. */
export function inboxOptions(
  options: Pick<ConsumerOptions, 'group' | 'subscriptions' | 'handlers' | 'personKeys'>,
): InboxOptions {
  return {
    consumer: options.group,
    encrypted: new Set(options.subscriptions.filter(({ encrypt }) => encrypt === true).map(({ topic }) => topic)),
    days: options.personKeys?.day,
    handled: (type) => Object.hasOwn(options.handlers, type),
  };
}

/** Keys are UTF-8 text; bytes that are not come out with replacement characters and then differ from the data's key. */
function toDelivery({ key, ...record }: IncomingRecord): Delivery {
  return { ...record, key: key === null ? null : key.toString('utf8') };
}

/** Takes records into the inbox, commits their offsets at once, and handles them from there. */
export async function startConsumer(options: ConsumerOptions): Promise<Consumer> {
  const { database, kafka, group, log } = options;
  const metrics = inboxMetrics(options.metrics);
  const inbox = inboxOptions(options);
  const deps = {
    database,
    consumer: group,
    handlers: options.handlers,
    days: options.personKeys?.day,
    maxAttempts: options.maxAttempts ?? 8,
    log,
    metrics,
  };
  const pool = startPool(deps, options.parallel ?? 8);
  const beats = heartbeatKeeper(database, group, options.onHeartbeat);
  let stopping = false;

  const take = async (records: readonly IncomingRecord[], alive: () => Promise<void>) => {
    const rest = beats.take(records);
    for (let pauseMs = 200; rest.length > 0; pauseMs = Math.min(pauseMs * 2, 2_000)) {
      try {
        const answers = await database.transaction((tx) => putIntoInbox(tx, inbox, rest.map(toDelivery)));
        for (const [index, answer] of answers.entries()) report(rest[index], answer);
        break;
      } catch (error) {
        // Kafka keeps the records: with the database away nothing is lost by waiting, and the group must not notice.
        log.warn('inbox-failed', { outcome: 'insert', count: rest.length }, error);
        if (stopping) throw error;
        await sleep(pauseMs);
        await alive();
      }
    }
    pool.wake();
  };
  const report = (record: IncomingRecord | undefined, answer: Awaited<ReturnType<typeof putIntoInbox>>[number]) => {
    if (record === undefined || (answer.outcome !== 'parked' && answer.outcome !== 'ignored')) return;
    metrics.handled.inc({ topic: record.topic, outcome: answer.outcome });
    if (answer.outcome === 'parked')
      log.error('inbox-parked', {
        event_id: answer.id,
        topic: record.topic,
        partition: record.partition,
        offset: record.offset,
        error_code: answer.code,
      });
  };

  const subscription = await kafka.subscribe({
    group,
    topics: options.subscriptions.map(({ topic }) => topic),
    ...(options.sessionTimeoutMs === undefined ? {} : { sessionTimeoutMs: options.sessionTimeoutMs }),
    onBatch: take,
    onAssigned(assigned) {
      metrics.rebalances.inc({});
      log.info('consumer-rebalanced', { count: [...assigned.values()].flat().length });
      pool.assigned(assigned);
      beats.keepOnly(assigned);
      pool.wake();
    },
    onConnection: (connected) => metrics.connected.set({}, connected ? 1 : 0),
    onCrash: (error, restarts) => log.error('consumer-crashed', { outcome: restarts ? 'restarts' : 'gave-up' }, error),
  });
  const stopListening = await database.listen('inbox', pool.wake);
  const timers = [
    every(250, log, 'heartbeats', () => beats.applyDue()),
    every(5_000, log, 'measure', () => measureInbox(options, metrics)),
    every(60_000, log, 'upkeep', () => tendInbox(database, options.retentionDays ?? 21, options.personKeys?.day, log)),
  ];
  log.info('consumer-started');
  return {
    alive: () => subscription.alive() && pool.alive(),
    wake: pool.wake,
    async stop() {
      stopping = true;
      await subscription.stop();
      await stopListening();
      await pool.stop();
      await Promise.all(timers.map((stop) => stop()));
      log.info('consumer-stopped');
    },
  };
}

/** Runs `work` again and again, `ms` after its end; the returned function stops it and waits for its last turn. */
function every(ms: number, log: Logger, name: string, work: () => Promise<void>): () => Promise<void> {
  const done = new AbortController();
  const running = (async () => {
    while (!done.signal.aborted) {
      await work().catch((error: unknown) => log.warn('database-error', { outcome: name }, error));
      await sleep(ms, undefined, { signal: done.signal }).catch(() => undefined);
    }
  })();
  return async () => {
    done.abort();
    await running;
  };
}
