import type { Database } from '@arrears/persistence';
import { columns, fromRow, type MessageRow } from './message.store.js';

/** Where a client stands in its turns: the lower its pass, the sooner it is served. */
export interface ClientTurn {
  agreementId: string;
  pass: number;
  weight: number;
}
/** A message in a sender's hand. */
export interface ClaimedRow extends MessageRow {
  /** An earlier sender may have got a permit of which nobody heard: asking again answers with the same one. */
  unheardBefore: boolean;
}
export interface Claim {
  channel: MessageRow['channel'];
  businessNow: string;
  limit: number;
  /** Clients that were served before; all others stand at `floor` with weight 1. */
  turns?: readonly ClientTurn[];
  floor?: number;
}

const ready = `state = 'queued' AND parked_until_real IS NULL AND owed_to_gate IS NULL`;

/**
 * Takes up to `limit` due messages for 20 s of real time, twice what pace, gate and rendering may take: by priority, then
 * the clients in turns by their weight, then the oldest first. Reads only the head of each client's queue, however much
 * waits: client by client through `messages_ready`, and of each a few more than could be taken, for senders side by side.
 * From now on the message may have a permit, until somebody writes down what the gate said.
 */
export async function claimDue(db: Database, claim: Claim): Promise<ClaimedRow[]> {
  const { channel, businessNow, limit, turns = [], floor = 0 } = claim;
  if (limit <= 0) return [];
  const rows = await db.query(
    `WITH RECURSIVE clients AS (
       (SELECT agreement_id FROM messages WHERE ${ready} AND channel = $1 ORDER BY agreement_id LIMIT 1)
       UNION ALL
       SELECT (SELECT next.agreement_id FROM messages AS next
                WHERE ${ready} AND channel = $1 AND next.agreement_id > clients.agreement_id
                ORDER BY next.agreement_id LIMIT 1)
         FROM clients WHERE clients.agreement_id IS NOT NULL
     ), heads AS (
       SELECT head.message_id, head.priority, head.not_before, clients.agreement_id
         FROM clients
        CROSS JOIN (VALUES (0::smallint), (1::smallint), (2::smallint)) AS class (priority)
        CROSS JOIN LATERAL (
          SELECT message_id, messages.priority, not_before FROM messages
           WHERE ${ready} AND channel = $1 AND messages.agreement_id = clients.agreement_id
             AND messages.priority = class.priority AND not_before <= $2
           ORDER BY not_before, message_id LIMIT 4 * $3::int) AS head
     ), lined_up AS (
       SELECT heads.message_id, heads.priority, heads.not_before,
              greatest(turn.pass, $7::float8)
                + (row_number() OVER (PARTITION BY heads.agreement_id
                                          ORDER BY heads.priority, heads.not_before, heads.message_id) - 1)
                  / coalesce(turn.weight, 1) AS turn
         FROM heads
         LEFT JOIN unnest($4::text[], $5::float8[], $6::float8[]) AS turn (agreement_id, pass, weight)
                ON turn.agreement_id = heads.agreement_id
     ), shortlist AS MATERIALIZED (
       SELECT message_id, turn FROM lined_up
        ORDER BY priority, turn, not_before, message_id LIMIT 4 * $3::int
     ), taken AS MATERIALIZED (
       SELECT locked.message_id, locked.unheard_before, shortlist.turn
         FROM shortlist
        CROSS JOIN LATERAL (
          SELECT message_id, unheard_until_real IS NOT NULL AS unheard_before FROM messages
           WHERE messages.message_id = shortlist.message_id AND ${ready}
             FOR UPDATE SKIP LOCKED) AS locked
        LIMIT $3
     ), claimed AS (
       UPDATE messages SET parked_until_real = now() + interval '20 seconds', attempts = attempts + 1,
                            unheard_until_real = now() + interval '30 seconds'
         FROM taken WHERE messages.message_id = taken.message_id
       RETURNING messages.*, taken.turn, taken.unheard_before
     )
     SELECT ${columns}, unheard_before AS "unheardBefore" FROM claimed ORDER BY priority, turn, not_before, message_id`,
    [
      channel,
      businessNow,
      limit,
      turns.map(({ agreementId }) => agreementId),
      turns.map(({ pass }) => pass),
      turns.map(({ weight }) => weight),
      floor,
    ],
  );
  return rows.map((row) => ({ ...fromRow(row), unheardBefore: row['unheardBefore'] === true }));
}

/** Wakes messages whose real time to sleep is over, a lost claim's too. Returns how many. */
export async function wakeParked(db: Database, limit = 500): Promise<number> {
  return db.execute(
    `UPDATE messages SET parked_until_real = NULL
     WHERE message_id IN (
       SELECT message_id FROM messages
       WHERE state = 'queued' AND parked_until_real IS NOT NULL AND parked_until_real <= now()
       ORDER BY parked_until_real LIMIT $1 FOR UPDATE SKIP LOCKED)`,
    [limit],
  );
}

/**
 * Puts a claimed message back: until a business time (`notBefore`) or for some real milliseconds. `heard`: no permit is
 * reserved for it of which nobody wrote anything down.
 */
export async function putBack(
  db: Database,
  messageId: string,
  wait: { notBefore?: string; realMs?: number; stopped?: boolean; heard: boolean },
): Promise<void> {
  await db.query(
    `UPDATE messages
     SET parked_until_real = CASE WHEN $3::float8 > 0 THEN now() + $3 * interval '1 millisecond' END,
         not_before = coalesce($2, not_before),
         stopped_asks = CASE WHEN $4 THEN stopped_asks + 1 ELSE 0 END,
         unheard_until_real = CASE WHEN NOT $5 THEN unheard_until_real END
     WHERE message_id = $1 AND state = 'queued'`,
    [messageId, wait.notBefore ?? null, wait.realMs ?? 0, wait.stopped ?? false, wait.heard],
  );
}
