import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createMetrics } from '@arrears/observability';
import { openDatabase, type Database } from '@arrears/persistence';
import { createTestDatabase } from '@arrears/persistence/testing';
import { measurePool } from './watch.js';

describe('the size of a database', () => {
  let test: Awaited<ReturnType<typeof createTestDatabase>>;
  let db: Database;
  beforeAll(async () => {
    test = await createTestDatabase('size');
    db = await openDatabase({ url: test.url, name: 'size test' });
  });
  afterAll(async () => {
    await db.close();
    await test.drop();
  });

  it('is shown by table, partitions with their parent, small ones together', async () => {
    await db.execute('CREATE TABLE large (day int, body text) PARTITION BY LIST (day)');
    for (const day of [1, 2]) {
      await db.execute(`CREATE TABLE large_${day} PARTITION OF large FOR VALUES IN (${day})`);
      await db.execute(`INSERT INTO large SELECT ${day}, md5(n::text) FROM generate_series(1, 20000) n`);
    }
    for (const name of ['one', 'two']) await db.execute(`CREATE TABLE ${name} (id int PRIMARY KEY)`);
    const metrics = createMetrics();
    measurePool(metrics, db);
    const sizes = [...(await metrics.text()).matchAll(/^arrears_db_size_bytes\{table="(\w+)"\} (\d+)$/gm)];
    expect(sizes.map(([, table]) => table).sort()).toEqual(['large', 'small']);
    const bytes = new Map(sizes.map(([, table, value]) => [table, Number(value)]));
    // 20,000 rows of about 60 bytes in each partition; two empty tables, a page each for the index.
    expect(bytes.get('large')).toBeGreaterThan(2_000_000);
    expect(bytes.get('small')).toBe(2 * 8_192);

    await db.execute('DROP TABLE large');
    expect(await metrics.text()).not.toContain('table="large"');
  });
});
