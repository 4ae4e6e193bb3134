import type { Database, Tx } from '@arrears/persistence';

/** Thrown by a handler for an event that only a person or a fix can help: the row is parked at once and holds its key. */
export class Parked extends Error {
  override readonly name = 'Parked';

  constructor(
    /** Stable, such as `unknown-agreement`. */
    readonly code: string,
    /** A sentence for people, without values of the event. */
    readonly detail: string,
  ) {
    super(`${code}: ${detail}`);
  }
}

export interface ParkedEvent {
  inboxId: string;
  consumer: string;
  source: string;
  id: string;
  type: string;
  topic: string;
  key: string;
  reason: string;
  detail: string;
  receivedAt: string;
  attempts: number;
  /** Later rows of its key wait for it. */
  blocksKey: boolean;
  waitingBehind: number;
}

/** Parked rows, oldest first. `cursor` is the `inboxId` of the last one seen. */
export async function listParked(
  db: Tx,
  {
    consumer,
    topic,
    cursor = '0',
    limit = 100,
  }: { consumer?: string; topic?: string; cursor?: string; limit?: number } = {},
): Promise<{ items: ParkedEvent[]; nextCursor: string | null }> {
  const items = await db.query<ParkedEvent>(
    `SELECT id::text AS "inboxId", consumer, ce_source AS source, ce_id AS id, type, topic, key, reason,
            coalesce(detail, '') AS detail, attempts, blocks_key AS "blocksKey",
            to_char(received_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "receivedAt",
            (SELECT count(*) FROM inbox AS later
              WHERE later.consumer = inbox.consumer AND later.topic = inbox.topic AND later.key = inbox.key
                AND later.state = 'pending' AND later.id > inbox.id)::int AS "waitingBehind"
       FROM inbox
      WHERE state = 'parked' AND id > $1 AND ($2::text IS NULL OR consumer = $2) AND ($3::text IS NULL OR topic = $3)
      ORDER BY inbox.id
      LIMIT $4`,
    [cursor, consumer ?? null, topic ?? null, limit],
  );
  return { items, nextCursor: items.length === limit ? (items.at(-1)?.inboxId ?? null) : null };
}

/** One row, all of a key, or all that a consumer parked for a reason (say, when the missing agreement was created). */
export type ParkedSelection =
  { inboxId: string } | { consumer: string; topic: string; key: string } | { consumer?: string; reason: string };

/**
 * Lets parked rows run again, in their old order; unreadable ones are read anew by the present schemas. Each leaves an
 * entry of who did it and why. In the caller's transaction if one is given. Gives how many.
 */
export function replayParked(db: Database | Tx, of: ParkedSelection, actor: string, why: string): Promise<number> {
  return within(db, async (tx) => {
    const rows = await release(tx, of, 'pending');
    await tell(tx, rows, 'replay', actor, why);
    return rows.length;
  });
}

/**
 * Leaves the rows parked and visible, but no longer in the way of their key: for bad data that its sender will send again
 * under a new id.
 */
export function setAsideParked(db: Database | Tx, of: ParkedSelection, actor: string, why: string): Promise<number> {
  return within(db, async (tx) => {
    const rows = await release(tx, of, 'parked');
    await tell(tx, rows, 'set-aside', actor, why);
    return rows.length;
  });
}

function within<T>(db: Database | Tx, work: (tx: Tx) => Promise<T>): Promise<T> {
  return 'transaction' in db ? db.transaction(work) : work(db);
}

interface Released {
  id: string;
  consumer: string;
  topic: string;
  key: string;
  was: string;
}

async function release(tx: Tx, of: ParkedSelection, to: 'pending' | 'parked'): Promise<Released[]> {
  const [where, params] = condition(of);
  const set =
    to === 'pending'
      ? `state = 'pending', reason = NULL, detail = NULL, attempts = 0, settled_at = NULL, blocks_key = true`
      : `blocks_key = false`;
  const rows = await tx.query<Released>(
    `WITH chosen AS (
       SELECT day, id, reason FROM inbox
        WHERE state = 'parked' AND ${where} ${to === 'parked' ? 'AND blocks_key' : ''}
        ORDER BY id
          FOR UPDATE
     )
     UPDATE inbox SET ${set}
       FROM chosen
      WHERE inbox.day = chosen.day AND inbox.id = chosen.id
     RETURNING inbox.id::text AS id, consumer, topic, key, coalesce(chosen.reason, '') AS was`,
    params,
  );
  for (const { consumer, topic, key } of rows) await freeKey(tx, consumer, topic, key);
  return rows;
}

function condition(of: ParkedSelection): [string, unknown[]] {
  if ('inboxId' in of) return ['id = $1', [of.inboxId]];
  if ('key' in of) return ['consumer = $1 AND topic = $2 AND key = $3', [of.consumer, of.topic, of.key]];
  return ['($1::text IS NULL OR consumer = $1) AND reason = $2', [of.consumer ?? null, of.reason]];
}

/** Forgets that a key waits, unless another parked row still holds it. */
async function freeKey(tx: Tx, consumer: string, topic: string, key: string): Promise<void> {
  await tx.execute(
    `DELETE FROM inbox_keys
      WHERE consumer = $1 AND topic = $2 AND key = $3
        AND NOT EXISTS (SELECT 1 FROM inbox WHERE consumer = $1 AND topic = $2 AND key = $3
                           AND state = 'parked' AND blocks_key)`,
    [consumer, topic, key],
  );
}

async function tell(tx: Tx, rows: readonly Released[], action: string, actor: string, why: string): Promise<void> {
  await tx.query(
    `WITH told AS (
       INSERT INTO inbox_replays (inbox_id, action, actor, why, was)
       SELECT id, $2, $3, $4, was FROM unnest($1::bigint[], $5::text[]) AS released (id, was)
     )
     SELECT pg_notify('inbox', '')`,
    [rows.map(({ id }) => id), action, actor, why, rows.map(({ was }) => was)],
  );
}
