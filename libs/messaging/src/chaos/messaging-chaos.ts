import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createMessagingDatabase, createTestBroker } from '../test-servers.js';
import type { ChildOrder } from './child.js';

export interface MessagingChaosResult {
  asked: number;
  done: number;
  lost: number;
  doubled: number;
  outOfOrder: number;
  kills: number;
  /** Members that joined or left in an orderly way. */
  rebalances: number;
  /** From the last kill until everything was handled. */
  recoveredInMs: number;
}

/** The compiled child: separate processes run what production runs. */
const child = fileURLToPath(new URL('../../dist/chaos/child.js', import.meta.url));

type Slot = { role: ChildOrder['role']; process: ChildProcess | undefined; wanted: boolean };

/**
 * Events from an outbox through a real broker into an inbox, by processes that are killed with SIGKILL at random while
 * consumers also join and leave. Counts what the handlers' table says in the end.
 */
export async function messagingChaos({
  events = 5_000,
  keys = 150,
  kills = 10,
  timeoutMs = 240_000,
}: { events?: number; keys?: number; kills?: number; timeoutMs?: number } = {}): Promise<MessagingChaosResult> {
  if (!existsSync(child)) throw new Error('libs/messaging is not built: run npm run build first');
  const broker = await createTestBroker(['bank.loans.v1']);
  const store = await createMessagingDatabase('chaos');
  const { database } = store;
  await database.execute('CREATE TABLE chaos_keys (key text PRIMARY KEY, wanted int, produced int DEFAULT 0)');
  await database.execute(
    'CREATE TABLE chaos_handled (n bigint GENERATED ALWAYS AS IDENTITY, id text, key text, sequence int)',
  );
  await database.execute(
    `INSERT INTO chaos_keys (key, wanted)
     SELECT 'L-' || k, $2::int / $1::int + (k < $2::int % $1::int)::int FROM generate_series(0, $1::int - 1) AS k`,
    [keys, events],
  );
  const slots: Slot[] = (['producer', 'relay', 'relay', 'consumer', 'consumer'] as const).map((role) => ({
    role,
    process: undefined,
    wanted: true,
  }));
  const run = (slot: Slot) => {
    const order: ChildOrder = {
      role: slot.role,
      url: store.url,
      brokers: broker.brokers,
      prefix: broker.prefix,
      events,
      keys,
    };
    const started = spawn(process.execPath, [child, JSON.stringify(order)], { stdio: ['ignore', 'ignore', 'inherit'] });
    slot.process = started;
    started.once('exit', (code) => {
      if (slot.process !== started) return;
      slot.process = undefined;
      // A producer ends when it is done; every other end is one to recover from.
      if (slot.wanted && !(slot.role === 'producer' && code === 0)) run(slot);
    });
  };
  const handled = async () =>
    (await database.query<{ n: number }>('SELECT count(*)::int AS n FROM chaos_handled'))[0]?.n ?? 0;
  try {
    slots.forEach(run);
    const third: Slot = { role: 'consumer', process: undefined, wanted: true };
    const done = await disturb(slots, third, run, kills, async () => (await handled()) >= events);
    slots.push(third);
    const lastKill = Date.now();
    while ((await handled()) < events && Date.now() - lastKill < timeoutMs) await sleep(200);
    const recoveredInMs = Date.now() - lastKill;
    // What was doubled would come now.
    await sleep(1_500);
    return { ...(await tally(database, events)), ...done, recoveredInMs };
  } finally {
    await Promise.all(slots.map(kill));
    await broker.close();
    await store.close();
  }
}

/** Kills until `kills` are reached or all is handled; a third consumer joins after each third kill and leaves after the next. */
async function disturb(
  slots: readonly Slot[],
  third: Slot,
  run: (slot: Slot) => void,
  wanted: number,
  finished: () => Promise<boolean>,
): Promise<{ kills: number; rebalances: number }> {
  let kills = 0;
  let rebalances = 0;
  await sleep(2_500);
  while (kills < wanted) {
    const running = slots.filter(({ process: started }) => started !== undefined);
    running[Math.floor(Math.random() * running.length)]?.process?.kill('SIGKILL');
    kills++;
    if (kills % 3 === 0) {
      third.wanted = true;
      run(third);
      rebalances++;
    }
    if (kills % 3 === 1 && third.process !== undefined) {
      third.wanted = false;
      third.process.kill('SIGTERM');
      rebalances++;
    }
    await sleep(500 + Math.random() * 1_500);
    if (await finished()) break;
  }
  return { kills, rebalances };
}

async function kill(slot: Slot): Promise<void> {
  slot.wanted = false;
  const { process: started } = slot;
  if (started === undefined || started.exitCode !== null) return;
  const gone = new Promise((resolve) => started.once('exit', resolve));
  started.kill('SIGKILL');
  await gone;
}

type Counts = Pick<MessagingChaosResult, 'asked' | 'done' | 'lost' | 'doubled' | 'outOfOrder'>;

async function tally(database: { query<Row>(sql: string): Promise<Row[]> }, events: number): Promise<Counts> {
  const [row] = await database.query<{ done: number; handled: number; out_of_order: number }>(`
    SELECT (SELECT count(DISTINCT (key, sequence)) FROM chaos_handled)::int AS done,
           (SELECT count(*) FROM chaos_handled)::int AS handled,
           (SELECT count(*) FROM (
              SELECT sequence - lag(sequence, 1, 0) OVER (PARTITION BY key ORDER BY n) AS step FROM chaos_handled
            ) AS steps WHERE step <> 1)::int AS out_of_order`);
  const done = row?.done ?? 0;
  return {
    asked: events,
    done,
    lost: events - done,
    doubled: (row?.handled ?? 0) - done,
    outOfOrder: row?.out_of_order ?? 0,
  };
}
