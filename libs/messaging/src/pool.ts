import { setTimeout as sleep } from 'node:timers/promises';
import type { TopicName } from '@arrears/contracts';
import { handleRow, type HandleDeps, type PendingRow } from './handle.js';

export interface HandlerPool {
  /** Something may have come. */
  wake(): void;
  assigned(partitions: ReadonlyMap<TopicName, readonly number[]>): void;
  /** False when the loop has not moved for a minute. */
  alive(): boolean;
  stop(): Promise<void>;
}

const rowsARead = 500;
const pollMs = 1_000;
const stuckAfterMs = 60_000;
/** Rows of partitions that another process reads are left to it, unless it seems to be gone. */
const foreignAfter = '3 seconds';

/** Handles pending rows: one key after another in order, `parallel` keys at a time, whichever process took them in. */
export function startPool(deps: HandleDeps, parallel: number): HandlerPool {
  const { database, consumer, log } = deps;
  let stopping = false;
  let woken = true;
  let own: string[] = [];
  let movedAt = Date.now();
  let interrupt = new AbortController();
  const wake = () => {
    woken = true;
    interrupt.abort();
  };

  const round = async (): Promise<number> => {
    const rows = await database.query<PendingRow>(pendingSql, [consumer, rowsARead, own]);
    const keys = [...groups(rows)];
    const worker = async () => {
      for (let group = keys.shift(); group !== undefined && !stopping; group = keys.shift())
        for (const row of group) {
          movedAt = Date.now();
          if (stopping || (await handleRow(deps, row)) === 'stop') break;
        }
    };
    await Promise.all(Array.from({ length: parallel }, worker));
    return rows.length;
  };

  const running = (async () => {
    while (!stopping) {
      movedAt = Date.now();
      woken = false;
      let pauseMs = pollMs;
      try {
        // A full read means that more waits; a short one was everything, and only failures may be left of it.
        if ((await round()) === rowsARead) woken = true;
      } catch (error) {
        log.warn('inbox-failed', { outcome: 'database' }, error);
        pauseMs = 2_000;
        woken = false;
      }
      if (woken || stopping) continue;
      interrupt = new AbortController();
      await sleep(pauseMs, undefined, { signal: interrupt.signal }).catch(() => undefined);
    }
  })();

  return {
    wake,
    assigned(partitions) {
      own = [...partitions].flatMap(([topic, list]) => list.map((partition) => `${topic}/${partition}`));
    },
    alive: () => Date.now() - movedAt < stuckAfterMs,
    async stop() {
      stopping = true;
      wake();
      await running;
    },
  };
}

const pendingSql = `
  SELECT id::text, day, ce_source, ce_id, type, topic, partition, "offset"::text, key, headers, payload, payload_day,
         received_at, attempts
    FROM inbox
   WHERE consumer = $1
     AND state = 'pending'
     AND (partition IS NULL OR topic || '/' || partition = ANY ($3::text[])
          OR received_at < now() - interval '${foreignAfter}')
     AND NOT EXISTS (
       SELECT 1 FROM inbox_keys AS held
        WHERE held.consumer = inbox.consumer AND held.topic = inbox.topic AND held.key = inbox.key
          AND held.retry_at > now())
   ORDER BY inbox.id  -- bare, it would be the text of the select list
   LIMIT $2`;

function groups(rows: readonly PendingRow[]): Iterable<PendingRow[]> {
  const byKey = new Map<string, PendingRow[]>();
  for (const row of rows) {
    const name = `${row.topic}|${row.key}`;
    const group = byKey.get(name);
    if (group === undefined) byKey.set(name, [row]);
    else group.push(row);
  }
  return byKey.values();
}
