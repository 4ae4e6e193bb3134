import type { Database } from '@arrears/persistence';
import type { MessageRow } from './message.store.js';

export interface QueueStanding {
  /** By provider: messages of which nobody knows whether they left, and since when of the first. */
  unknown: ReadonlyMap<string, { n: number; since: Date }>;
  /** By channel: from when on the first of those that may leave now might have left. */
  waitingSince: ReadonlyMap<MessageRow['channel'], Date>;
}

const ready = `state = 'queued' AND parked_until_real IS NULL AND owed_to_gate IS NULL`;

/**
 * Follows the indexes of what is unknown and of the heads of the queues, client by client: its cost does not grow with
 * what is finished, nor with how much waits.
 */
export async function queueStanding(db: Database, businessNow: string): Promise<QueueStanding> {
  const unknown = await db.query<{ provider: string; n: number; since: Date }>(
    `SELECT provider, count(*)::int AS n, min(changed_at) AS since FROM messages WHERE state = 'unknown' GROUP BY provider`,
  );
  const waiting = await db.query<{ channel: MessageRow['channel']; since: Date }>(
    `WITH RECURSIVE clients AS (
       (SELECT channel, agreement_id FROM messages WHERE ${ready} ORDER BY channel, agreement_id LIMIT 1)
       UNION ALL
       SELECT next.channel, next.agreement_id
         FROM clients
        CROSS JOIN LATERAL (SELECT channel, agreement_id FROM messages
                             WHERE ${ready} AND (channel, agreement_id) > (clients.channel, clients.agreement_id)
                             ORDER BY channel, agreement_id LIMIT 1) AS next
     )
     SELECT clients.channel, min(head.not_before) AS since
       FROM clients
      CROSS JOIN (VALUES (0::smallint), (1::smallint), (2::smallint)) AS class (priority)
      CROSS JOIN LATERAL (
        SELECT not_before FROM messages
         WHERE ${ready} AND channel = clients.channel AND messages.agreement_id = clients.agreement_id
           AND messages.priority = class.priority AND not_before <= $1
         ORDER BY not_before LIMIT 1) AS head
      GROUP BY clients.channel`,
    [businessNow],
  );
  return {
    unknown: new Map(unknown.map(({ provider, n, since }) => [provider, { n, since }])),
    waitingSince: new Map(waiting.map(({ channel, since }) => [channel, since])),
  };
}
