import { isDeepStrictEqual } from 'node:util';
import { eventTypes, type EventTypeName, type TopicName } from '@arrears/contracts';
import { currentTraceparent } from '@arrears/observability';
import type { Tx } from '@arrears/persistence';
import { currentCause } from './cause.js';
import { cloudEventHeaders, maxEventBytes } from './cloud-events.js';

/** A fact for Kafka. `id` becomes `ce_id`: make it with `eventId`, so that the same fact again has the same id. */
export interface KafkaOutboxRecord {
  destination: 'kafka';
  topic: TopicName;
  /** The topic's key: an opaque id, never personal data. */
  key: string;
  type: EventTypeName;
  data: unknown;
  id: string;
  time: string;
  subject?: string;
  headers?: Readonly<Record<string, string>>;
  /** Real time before which it must not leave. */
  notBefore?: string;
}

/** An intention for Temporal: rows of one workflow arrive in order. */
export interface TemporalOutboxRecord {
  destination: 'temporal';
  workflowId: string;
  action: TemporalAction;
  id: string;
  notBefore?: string;
}

export type TemporalAction =
  | {
      do: 'start';
      workflowType: string;
      taskQueue: string;
      args: unknown[];
      searchAttributes?: Record<string, string>;
    }
  /** Waiting signals of one workflow go as one, with the highest `upTo`. */
  | { do: 'signal'; signal: 'facts'; upTo: number }
  | { do: 'update'; updateId: string; update: string; args: unknown[] }
  | { do: 'cancel' };

export type OutboxRecord = KafkaOutboxRecord | TemporalOutboxRecord;

interface Row {
  destination: string;
  topic: string | null;
  key: string | null;
  type: string | null;
  workflowId: string | null;
  id: string;
  headers: string;
  payload: string;
  notBefore: string | null;
}

/**
 * Writes the records into the transaction's outbox, in the order given. Throws before anything is written when an
 * event is not exactly of its schema (one field too many is an error here, though readers would drop it), or is larger
 * than a topic takes: a mistake of ours must fail where it is made.
 */
export async function appendOutbox(tx: Tx, records: readonly OutboxRecord[]): Promise<void> {
  if (records.length === 0) return;
  const traceparent = currentTraceparent();
  const rows = records.map((record) =>
    record.destination === 'kafka' ? kafkaRow(record, traceparent) : temporalRow(record, traceparent),
  );
  const now = rows.filter(({ notBefore }) => notBefore === null);
  const later = rows.filter(({ notBefore }) => notBefore !== null);
  if (now.length > 0) await tx.query(insertNow, columnsOf(now));
  if (later.length > 0) await tx.query(insertScheduled, [...columnsOf(later), later.map(({ notBefore }) => notBefore)]);
}

const columns = 'destination, topic, key, type, workflow_id, ce_id, headers, payload';
const given = 'unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::text[]';

const insertNow = `
  WITH written AS (
    INSERT INTO outbox (${columns})
    SELECT ${columns}
      FROM ${given}) WITH ORDINALITY AS given (${columns}, place)
     ORDER BY place
  )
  SELECT pg_notify('outbox', '')`;

const insertScheduled = `
  INSERT INTO outbox_scheduled (${columns}, not_before)
  SELECT ${columns}, not_before
    FROM ${given}, $9::timestamptz[]) WITH ORDINALITY AS given (${columns}, not_before, place)
   ORDER BY place`;

const columnsOf = (rows: readonly Row[]): unknown[] => [
  rows.map((row) => row.destination),
  rows.map((row) => row.topic),
  rows.map((row) => row.key),
  rows.map((row) => row.type),
  rows.map((row) => row.workflowId),
  rows.map((row) => row.id),
  rows.map((row) => row.headers),
  rows.map((row) => row.payload),
];

function kafkaRow(record: KafkaOutboxRecord, traceparent: string | undefined): Row {
  const { type, topic, key, id, time, subject } = record;
  if (eventTypes[type].topic !== topic) throw new Error(`${type} does not belong on ${topic}`);
  if (key === '') throw new Error(`${type} needs a key`);
  const payload = JSON.stringify(record.data);
  checkStrictly(type, payload);
  const bytes = Buffer.byteLength(payload);
  if (bytes > maxEventBytes - 4096) throw new Error(`${type} of ${bytes} bytes is larger than a topic takes`);
  const headers = cloudEventHeaders({
    id,
    type,
    time,
    key,
    ...(subject === undefined ? {} : { subject }),
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(record.headers === undefined ? {} : { more: record.headers }),
  });
  return {
    destination: 'kafka',
    topic,
    key,
    type,
    workflowId: null,
    id,
    headers: JSON.stringify(headers),
    payload,
    notBefore: record.notBefore ?? null,
  };
}

function temporalRow(record: TemporalOutboxRecord, traceparent: string | undefined): Row {
  const cause = record.action.do === 'start' ? currentCause() : undefined;
  return {
    destination: 'temporal',
    topic: null,
    key: null,
    type: null,
    workflowId: record.workflowId,
    id: record.id,
    headers: JSON.stringify({
      ...(traceparent === undefined ? {} : { traceparent }),
      ...(cause === undefined ? {} : { cause }),
    }),
    payload: JSON.stringify(record.action),
    notBefore: record.notBefore ?? null,
  };
}

function checkStrictly(type: EventTypeName, payload: string): void {
  const json: unknown = JSON.parse(payload);
  const checked = eventTypes[type].schema.safeParse(json);
  if (!checked.success) {
    const issues = checked.error.issues.map(({ path, message }) => `${path.join('.') || 'data'}: ${message}`);
    throw new Error(`${type} is not of its schema: ${issues.slice(0, 5).join('; ')}`);
  }
  if (!isDeepStrictEqual(json, checked.data)) throw new Error(`${type} has fields that its schema does not know`);
}
