import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@arrears/observability';
import type { DayKeys } from '@arrears/persistence';
import { tendInbox } from './inbox-upkeep.js';
import { createMessagingDatabase } from './testing.js';

let store: Awaited<ReturnType<typeof createMessagingDatabase>>;
beforeAll(async () => {
  store = await createMessagingDatabase('inbox_upkeep');
}, 60_000);
afterAll(() => store.close(), 60_000);

function keysThatTell(): DayKeys & { destroyedBefore: string[] } {
  const destroyedBefore: string[] = [];
  return {
    destroyedBefore,
    encrypt: async (_day, _purpose, plain) => plain,
    decrypt: async (_day, _purpose, sealed) => sealed,
    destroy: async (before) => destroyedBefore.push(before),
  };
}
async function receivedOn(day: string, id: string, state: string): Promise<void> {
  const { database } = store;
  await database.query(`SELECT make_day_partition('inbox', $1)`, [day]);
  await database.execute(
    `INSERT INTO inbox (day, consumer, ce_source, ce_id, type, topic, key, content_hash, headers, payload, state)
     VALUES ($1, 'c', 's', $2, 't', 'bank.loans.v1', 'k', '', '{}', '', $3)`,
    [day, id, state],
  );
  await database.execute(
    `INSERT INTO inbox_ids (consumer, ce_source, ce_id, content_hash, day) VALUES ('c', 's', $1, '', $2)`,
    [id, day],
  );
}
const kept = async () =>
  (await store.database.query<{ ce_id: string }>('SELECT ce_id FROM inbox ORDER BY ce_id')).map(({ ce_id }) => ce_id);

describe('days of the inbox past retention', () => {
  it('go with their ids and keys, unless somebody has yet to decide about a row of them', async () => {
    const keys = keysThatTell();
    await receivedOn('2026-01-01', 'old', 'handled');
    await receivedOn('2026-01-02', 'waits', 'parked');
    await tendInbox(store.database, 21, keys, silentLogger);
    expect(await kept()).toEqual(['waits']);
    expect(keys.destroyedBefore).toEqual([]);
    await store.database.execute(`UPDATE inbox SET state = 'handled'`);
    await tendInbox(store.database, 21, keys, silentLogger);
    expect(await kept()).toEqual([]);
    expect(await store.database.query('SELECT 1 FROM inbox_ids')).toEqual([]);
    expect(keys.destroyedBefore).toHaveLength(1);
  }, 30_000);

  it('are made before they are needed', async () => {
    const [row] = await store.database.query<{ ahead: number }>(
      `SELECT count(*)::int AS ahead FROM pg_inherits WHERE inhparent = 'inbox'::regclass`,
    );
    expect(row?.ahead).toBeGreaterThanOrEqual(8);
  });
});
