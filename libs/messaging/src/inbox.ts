import { createHash } from 'node:crypto';
import type { TopicName } from '@arrears/contracts';
import type { DayKeys, Tx } from '@arrears/persistence';
import { parseCloudEvent, type ParkCode } from './cloud-events.js';

/** An event as it came in, by Kafka or by the file door. */
export interface Delivery {
  topic: TopicName;
  key: string | null;
  value: Buffer | null;
  headers: Readonly<Record<string, string>>;
  /** Where it lay in Kafka; absent for other doors. */
  partition?: number;
  offset?: string;
  timestamp?: number;
}

/** Beside what was sent: when the record was made. Strangers can't set it, since of theirs only others are kept. */
export const recordedAtHeader = 'recorded_at';

export type InboxState = 'pending' | 'handled' | 'parked' | 'ignored';

/** What the inbox did with a delivery; `duplicate`: known, with the same content. */
export type InboxAnswer =
  | { outcome: 'received' | 'ignored' | 'duplicate'; id: string }
  | { outcome: 'parked'; id: string; code: ParkCode; detail: string };

export interface InboxOptions {
  consumer: string;
  /** Topics whose payloads are kept encrypted with the key of the day. */
  encrypted: ReadonlySet<TopicName>;
  days?: DayKeys | undefined;
  /** Types that somebody here handles; others are kept as ignored, without payload. */
  handled: (type: string) => boolean;
}

export const inboxPurpose = 'inbox';

interface Row {
  source: string;
  id: string;
  type: string;
  topic: TopicName;
  partition: number | null;
  offset: string | null;
  key: string;
  hash: Buffer;
  headers: string;
  payload: Buffer;
  payloadDay: string | null;
  state: InboxState;
  blocks: boolean;
  code: ParkCode | null;
  detail: string | null;
}

/**
 * Writes deliveries into the inbox, each once: an id that is known with the same content is dropped, one with another
 * content is kept beside it, parked as `id-reused`. Answers stand in the order of the deliveries.
 */
export async function putIntoInbox(
  tx: Tx,
  options: InboxOptions,
  deliveries: readonly Delivery[],
): Promise<InboxAnswer[]> {
  if (deliveries.length === 0) return [];
  const day = new Date().toISOString().slice(0, 10);
  const rows = await Promise.all(deliveries.map((delivery) => toRow(delivery, options, day)));
  const firsts = new Map<string, Row>();
  for (const row of rows) if (!firsts.has(place(row))) firsts.set(place(row), row);
  const candidates = [...firsts.values()];
  const known = await claim(tx, options.consumer, candidates);
  const contentBefore = (row: Row) =>
    known.get(place(row)) ?? (firsts.get(place(row)) === row ? undefined : firsts.get(place(row))?.hash);
  const others = rows.filter((row) => contentBefore(row)?.equals(row.hash) === false);
  // The second content has an id of its own too, or each redelivery would park it once more.
  const parkedBefore = others.length === 0 ? new Map() : await claim(tx, options.consumer, others.map(contentId));
  const toInsert: Row[] = [];
  const answers = rows.map((row): InboxAnswer => {
    const before = contentBefore(row);
    if (before?.equals(row.hash) === true || parkedBefore.has(place(contentId(row))))
      return { outcome: 'duplicate', id: row.id };
    const kept = before === undefined ? row : reused(row);
    toInsert.push(kept);
    if (kept.state === 'parked' && kept.code !== null)
      return { outcome: 'parked', id: kept.id, code: kept.code, detail: kept.detail ?? '' };
    return { outcome: kept.state === 'ignored' ? 'ignored' : 'received', id: kept.id };
  });
  if (toInsert.length > 0) await tx.query(insertRows, insertParams(options.consumer, day, toInsert));
  return answers;
}

/**
 * Takes the ids that are new and gives the content hashes of the others. Somebody else's uncommitted claim is waited for; only
 * a second statement sees what it committed, so the hashes are read in one of their own.
 */
async function claim(tx: Tx, consumer: string, rows: readonly Row[]): Promise<Map<string, Buffer>> {
  const claimed = await tx.query<Id>(
    `INSERT INTO inbox_ids (consumer, ce_source, ce_id, content_hash)
     SELECT $1, ce_source, ce_id, content_hash
       FROM unnest($2::text[], $3::text[], $4::bytea[]) AS given (ce_source, ce_id, content_hash)
      ORDER BY ce_source, ce_id
     ON CONFLICT DO NOTHING
     RETURNING ce_source AS source, ce_id AS id`,
    [consumer, rows.map(({ source }) => source), rows.map(({ id }) => id), rows.map(({ hash }) => hash)],
  );
  const fresh = new Set(claimed.map(place));
  const before = rows.filter((row) => !fresh.has(place(row)));
  if (before.length === 0) return new Map();
  const found = await tx.query<Id & { hash: Buffer }>(
    `SELECT ce_source AS source, ce_id AS id, content_hash AS hash
       FROM inbox_ids
       JOIN unnest($2::text[], $3::text[]) AS given (ce_source, ce_id) USING (ce_source, ce_id)
      WHERE consumer = $1`,
    [consumer, before.map(({ source }) => source), before.map(({ id }) => id)],
  );
  return new Map(found.map((row) => [place(row), row.hash]));
}

const insertRows = `
  WITH written AS (
    INSERT INTO inbox (consumer, day, ce_source, ce_id, type, topic, partition, "offset", key, content_hash, headers,
                       payload, payload_day, state, blocks_key, reason, detail, settled_at)
    SELECT $1, $2, ce_source, ce_id, type, topic, partition, "offset", key, content_hash, headers,
           payload, payload_day, state, blocks_key, reason, detail, CASE WHEN state = 'pending' THEN NULL ELSE now() END
      FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::bigint[], $9::text[], $10::bytea[],
                  $11::jsonb[], $12::bytea[], $13::date[], $14::text[], $15::boolean[], $16::text[], $17::text[])
           WITH ORDINALITY
           AS given (ce_source, ce_id, type, topic, partition, "offset", key, content_hash,
                     headers, payload, payload_day, state, blocks_key, reason, detail, place)
     ORDER BY place
    RETURNING topic, key, state, blocks_key
  ), held AS (
    INSERT INTO inbox_keys (consumer, topic, key, retry_at)
    SELECT DISTINCT $1, topic, key, 'infinity'::timestamptz FROM written WHERE state = 'parked' AND blocks_key
    ON CONFLICT (consumer, topic, key) DO UPDATE SET retry_at = 'infinity'
  )
  SELECT pg_notify('inbox', '')`;

const insertParams = (consumer: string, day: string, rows: readonly Row[]): unknown[] => [
  consumer,
  day,
  rows.map((row) => row.source),
  rows.map((row) => row.id),
  rows.map((row) => row.type),
  rows.map((row) => row.topic),
  rows.map((row) => row.partition),
  rows.map((row) => row.offset),
  rows.map((row) => row.key),
  rows.map((row) => row.hash),
  rows.map((row) => row.headers),
  rows.map((row) => row.payload),
  rows.map((row) => row.payloadDay),
  rows.map((row) => row.state),
  rows.map((row) => row.blocks),
  rows.map((row) => row.code),
  rows.map((row) => row.detail),
];

async function toRow(delivery: Delivery, options: InboxOptions, day: string): Promise<Row> {
  const { topic, key, headers } = delivery;
  const value = delivery.value ?? Buffer.alloc(0);
  const parsed = parseCloudEvent({ topic, key, value: delivery.value, headers });
  const ignored = parsed.outcome === 'ignore' || (parsed.outcome === 'event' && !options.handled(parsed.type));
  const encrypt = options.encrypted.has(topic) && !ignored;
  if (encrypt && options.days === undefined)
    throw new Error(`${topic} is to be kept encrypted, but no keys were given`);
  return {
    ...identity(delivery),
    type: (headers['ce_type'] ?? '').slice(0, 200),
    topic,
    partition: delivery.partition ?? null,
    offset: delivery.offset ?? null,
    key: (key ?? '').slice(0, 500),
    hash: createHash('sha256')
      .update(headers['ce_type'] ?? '')
      .update('\0')
      .update(key ?? '')
      .update('\0')
      .update(value)
      .digest(),
    headers: JSON.stringify({
      ...keptHeaders(headers),
      ...(delivery.timestamp === undefined ? {} : { [recordedAtHeader]: String(delivery.timestamp) }),
    }),
    payload: ignored
      ? Buffer.alloc(0)
      : encrypt && options.days
        ? await options.days.encrypt(day, inboxPurpose, value)
        : value,
    payloadDay: encrypt ? day : null,
    state: parsed.outcome === 'park' ? 'parked' : ignored ? 'ignored' : 'pending',
    // A record whose key can't be trusted must not hold up the key it happens to name.
    blocks: !(parsed.outcome === 'park' && (parsed.code === 'wrong-key' || parsed.code === 'wrong-topic')),
    code: parsed.outcome === 'park' ? parsed.code : null,
    detail: parsed.outcome === 'park' ? parsed.detail.slice(0, 1000) : null,
  };
}

/** Without the headers that name it, a record is known by where it lay, or by its content. */
function identity({ topic, partition, offset, headers, value }: Delivery): { source: string; id: string } {
  const where =
    partition === undefined
      ? createHash('sha256')
          .update(value ?? '')
          .digest('hex')
      : `${partition}/${offset ?? ''}`;
  return {
    source: (headers['ce_source'] || `unnamed/${topic}`).slice(0, 300),
    id: (headers['ce_id'] || `unnamed/${where}`).slice(0, 300),
  };
}

const contentId = (row: Row): Row => ({ ...row, id: `${row.id}#${row.hash.toString('hex', 0, 8)}` });

/** The same id for another content proves nothing about the key, and the first content was taken: later rows go on. */
function reused(row: Row): Row {
  return {
    ...row,
    state: 'parked',
    blocks: false,
    code: 'id-reused',
    detail: 'this id came before with another content',
  };
}

/** Of what a stranger put into headers only what we read later is kept. */
function keptHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(headers).filter(
    ([name, value]) => (name.startsWith('ce_') || name === 'traceparent') && value.length <= 500,
  );
  return Object.fromEntries(kept);
}

interface Id {
  source: string;
  id: string;
}
const place = ({ source, id }: Id) => `${source}\0${id}`;
