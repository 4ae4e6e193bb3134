import { setTimeout as sleep } from 'node:timers/promises';
import type { TopicName } from '@arrears/contracts';
import type { Logger, Metrics } from '@arrears/observability';
import type { Database, Dedicated } from '@arrears/persistence';
import type { KafkaPort } from './kafka-port.js';
import { relayMetrics, type RelayMetrics } from './metrics.js';
import { moveDue, tendOutbox, measureOutbox } from './outbox-upkeep.js';
import { heartbeatLane } from './relay-heartbeat.js';
import { drainToKafka } from './relay-kafka.js';
import { temporalLane, type OnClosed, type OnStarted, type TemporalDestination } from './relay-temporal.js';

export interface RelayOptions {
  database: Database;
  kafka: KafkaPort;
  temporal?: TemporalDestination;
  /** Called for rows that met an ended workflow. */
  onClosed?: OnClosed;
  onStarted?: OnStarted;
  /** One heartbeat to each partition of the topic, behind everything committed before it. */
  heartbeat?: { topic: TopicName; everyMs?: number };
  /** Days that published rows are kept; default 14. */
  retentionDays?: number;
  log: Logger;
  metrics: Metrics;
}

export interface Relay {
  active(): boolean;
  /** False when the loop has not moved for a minute: only a new process helps. */
  alive(): boolean;
  /** Finishes the request in flight and drops the lock, so that a standby takes over at once. */
  stop(): Promise<void>;
}

/** Arbitrary, and the same in every process of a database. */
const lockKey = 7_301_001;
const standbyMs = 1_000;
const pollMs = 250;
const upkeepMs = 60_000;
const measureMs = 5_000;
const stuckAfterMs = 60_000;

/**
 * Publishes the outbox of one database. Any number may run; the one that holds the session lock is active, another takes
 * over within seconds of its end. Two that believe to be active for a moment do no harm: rows carry their ids.
 */
export function startRelay(options: RelayOptions): Relay {
  const { database, log } = options;
  const metrics = relayMetrics(options.metrics);
  const state = { stopping: false, holds: false, movedAt: Date.now() };
  const stop = new AbortController();
  const running = (async () => {
    let pauseMs = 100;
    while (!state.stopping) {
      state.movedAt = Date.now();
      try {
        const session = await openSession(database);
        try {
          if (await waitForLock(session, state, stop.signal)) {
            state.holds = true;
            metrics.active.set({}, 1);
            log.info('relay-became-active');
            pauseMs = 100;
            await work(options, metrics, session, state, stop.signal);
          }
        } finally {
          state.holds = false;
          metrics.active.set({}, 0);
          await session.close().catch(() => undefined);
        }
      } catch (error) {
        log.warn('relay-failed', { duration_ms: pauseMs }, error);
        await sleep(pauseMs, undefined, { signal: stop.signal }).catch(() => undefined);
        pauseMs = Math.min(pauseMs * 2, 5_000);
      }
    }
  })();
  return {
    active: () => state.holds,
    alive: () => Date.now() - state.movedAt < stuckAfterMs,
    async stop() {
      state.stopping = true;
      stop.abort();
      await running;
      log.info('relay-stopped');
    },
  };
}

async function openSession(database: Database): Promise<Dedicated> {
  const session = await database.dedicated();
  // A holder whose machine vanished must not keep the lock for hours: the server notices within seconds.
  await session.query(
    `SELECT set_config('tcp_keepalives_idle', '2', false), set_config('tcp_keepalives_interval', '1', false),
            set_config('tcp_keepalives_count', '2', false), set_config('application_name', 'arrears relay', false)`,
  );
  return session;
}

async function waitForLock(
  session: Dedicated,
  state: { stopping: boolean; movedAt: number },
  signal: AbortSignal,
): Promise<boolean> {
  while (!state.stopping) {
    state.movedAt = Date.now();
    const [row] = await session.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [lockKey]);
    if (row?.taken === true) return true;
    await sleep(standbyMs, undefined, { signal }).catch(() => undefined);
  }
  return false;
}

/** While the lock is held. Returns when stopped; rejects when the session ended or a destination failed. */
async function work(
  options: RelayOptions,
  metrics: RelayMetrics,
  session: Dedicated,
  state: { stopping: boolean; movedAt: number },
  signal: AbortSignal,
): Promise<void> {
  const { database, kafka, log } = options;
  let ended = false;
  let wake: () => void = () => undefined;
  const active = () => !ended && !state.stopping;
  void session.ended.then(() => {
    ended = true;
    wake();
  });
  signal.addEventListener('abort', () => wake(), { once: true });
  const stopListening = await database.listen('outbox', () => wake());
  const heartbeat =
    options.heartbeat && heartbeatLane(kafka, options.heartbeat.topic, options.heartbeat.everyMs ?? 1_000);
  const temporal =
    options.temporal &&
    temporalLane(
      { database, temporal: options.temporal, onClosed: options.onClosed, onStarted: options.onStarted, log, metrics },
      active,
    );

  const loop = async (name: string, once: () => Promise<unknown>, everyMs: number) => {
    let pauseMs = 100;
    while (active()) {
      try {
        await once();
        pauseMs = 100;
        await pause(everyMs);
      } catch (error) {
        log.warn('outbox-publish-failed', { outcome: name, duration_ms: pauseMs }, error);
        await pause(pauseMs);
        pauseMs = Math.min(pauseMs * 2, 5_000);
      }
      state.movedAt = Date.now();
    }
  };
  const sleepers = new Set<() => void>();
  wake = () => sleepers.forEach((awake) => awake());
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      if (!active()) return resolve();
      const awake = () => {
        clearTimeout(timer);
        sleepers.delete(awake);
        resolve();
      };
      const timer = setTimeout(awake, ms);
      sleepers.add(awake);
    });
  try {
    await Promise.all([
      loop('kafka', () => drainToKafka({ database, kafka, metrics, heartbeat }, active), pollMs),
      temporal === undefined ? undefined : loop('temporal', () => temporal.pump(), pollMs),
      loop('scheduled', () => moveDue(database), pollMs),
      loop('upkeep', () => tendOutbox(database, options.retentionDays ?? 14, metrics, log), upkeepMs),
      loop('measure', () => measureOutbox(database, metrics), measureMs),
      loop('lock', () => session.query('SELECT 1'), 2_000),
    ]);
    await temporal?.idle();
  } finally {
    await stopListening();
  }
  if (ended && !state.stopping) throw new Error('the session that held the relay lock ended');
}
