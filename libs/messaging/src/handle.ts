import type { EventData, EventTypeName, TopicName } from '@arrears/contracts';
import { withSpan, type Logger } from '@arrears/observability';
import type { Database, DayKeys, Tx } from '@arrears/persistence';
import { parseCloudEvent } from './cloud-events.js';
import { withCause } from './cause.js';
import { inboxPurpose, recordedAtHeader } from './inbox.js';
import type { InboxMetrics } from './metrics.js';
import { Parked } from './parked.js';

/** An event as handlers get it: read by its schema, fields that this build does not know dropped. */
export interface Received<Name extends EventTypeName = EventTypeName> {
  id: string;
  source: string;
  type: Name;
  time: string | undefined;
  subject: string | undefined;
  key: string;
  topic: TopicName;
  partition: number | null;
  offset: string | null;
  data: EventData<Name>;
  traceparent: string | undefined;
  headers: Readonly<Record<string, string>>;
  /** When it was taken into the inbox. */
  receivedAt: Date;
}

/**
 * Runs inside the transaction that marks the event handled: what it writes and appends to the outbox happens once, with
 * the mark. Throw `Parked` for what a retry can't help; any other error is tried again, and parked after some tries.
 */
export type Handler<Name extends EventTypeName = EventTypeName> = (tx: Tx, event: Received<Name>) => Promise<void>;
export type Handlers = { readonly [Name in EventTypeName]?: Handler<Name> };

export interface PendingRow {
  id: string;
  day: string;
  ce_source: string;
  ce_id: string;
  type: string;
  topic: TopicName;
  partition: number | null;
  offset: string | null;
  key: string;
  headers: Record<string, string>;
  payload: Buffer;
  payload_day: string | null;
  received_at: Date;
  attempts: number;
}

export interface HandleDeps {
  database: Database;
  consumer: string;
  handlers: Handlers;
  days?: DayKeys | undefined;
  maxAttempts: number;
  log: Logger;
  metrics: InboxMetrics;
}

/** `stop`: the key must rest (another process has it, a try failed, or it is parked). */
export type HandleOutcome = 'next' | 'stop';

/** Handles one row in its own transaction, if it is the first of its key that waits and nobody else holds the key. */
export async function handleRow(deps: HandleDeps, row: PendingRow): Promise<HandleOutcome> {
  const fields = { event_id: row.ce_id, event_type: row.type, topic: row.topic, attempt: row.attempts + 1 };
  const event = await readRow(deps, row);
  try {
    if (event instanceof Parked) throw event;
    const links = [event.traceparent];
    const outcome = await withSpan(`handle ${row.type}`, { kind: 'consumer', links, attributes: fields }, () =>
      deps.database.transaction((tx) => inTransaction(deps, tx, row, event)),
    );
    if (outcome === 'handled') deps.metrics.handled.inc({ topic: row.topic, outcome: 'handled' });
    return outcome === 'not-ours' ? 'stop' : 'next';
  } catch (error) {
    const parked = error instanceof Parked ? error : undefined;
    const last = row.attempts + 1 >= deps.maxAttempts;
    if (parked === undefined && !last) {
      await retryLater(deps, row);
      deps.metrics.handled.inc({ topic: row.topic, outcome: 'retried' });
      deps.log.warn('inbox-failed', fields, error);
      return 'stop';
    }
    const because = parked ?? new Parked('failed', `failed ${deps.maxAttempts} times: ${nameOf(error)}`);
    await park(deps, row, because);
    deps.metrics.handled.inc({ topic: row.topic, outcome: 'parked' });
    deps.log.error('inbox-parked', { ...fields, error_code: because.code }, parked === undefined ? error : undefined);
    return 'stop';
  }
}

async function inTransaction(
  { consumer, handlers }: HandleDeps,
  tx: Tx,
  row: PendingRow,
  event: Received,
): Promise<'handled' | 'done-before' | 'not-ours'> {
  const [turn] = await tx.query<{ turn: 'mine' | 'done' | 'wait' }>('SELECT inbox_turn($1, $2, $3, $4) AS turn', [
    consumer,
    row.topic,
    row.key,
    row.id,
  ]);
  if (turn?.turn === 'done') return 'done-before';
  if (turn?.turn !== 'mine') return 'not-ours';
  const { source } = event;
  const cause = { source, recordedAt: Number(row.headers[recordedAtHeader] ?? event.receivedAt.getTime()) };
  await withCause(cause, async () => (handlers[event.type] as Handler | undefined)?.(tx, event));
  await tx.query('SELECT inbox_handled($1, $2)', [row.day, row.id]);
  if (row.attempts > 0)
    await tx.execute(`DELETE FROM inbox_keys WHERE consumer = $1 AND topic = $2 AND key = $3 AND retry_at <= now()`, [
      consumer,
      row.topic,
      row.key,
    ]);
  return 'handled';
}

async function readRow({ days }: HandleDeps, row: PendingRow): Promise<Received | Parked> {
  let plain: Buffer | null | undefined = row.payload;
  if (row.payload_day !== null) plain = await days?.decrypt(row.payload_day, inboxPurpose, row.payload);
  if (plain == null) return new Parked('unreadable-key', `the key of ${row.payload_day ?? ''} is not there any more`);
  // Read again, since the schema may have changed between receiving and handling (a replay after a fix).
  const headers = { ...row.headers, ce_id: row.ce_id, ce_source: row.ce_source, ce_type: row.type };
  const parsed = parseCloudEvent({ topic: row.topic, key: row.key, value: plain, headers: withoutUnnamed(headers) });
  if (parsed.outcome === 'park') return new Parked(parsed.code, parsed.detail);
  if (parsed.outcome === 'ignore') return new Parked('unknown-type', 'nobody here handles that type');
  return {
    id: row.ce_id,
    source: row.ce_source,
    type: parsed.type,
    time: row.headers['ce_time'],
    subject: row.headers['ce_subject'],
    key: row.key,
    topic: row.topic,
    partition: row.partition,
    offset: row.offset,
    data: parsed.data as Received['data'],
    traceparent: row.headers['traceparent'],
    headers: row.headers,
    receivedAt: row.received_at,
  };
}

/** The names that the inbox gave to a record without any are not its own: it stays what it was, a record without an id. */
function withoutUnnamed(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => !value.startsWith('unnamed/')));
}

const pausesMs = [200, 1_000, 5_000, 15_000, 30_000, 60_000];

async function retryLater({ database, consumer }: HandleDeps, row: PendingRow): Promise<void> {
  const pauseMs = pausesMs[Math.min(row.attempts, pausesMs.length - 1)] ?? 60_000;
  await database.transaction(async (tx) => {
    await tx.execute(`UPDATE inbox SET attempts = attempts + 1 WHERE day = $1 AND id = $2 AND state = 'pending'`, [
      row.day,
      row.id,
    ]);
    await tx.execute(
      `INSERT INTO inbox_keys (consumer, topic, key, retry_at)
       VALUES ($1, $2, $3, now() + $4 * interval '1 millisecond')
       ON CONFLICT (consumer, topic, key) DO UPDATE SET retry_at = greatest(inbox_keys.retry_at, excluded.retry_at)`,
      [consumer, row.topic, row.key, pauseMs],
    );
  });
}

async function park({ database, consumer }: HandleDeps, row: PendingRow, because: Parked): Promise<void> {
  await database.transaction(async (tx) => {
    const changed = await tx.execute(
      `UPDATE inbox SET state = 'parked', reason = $3, detail = $4, attempts = attempts + 1, settled_at = now()
        WHERE day = $1 AND id = $2 AND state = 'pending'`,
      [row.day, row.id, because.code, because.detail.slice(0, 1000)],
    );
    if (changed === 0) return;
    await tx.execute(
      `INSERT INTO inbox_keys (consumer, topic, key, retry_at) VALUES ($1, $2, $3, 'infinity')
       ON CONFLICT (consumer, topic, key) DO UPDATE SET retry_at = 'infinity'`,
      [consumer, row.topic, row.key],
    );
  });
}

/** The class and the SQL state: a message may quote what it failed on. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const state: unknown = Reflect.get(error, 'sqlstate');
  return typeof state === 'string' ? `${error.name} ${state}` : error.name;
}
