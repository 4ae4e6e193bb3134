import type { Database } from '@arrears/persistence';
import { withSpan, type Logger } from '@arrears/observability';
import type { Cause } from './cause.js';
import type { RelayMetrics } from './metrics.js';
import type { TemporalAction } from './outbox.js';
import { markPublished } from './relay-kafka.js';

export type TemporalAnswer = 'done' | 'already-running' | 'already-completed' | 'not-found';

/** What a row asks of Temporal; `traceparent` is of the span that wrote it. */
export interface TemporalRequest {
  workflowId: string;
  action: TemporalAction;
  id: string;
  traceparent?: string;
  /** Of a start: the event that made it necessary. */
  cause?: Cause;
}

type Action<Do extends TemporalAction['do']> = Extract<TemporalAction, { do: Do }>;

/**
 * Implemented by `@arrears/temporal`. Rejects when it is not known what happened (the row is tried again), or with an
 * error named `UpdateRejected` when trying again can't help. The span that wrote the row is active during the call.
 */
export interface TemporalDestination {
  start(workflowId: string, action: Action<'start'>): Promise<TemporalAnswer>;
  signal(workflowId: string, action: Action<'signal'>): Promise<TemporalAnswer>;
  update(workflowId: string, action: Action<'update'>): Promise<TemporalAnswer>;
  cancel(workflowId: string): Promise<TemporalAnswer>;
}

/** Temporal has accepted a start, so many seconds after the event that made it necessary was recorded. */
export type OnStarted = (seconds: number, cause: Cause) => void;

/** A row met a workflow that has ended: the service decides what that means before the row counts as published. */
export type OnClosed = (workflowId: string, request: TemporalRequest) => Promise<void>;

interface TemporalRow {
  id: string;
  day: string;
  created: number;
  workflow_id: string;
  ce_id: string;
  headers: { traceparent?: string; cause?: Cause };
  payload: string;
}

const inFlight = 32;
const rowsARead = 500;
/** With so many ids backing off the destination itself is away, and reading past them all would only burn CPU. */
const failingIdsMax = 500;
const firstPauseMs = 200;
const longestPauseMs = 30_000;

interface LaneDeps {
  database: Database;
  temporal: TemporalDestination;
  onClosed?: OnClosed | undefined;
  onStarted?: OnStarted | undefined;
  log: Logger;
  metrics: RelayMetrics;
}

export interface TemporalLane {
  /** Starts what can be started now; resolves when nothing more can, though calls may still be in flight. */
  pump(): Promise<void>;
  /** Resolves when no call is in flight. */
  idle(): Promise<void>;
}

/**
 * Rows of one workflow go one after another; 32 workflows at a time; a failing one pauses alone and longer each time,
 * the others go on.
 */
export function temporalLane(deps: LaneDeps, active: () => boolean): TemporalLane {
  const busy = new Map<string, Promise<void>>();
  const failing = new Map<string, { until: number; pauseMs: number }>();
  const queue: TemporalRow[][] = [];
  let wake: () => void = () => undefined;

  const failed = (workflowId: string, error: unknown) => {
    const pauseMs = Math.min((failing.get(workflowId)?.pauseMs ?? firstPauseMs / 2) * 2, longestPauseMs);
    failing.set(workflowId, { until: Date.now() + pauseMs * (0.8 + Math.random() * 0.4), pauseMs });
    deps.log.warn('outbox-destination-failed', { workflow_id: workflowId, duration_ms: pauseMs }, error);
  };
  const run = async (rows: TemporalRow[], workflowId: string) => {
    try {
      for (const step of coalesce(rows)) {
        if (!active()) return;
        await perform(deps, step);
      }
      failing.delete(workflowId);
    } catch (error) {
      failed(workflowId, error);
    } finally {
      busy.delete(workflowId);
      wake();
    }
  };
  const fill = async () => {
    const now = Date.now();
    const waiting = [...failing].filter(([, { until }]) => until > now).map(([id]) => id);
    if (waiting.length >= failingIdsMax) return;
    const excluded = [...busy.keys(), ...waiting];
    for (const rows of byWorkflow(await deps.database.query<TemporalRow>(readSql, [excluded, rowsARead]))) {
      queue.push(rows);
    }
  };

  return {
    async pump() {
      while (active()) {
        if (queue.length === 0) await fill();
        const rows = queue.shift();
        const workflowId = rows?.[0]?.workflow_id;
        if (rows === undefined || workflowId === undefined) return;
        busy.set(workflowId, run(rows, workflowId));
        if (busy.size >= inFlight) await new Promise<void>((resolve) => (wake = resolve));
      }
      queue.length = 0;
    },
    async idle() {
      await Promise.all(busy.values());
    },
  };
}

const readSql = `
  WITH horizon AS MATERIALIZED (
    SELECT outbox_horizon() AS xmin
  ), held AS MATERIALIZED (
    SELECT coalesce(min(id), 9223372036854775807) AS id
      FROM (SELECT id FROM outbox WHERE published_at IS NULL AND xid >= (SELECT xmin FROM horizon) OFFSET 0) AS above
  )
  SELECT id, day, (extract(epoch FROM created_at) * 1000)::float8 AS created, workflow_id, ce_id, headers, payload
    FROM outbox
   WHERE published_at IS NULL
     AND destination = 'temporal'
     AND id < (SELECT id FROM held)
     AND workflow_id <> ALL ($1::text[])
   ORDER BY id
   LIMIT $2`;

type Group = [TemporalRow, ...TemporalRow[]];

function byWorkflow(rows: readonly TemporalRow[]): Group[] {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const group = groups.get(row.workflow_id);
    if (group === undefined) groups.set(row.workflow_id, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}

interface Step {
  rows: TemporalRow[];
  request: TemporalRequest;
}

/** Neighbouring signals of one workflow say the same, "look at the facts", so the furthest one speaks for all. */
export function coalesce(rows: readonly TemporalRow[]): Step[] {
  const steps: Step[] = [];
  for (const row of rows) {
    const action = JSON.parse(row.payload) as TemporalAction;
    const before = steps.at(-1);
    if (action.do === 'signal' && before?.request.action.do === 'signal') {
      before.rows.push(row);
      const upTo = Math.max(before.request.action.upTo, action.upTo);
      before.request = { ...toRequest(row, action), action: { ...action, upTo } };
    } else steps.push({ rows: [row], request: toRequest(row, action) });
  }
  return steps;
}

function toRequest({ workflow_id, ce_id, headers }: TemporalRow, action: TemporalAction): TemporalRequest {
  const { traceparent, cause } = headers;
  return {
    ...{ workflowId: workflow_id, action, id: ce_id },
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(cause === undefined ? {} : { cause }),
  };
}

async function perform(deps: LaneDeps, { rows, request }: Step): Promise<void> {
  const answer = await ask(deps.temporal, request).catch((error: unknown) => {
    // Kept in the table as refused and told loudly: the rows behind it must not wait for what can never succeed.
    if (error instanceof Error && error.name === 'UpdateRejected') return 'refused' as const;
    throw error;
  });
  if (answer === 'refused') {
    deps.log.error('outbox-destination-refused', { workflow_id: request.workflowId, event_id: request.id });
    deps.metrics.refused.inc({});
  }
  // A signal or update can only be too early for a workflow that will be started; a cancel of none has nothing to do.
  if (answer === 'not-found' && request.action.do !== 'cancel') throw new NotStarted();
  const { cause } = request;
  if (answer === 'done' && cause !== undefined)
    deps.onStarted?.(Math.max(0, Date.now() - cause.recordedAt) / 1000, cause);
  if (answer === 'already-completed') await deps.onClosed?.(request.workflowId, request);
  await markPublished(deps.database, rows, answer === 'refused');
  const now = Date.now();
  deps.metrics.published.inc({ destination: 'temporal' }, rows.length);
  for (const { created } of rows)
    deps.metrics.delay.observe({ destination: 'temporal' }, Math.max(0, now - created) / 1000);
}

class NotStarted extends Error {
  override readonly name = 'NotStarted';
}

function ask(
  temporal: TemporalDestination,
  { workflowId, action, traceparent }: TemporalRequest,
): Promise<TemporalAnswer> {
  const attributes = { workflow_id: workflowId };
  return withSpan(`temporal ${action.do}`, { kind: 'producer', parent: traceparent, attributes }, () => {
    switch (action.do) {
      case 'start':
        return temporal.start(workflowId, action);
      case 'signal':
        return temporal.signal(workflowId, action);
      case 'update':
        return temporal.update(workflowId, action);
      case 'cancel':
        return temporal.cancel(workflowId);
    }
  });
}
