import { describe, expect, it } from '@jest/globals';
import { createHealth, createMetrics } from '@arrears/observability';
import { measurePool, poolWait, watchDependencies } from './watch.js';

describe('what a process leans on', () => {
  it('is seen in gauges, of what it has only, and nobody else is asked', async () => {
    const health = createHealth();
    const metrics = createMetrics();
    let asked = false;
    health.dependency('postgres', () => true);
    health.dependency('temporal', () => Promise.reject(new Error('away')));
    health.dependency('sms-gateway', () => void (asked = true));
    await watchDependencies(health, metrics)();
    expect(await metrics.value('pg_up')).toBe(1);
    expect(await metrics.value('temporal_up')).toBe(0);
    expect(asked).toBe(false);
    const smaller = createMetrics();
    await watchDependencies(createHealth(), smaller)();
    expect(smaller.names()).not.toContain('arrears_temporal_up');
  });

  it('shows the pool of its database and how long work waited for it', async () => {
    const metrics = createMetrics();
    measurePool(metrics, { pool: () => ({ total: 7, idle: 2, waiting: 3 }), query: () => Promise.resolve([]) });
    poolWait(metrics)(0.002);
    const text = await metrics.text();
    expect(text).toContain('arrears_db_pool_connections{state="busy"} 5');
    expect(text).toContain('arrears_db_pool_connections{state="idle"} 2');
    expect(text).toContain('arrears_db_pool_connections{state="waiting"} 3');
    expect(text).toContain('arrears_db_pool_wait_seconds_count 1');
  });
});
