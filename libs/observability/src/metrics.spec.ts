import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createMetrics } from './metrics.js';
import { startMetricsServer, type MetricsServer } from './metrics-server.js';

const counter = (metrics: ReturnType<typeof createMetrics>) =>
  metrics.counter({
    name: 'outbox_published_total',
    help: 'Rows published',
    labels: { kind: ['kafka', 'temporal'] },
  });

describe('a counter', () => {
  it('stands at 0 for each declared label before anything happened', async () => {
    const metrics = createMetrics();
    counter(metrics);
    const text = await metrics.text();
    expect(text).toContain('arrears_outbox_published_total{kind="kafka"} 0');
    expect(text).toContain('arrears_outbox_published_total{kind="temporal"} 0');
  });

  it('counts a value that is not declared as other, and says that it did', async () => {
    const metrics = createMetrics();
    counter(metrics).inc({ kind: 'fax' as 'kafka' }, 2);
    expect(await metrics.value('outbox_published_total', { kind: 'other' })).toBe(2);
    expect(await metrics.value('metrics_series_dropped_total', { metric: 'outbox_published_total' })).toBe(1);
    expect(await metrics.text()).not.toContain('fax');
  });

  it('is the same one when asked for again, and no other kind', async () => {
    const metrics = createMetrics();
    counter(metrics).inc({ kind: 'kafka' });
    counter(metrics).inc({ kind: 'kafka' });
    expect(await metrics.value('outbox_published_total', { kind: 'kafka' })).toBe(2);
    expect(() => metrics.gauge({ name: 'outbox_published_total', help: 'x' })).toThrow('is a counter');
  });

  it('has a name that says it counts', () => {
    expect(() => createMetrics().counter({ name: 'published', help: 'x' })).toThrow('must end in _total');
  });
});

describe('label sets', () => {
  it('of one metric are never more than the limit and one for the rest, whatever comes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.string(), fc.string()), { maxLength: 60 }), async (values) => {
        const metrics = createMetrics({ maxLabelSets: 10 });
        const open = metrics.counter({
          name: 'open_total',
          help: 'x',
          labels: { a: { upTo: 1000 }, b: { upTo: 1000 } },
        });
        for (const [a, b] of values) open.inc({ a, b });
        const sets = (await metrics.text()).split('\n').filter((line) => line.startsWith('arrears_open_total{'));
        expect(sets.length).toBeLessThanOrEqual(11);
      }),
      { numRuns: 50 },
    );
  });

  it('keep every observation: what is folded is counted under other', async () => {
    const metrics = createMetrics({ maxLabelSets: 2 });
    const open = metrics.counter({ name: 'open_total', help: 'x', labels: { route: { upTo: 1000 } } });
    for (let n = 0; n < 100; n++) open.inc({ route: `r${n}` });
    expect(await metrics.value('open_total', { route: 'other' })).toBe(98);
    expect(await metrics.value('metrics_series_dropped_total', { metric: 'open_total' })).toBe(98);
  });

  it('of one label end where the label says', async () => {
    const metrics = createMetrics();
    const open = metrics.counter({ name: 'open_total', help: 'x', labels: { route: { upTo: 2 } } });
    for (const route of ['a', 'b', 'c', 'a']) open.inc({ route });
    expect(await metrics.value('open_total', { route: 'a' })).toBe(2);
    expect(await metrics.value('open_total', { route: 'other' })).toBe(1);
  });

  it('of all metrics stay within the series of a process', async () => {
    const metrics = createMetrics({ maxSeries: 40 });
    const seconds = metrics.histogram({
      name: 'work_seconds',
      help: 'x',
      labels: { route: { upTo: 100 } },
      buckets: [1, 5],
    });
    for (let n = 0; n < 50; n++) seconds.observe({ route: `r${n}` }, 1);
    const series = (await metrics.text()).split('\n').filter((line) => line.startsWith('arrears_work_seconds'));
    expect(series.length).toBeLessThanOrEqual(45);
  });
});

describe('gauges and histograms', () => {
  it('measure at the scrape, and keep the last value when measuring fails', async () => {
    const metrics = createMetrics();
    let rows = 3;
    metrics.gauge({
      name: 'inbox_pending_rows',
      help: 'x',
      collect: async (gauge) => {
        if (rows < 0) throw new Error('the database is away');
        gauge.set({}, rows);
      },
    });
    expect(await metrics.value('inbox_pending_rows')).toBe(3);
    rows = -1;
    expect(await metrics.text()).toContain('arrears_inbox_pending_rows 3');
  });

  it('forget what a new collection does not name', async () => {
    const metrics = createMetrics();
    const gauge = metrics.gauge({ name: 'steps_overdue', help: 'x', labels: { step: ['a', 'b'] } });
    gauge.set({ step: 'a' }, 1);
    gauge.inc({ step: 'a' });
    expect(await metrics.value('steps_overdue', { step: 'a' })).toBe(2);
    gauge.reset();
    expect(await metrics.value('steps_overdue', { step: 'a' })).toBeUndefined();
  });

  it('time work in seconds', async () => {
    const metrics = createMetrics();
    const took = metrics.histogram({ name: 'work_seconds', help: 'x', buckets: [0.001, 10] }).start();
    expect(took({})).toBeGreaterThan(0);
    expect(await metrics.text()).toContain('arrears_work_seconds_bucket{le="10"} 1');
  });

  it('are listed by name, for the checks of alerts and dashboards', () => {
    const metrics = createMetrics({ processMetrics: true });
    counter(metrics);
    expect(metrics.names()).toEqual(
      expect.arrayContaining(['arrears_outbox_published_total', 'arrears_nodejs_eventloop_lag_seconds']),
    );
  });
});

describe('the metrics server', () => {
  let server: MetricsServer;
  afterEach(() => server.close());

  it('answers /metrics in the text format and nothing else', async () => {
    const metrics = createMetrics();
    counter(metrics);
    server = await startMetricsServer({ port: 0, metrics });
    const answer = await fetch(`http://127.0.0.1:${server.port}/metrics`);
    expect(answer.headers.get('content-type')).toContain('text/plain');
    expect(await answer.text()).toContain('arrears_outbox_published_total');
    expect((await fetch(`http://127.0.0.1:${server.port}/`)).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${server.port}/metrics`, { method: 'POST' })).status).toBe(404);
  });
});
