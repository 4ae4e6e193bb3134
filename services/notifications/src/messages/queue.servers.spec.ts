import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { fairShares, type Shares } from '../sending/shares.js';
import { placeOf } from './spread.js';
import { openWorld, type World } from '../testing/world.js';
import { claimDue, putBack, wakeParked, type Claim } from './queue.store.js';

let world: World;
beforeAll(async () => (world = await openWorld()));
afterAll(() => world.close());
beforeEach(() => world.clear());

const now = '2026-11-24T00:00:00.000Z';

interface Waiting {
  agreement: string;
  count: number;
  purpose?: 'collect' | 'confirm-payment';
  notBefore?: string;
  /** Business time over which they are spread. */
  spreadMinutes?: number;
}

/** Puts messages into the queue at the SQL level, as activities would leave them. */
async function waiting(...groups: Waiting[]): Promise<void> {
  for (const { agreement, count, purpose = 'collect', notBefore = now, spreadMinutes = 0 } of groups)
    await world.db.query(
      `INSERT INTO messages (message_id, effect_key, step, case_id, agreement_id, debtor_id, person_id, contact_point_ids,
                             covers, channel, purpose, priority, template_id, case_seq, not_before, not_after,
                             created_at, changed_at)
       SELECT gen_random_uuid(), gen_random_uuid()::text, 'reminder-1', gen_random_uuid(), $1,
              gen_random_uuid(), gen_random_uuid(), '{}', '{}', 'sms', $3, CASE $3 WHEN 'collect' THEN 2 ELSE 0 END,
              'reminder-1', 1, $4::timestamptz + (n::float8 / $2::int) * $5::float8 * interval '1 minute',
              '2026-11-26', $4, $4
       FROM generate_series(1, $2::int) AS n`,
      [agreement, count, purpose, notBefore, spreadMinutes],
    );
  await world.db.query('ANALYZE messages');
}

const claim = async (limit: number, over: Partial<Claim> = {}) =>
  claimDue(world.db, { channel: 'sms', businessNow: now, limit, ...over });
const fairly = async (shares: Shares, limit: number) => {
  const rows = await claim(limit, { turns: shares.turns(), floor: shares.floor() });
  shares.charge(rows.map(({ agreementId }) => agreementId));
  return rows;
};
const tally = (names: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};

describe('whose message leaves next', () => {
  it('a small client is served in turn with one that has a thousand waiting', async () => {
    await waiting(
      { agreement: 'BIG', count: 1_000, notBefore: '2026-11-23T00:00:00.000Z' },
      { agreement: 'SMALL', count: 10 },
    );
    const shares = fairShares();
    const names: string[] = [];
    for (let turn = 0; turn < 20; turn += 1) names.push(...(await fairly(shares, 1)).map((row) => row.agreementId));
    expect(tally(names)).toEqual({ BIG: 10, SMALL: 10 });
  });

  it('clients are served by their weight', async () => {
    await waiting({ agreement: 'A', count: 500 }, { agreement: 'B', count: 500 });
    const shares = fairShares(new Map([['A', 3]]));
    const names: string[] = [];
    for (let turn = 0; turn < 25; turn += 1) names.push(...(await fairly(shares, 4)).map((row) => row.agreementId));
    const { A = 0, B = 0 } = tally(names);
    expect(A + B).toBe(100);
    expect(A / B).toBeGreaterThan(2.7);
    expect(A / B).toBeLessThan(3.4);
  });

  it('nobody saves up turns while he has nothing to send', async () => {
    await waiting({ agreement: 'A', count: 200 });
    const shares = fairShares();
    for (let turn = 0; turn < 50; turn += 1) await fairly(shares, 1);
    await waiting({ agreement: 'B', count: 200 });
    const names: string[] = [];
    for (let turn = 0; turn < 20; turn += 1) names.push(...(await fairly(shares, 1)).map((row) => row.agreementId));
    expect(tally(names)['A']).toBeGreaterThanOrEqual(9);
  });

  it('who paid is thanked before anybody is reminded, however many reminders wait longer', async () => {
    await waiting(
      { agreement: 'A', count: 300, notBefore: '2026-11-23T00:00:00.000Z' },
      { agreement: 'A', count: 3, purpose: 'confirm-payment' },
      { agreement: 'B', count: 2, purpose: 'confirm-payment' },
    );
    const rows = await claim(8);
    expect(rows.map(({ priority }) => priority)).toEqual([0, 0, 0, 0, 0, 2, 2, 2]);
  });

  it('one that is parked sleeps until its real time, one that waits for business time until that', async () => {
    await waiting({ agreement: 'A', count: 2 });
    const [first, second] = await claim(2);
    await putBack(world.db, first?.messageId ?? '', { realMs: 60_000, heard: true });
    await putBack(world.db, second?.messageId ?? '', { notBefore: '2026-11-24T08:00:00.000Z', heard: true });
    await wakeParked(world.db);
    expect(await claim(2)).toEqual([]);
    expect((await claim(2, { businessNow: '2026-11-24T08:00:00.000Z' })).map((row) => row.messageId)).toEqual([
      second?.messageId,
    ]);
    await world.db.query("UPDATE messages SET parked_until_real = now() - interval '1 second' WHERE message_id = $1", [
      first?.messageId,
    ]);
    expect(await wakeParked(world.db)).toBe(1);
    expect(await claim(2)).toHaveLength(1);
  });

  it('two senders never take the same one', async () => {
    await waiting({ agreement: 'A', count: 100 }, { agreement: 'B', count: 100 });
    const taken = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const own: string[] = [];
        for (let rows = await claim(7); rows.length > 0; rows = await claim(7))
          own.push(...rows.map((row) => row.messageId));
        return own;
      }),
    );
    const all = taken.flat();
    expect(new Set(all).size).toBe(all.length);
    // Rivals may step aside for each other at the very end; the rest is there for the next look.
    all.push(...(await claim(200)).map((row) => row.messageId));
    expect(all).toHaveLength(200);
  });
});

describe('STAMPEDE: 100,000 messages for 08:00', () => {
  const count = 100_000;

  it('are claimed fairly, none early, none twice, each claim as cheap as with an empty queue', async () => {
    await waiting(
      { agreement: 'BIG', count: 90_000, spreadMinutes: 30 },
      { agreement: 'MID', count: 9_000, spreadMinutes: 30 },
      { agreement: 'SMALL', count: 900, spreadMinutes: 30 },
      { agreement: 'URGENT', count: 100, purpose: 'confirm-payment', spreadMinutes: 30 },
    );
    expect(await world.db.query('SELECT count(*)::int AS n FROM messages')).toEqual([{ n: count }]);
    const claimedIds = new Set<string>();
    const shares = fairShares();
    const times: number[] = [];
    const perClient: Record<string, number> = {};
    for (const minute of [0, 3, 10, 29, 31]) {
      const businessNow = new Date(Date.parse(now) + minute * 60_000).toISOString();
      for (let turn = 0; turn < 40; turn += 1) {
        const began = performance.now();
        const rows = await claim(16, { businessNow, turns: shares.turns(), floor: shares.floor() });
        times.push(performance.now() - began);
        shares.charge(rows.map(({ agreementId }) => agreementId));
        for (const row of rows) {
          expect(row.notBefore <= businessNow).toBe(true);
          expect(claimedIds.has(row.messageId)).toBe(false);
          claimedIds.add(row.messageId);
          perClient[row.agreementId] = (perClient[row.agreementId] ?? 0) + 1;
        }
      }
    }
    process.stdout.write(`STAMPEDE: ${JSON.stringify(perClient)}\n`);
    // The urgent hundred is through; the three queues are served alike, the smallest whenever it has one that is due.
    expect(perClient['URGENT']).toBe(100);
    expect(Math.abs((perClient['BIG'] ?? 0) - (perClient['MID'] ?? 0))).toBeLessThan(20);
    expect(perClient['SMALL']).toBeGreaterThan((perClient['BIG'] ?? 0) / 2);
    const median = times.sort((one, other) => one - other)[Math.floor(times.length / 2)] ?? 0;
    expect(median).toBeLessThan(25);
    process.stdout.write(`STAMPEDE: ${claimedIds.size} claimed, median claim of 16: ${median.toFixed(1)} ms\n`);
  });

  it('cost a claim hardly more blocks than 200 do, also when 99,000 of them are stopped', async () => {
    await waiting({ agreement: 'BIG', count: 100 }, { agreement: 'SMALL', count: 100 });
    const few = await blocksOfClaim();
    await waiting(
      { agreement: 'BIG', count: 99_000, notBefore: '2026-11-23T22:00:00.000Z' },
      { agreement: 'OTHER', count: 900 },
    );
    await world.db.query(
      "UPDATE messages SET parked_until_real = now() + interval '30 seconds' WHERE agreement_id = 'BIG'",
    );
    await world.db.query('VACUUM ANALYZE messages');
    const many = await blocksOfClaim();
    process.stdout.write(`STAMPEDE: blocks of a claim of 16: ${few} with 200 waiting, ${many} with 100,000\n`);
    expect(many).toBeLessThan(3 * few);
  });

  it('have places over the half hour that are even minute by minute', () => {
    const perMinute = Array.from({ length: 30 }, () => 0);
    for (let n = 0; n < count; n += 1) {
      const minute = Math.floor(placeOf(`message-${n}`) * 30);
      perMinute[minute] = (perMinute[minute] ?? 0) + 1;
    }
    expect(Math.max(...perMinute) / Math.min(...perMinute)).toBeLessThan(1.1);
  });
});

async function blocksOfClaim(): Promise<number> {
  const before = await blocks();
  const rows = await claim(16);
  expect(rows).toHaveLength(16);
  return (await blocks()) - before;
}

/** Blocks of table and indexes that were touched so far, as the server counts them. */
async function blocks(): Promise<number> {
  await world.db.query('SELECT pg_stat_force_next_flush()');
  await world.db.query('SELECT 1');
  const [row] = await world.db.query<{ n: number }>(
    `SELECT (heap_blks_read + heap_blks_hit + idx_blks_read + idx_blks_hit)::int AS n
     FROM pg_statio_user_tables WHERE relname = 'messages'`,
  );
  return row?.n ?? 0;
}
