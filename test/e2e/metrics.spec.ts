import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '../support/index.js';
import { openWorld, soonMs, type World } from './support/world.js';

/** Names with labels as they stand in the text, and values. */
type Series = Map<string, number>;

describe('metrics after a reminder and a payment', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld('metrics');
    const debtor = world.debtor();
    const loanId = world.loanId();
    await world.bank.send(world.overdue(debtor, { loanId }));
    const { caseId } = await world.theCase(loanId, 'to open');
    await world.jump(world.at(0, '09:45'), caseId);
    await world.receives(debtor, 1);
    await world.bank.send(world.pays(0, { loanId, amount: '100000', sequence: 2 }));
    await world.theCase(loanId, 'to close', ({ status }) => status === 'closed');
  });
  afterAll(() => world.close());

  async function read(from: keyof World['arrears']['urls']): Promise<Series> {
    const text = await (await fetch(`${world.arrears.urls[from]}/metrics`)).text();
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
  }
  /** Waits until one of them is above nought: some are told some seconds later. */
  const rises = (from: Parameters<typeof read>[0], ...names: string[]): Promise<unknown> =>
    Promise.all(
      names.map((name) => until(async () => ((await read(from)).get(name) ?? 0) > 0, soonMs, `${name} of ${from}`)),
    );

  it('cases: the way from the record to the workflow, steps by name', async () => {
    await rises(
      'casesMetrics',
      'arrears_intake_duration_seconds_count{door="kafka"}',
      'arrears_case_steps_total{step="reminder-1",outcome="planned"}',
      'arrears_case_steps_total{step="reminder-1",outcome="delivered"}',
      'arrears_step_lateness_seconds_count{step="reminder-1"}',
    );
    const series = await read('casesMetrics');
    expect(series.get('arrears_intake_duration_seconds_bucket{le="60",door="kafka"}')).toBeGreaterThan(0);
    const text = await (await fetch(`${world.arrears.urls.casesMetrics}/metrics`)).text();
    expect(text).toContain('# TYPE arrears_steps_overdue gauge');
  });

  it('notifications: queue, provider, outcomes that nobody knows', async () => {
    await rises(
      'notificationsMetrics',
      'arrears_messages_total{channel="sms",provider="sms",outcome="accepted"}',
      'arrears_provider_request_duration_seconds_count{provider="sms"}',
    );
    const series = await read('notificationsMetrics');
    for (const name of [
      'arrears_messages_unknown{provider="sms"}',
      'arrears_messages_unknown_oldest_seconds{provider="sms"}',
      'arrears_send_queue_oldest_seconds{channel="sms"}',
    ])
      expect({ name, value: series.get(name) }).toEqual({ name, value: expect.any(Number) });
  });

  it.each(['cases', 'contacts', 'notifications'] as const)('%s: its database and what it leans on', async (name) => {
    await rises(`${name}Metrics`, 'arrears_pg_up', 'arrears_db_pool_wait_seconds_count');
    const series = await read(`${name}Metrics`);
    expect(series.has('arrears_db_pool_connections{state="idle"}')).toBe(true);
    expect(series.get('arrears_db_size_bytes{table="outbox"}')).toBeGreaterThan(0);
    expect(series.get('arrears_temporal_up')).toBe(name === 'contacts' ? undefined : 1);
  });

  it.each(['cases', 'notifications'] as const)('%s: codec and the metrics of Temporal’s SDK', async (name) => {
    const series = await read(`${name}Metrics`);
    const keys = [...series].filter(([key]) => key.startsWith('arrears_codec_key_info{'));
    expect(keys.map(([, value]) => value)).toEqual([1]);
    const done = [...series].filter(([key]) => /^arrears_codec_operations_total\{op="\w+",result="ok"/.test(key));
    expect(done.reduce((sum, [, value]) => sum + value, 0)).toBeGreaterThan(0);
    const sdk = [...(await read(`${name}SdkMetrics`)).keys()].join('\n');
    for (const metric of ['temporal_worker_task_slots_available', 'temporal_num_pollers'])
      expect(sdk).toContain(metric);
    if (name === 'cases')
      expect(sdk).toMatch(/temporal_workflow_task_schedule_to_start_latency_seconds_bucket\{.*le="0\.25"/);
  });

  it.each(['contacts', 'notifications'] as const)('%s: nothing happened that must never be', async (name) => {
    const series = await read(`${name}Metrics`);
    const labels = ['contact_without_permit', 'duplicate_contact', 'quiet_hours', 'never_contact', 'journal_broken'];
    for (const label of labels) {
      const found = series.get(`arrears_invariant_violations_total{invariant="${label}"}`);
      // Other scenarios of the same installation let a message arrive too late on purpose.
      expect({ label, found }).toEqual({ label, found: label === 'quiet_hours' ? expect.any(Number) : 0 });
    }
  });
});
