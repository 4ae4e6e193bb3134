import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EventTypeName } from '@arrears/contracts';
import type { QueueMessage } from '@arrears/contracts/activities';
import { putIntoInbox, inboxOptions, startConsumer, startRelay, type Consumer, type Relay } from '@arrears/messaging';
import { createTestBroker, type TestBroker } from '@arrears/messaging/testing';
import { createMetrics, silentLogger as log } from '@arrears/observability';
import {
  createClient,
  createWorker,
  temporalDestination,
  type RunningWorker,
  type TemporalClient,
} from '@arrears/temporal';
import { devServer } from '@arrears/temporal/testing';
import { agreementStore } from './agreements/agreement.store.js';
import { caseHandlers, consumerGroup, subscriptions } from './intake/handlers.js';
import { startReleasing } from './intake/parked.js';
import { casesOf, openBench, overdueLoan, repayment, sampleAgreement, type Bench } from './testing.js';
import { caseActivities, caseWorkflows } from './worker/case-worker.js';
import { onClosed } from './worker/on-closed.js';

const suffix = `-${randomBytes(4).toString('hex')}`;
const ring = { active: 'k1', keys: new Map([['k1', randomBytes(32)]]) };

/** From the bank's record on Kafka to a workflow that decides, and back. `notifications` is played by the test. */
describe('a case on real Kafka and Temporal', () => {
  let bench: Bench;
  let broker: TestBroker;
  let consumer: Consumer;
  let relay: Relay;
  let temporal: TemporalClient;
  let workers: RunningWorker[];
  let releasing: ReturnType<typeof startReleasing>;
  const queued: QueueMessage[] = [];
  beforeAll(async () => {
    bench = await openBench('cases_flow');
    const { clock } = bench;
    // Real time runs beside a business clock that the test moves; what lies ahead of it never comes by itself.
    const beside = {
      ...clock,
      realNow: () => Date.now(),
      toBusiness: () => clock.now(),
      toReal: (business: number) => (business <= clock.now() ? Date.now() : Date.now() + 3_600_000),
    };
    const ledger = Object.assign(bench.ledger, { queue: `cases${suffix}`, clock: beside });
    broker = await createTestBroker();
    const { database } = bench;
    const { kafka } = broker;
    const metrics = createMetrics();
    temporal = await createClient(devServer(), ring);
    const handlers = caseHandlers(ledger);
    const plain = subscriptions.map(({ topic }) => ({ topic }));
    consumer = await startConsumer({
      database,
      kafka,
      group: consumerGroup + suffix,
      subscriptions: plain,
      handlers,
      log,
      metrics,
    });
    relay = startRelay({
      database,
      kafka,
      temporal: temporalDestination(temporal.client),
      onClosed: (workflowId) => onClosed(database, ledger, workflowId),
      heartbeat: { topic: 'collections.cases.v1', everyMs: 1_000 },
      log,
      metrics,
    });
    releasing = startReleasing(database, log);
    const common = { temporal: devServer(), ring };
    const queueMessage = (message: QueueMessage) => {
      queued.push(message);
      return Promise.resolve('queued');
    };
    workers = await Promise.all([
      createWorker({
        ...common,
        taskQueue: ledger.queue,
        workflowBundle: await caseWorkflows(),
        activities: caseActivities(database, ledger),
      }),
      createWorker({
        ...common,
        taskQueue: `notifications${suffix}`,
        activities: { queueMessage, cancelMessage: () => Promise.resolve('too-late') },
      }),
    ]);
  }, 120_000);
  afterAll(async () => {
    await releasing.stop();
    await relay.stop();
    await consumer.stop();
    await Promise.all(workers.map((worker) => worker.stop()));
    await temporal.close();
    await broker.close();
    await bench.close();
  }, 60_000);

  let sent = 0;
  const produce = async (type: EventTypeName, data: { loanId: string }) => {
    const topic = type.includes('repayment') ? 'bank.repayments.v1' : 'bank.loans.v1';
    const headers = {
      ce_specversion: '1.0',
      ce_id: `bank-${(sent += 1)}`,
      ce_source: 'bank/sample',
      ce_type: type,
      ce_time: new Date().toISOString(),
    };
    await broker.kafka.produce([{ topic, key: data.loanId, value: JSON.stringify(data), headers }]);
  };
  const until = async <T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> => {
    for (let n = 0; n < 150; n += 1) {
      const found = await look();
      if (found !== undefined && found !== false) return found;
      await sleep(200);
    }
    throw new Error(`waited 30 s for ${what}`);
  };

  it('opens, reminds, is paid, thanks and closes', async () => {
    await produce('arrears.bank.loan-overdue.v1', overdueLoan());
    const [opened] = await until('the case', async () => {
      const cases = await casesOf(bench);
      return cases.length === 1 && cases;
    });
    const handle = temporal.client.workflow.getHandle(`case-${opened?.case_id}`);
    await until('the first decision', async () => (await casesOf(bench))[0]?.decision_no === 1);
    bench.clock.advance(11 * 60_000);
    await produce('arrears.bank.loan-overdue.v1', overdueLoan({ loanId: 'L-2' }));
    // The second account is gathered too: its own ten minutes.
    await until('both accounts', async () => (await casesOf(bench))[0]?.case_seq === 2);
    bench.clock.advance(11 * 60_000);
    await produce(
      'arrears.bank.repayment-received.v1',
      repayment({ amount: '1000', valueDate: '2026-11-09', receivedAt: '2026-11-09T02:30:00Z' }),
    );
    await until('the reminder', () => Promise.resolve(queued.length === 1));
    expect(queued[0]).toMatchObject({ step: 'reminder-1', purpose: 'collect' });
    expect(queued[0]?.covers).toHaveLength(2);
    bench.clock.advance(24 * 3_600_000);
    await produce('arrears.bank.repayment-received.v1', repayment({ repaymentId: 'R-2', sequence: 3 }));
    await produce('arrears.bank.repayment-received.v1', repayment({ repaymentId: 'R-3', loanId: 'L-2' }));
    expect(await handle.result()).toEqual({ closed: 'cured' });
    expect(
      queued
        .map((message) => message.step)
        .slice(1)
        .every((step) => step === 'thank-you'),
    ).toBe(true);
    const events = await until('the feed', async () => {
      const all = await broker.readAll('collections.cases.v1');
      const names = all.filter((event) => event.key === opened?.case_id).map((event) => event.type);
      return names.includes('arrears.cases.case-closed.v1') && all;
    });
    expect(events.some((event) => event.type === 'arrears.cases.feed-heartbeat.v1')).toBe(true);
  }, 120_000);

  it('lets an event through that came before its agreement', async () => {
    await produce('arrears.bank.loan-overdue.v1', overdueLoan({ agreementId: 'AGR-NEW', loanId: 'L-9' }));
    await until(
      'the parked event',
      async () => (await bench.database.query(`SELECT 1 FROM inbox WHERE state = 'parked'`)).length === 1,
    );
    await bench.database.transaction((tx) =>
      agreementStore.insert(tx, { ...sampleAgreement, agreementId: 'AGR-NEW' }, bench.clock.nowIso(), 'test'),
    );
    await until(
      'its case',
      async () => (await bench.database.query(`SELECT 1 FROM cases WHERE agreement_id = 'AGR-NEW'`)).length === 1,
    );
  }, 60_000);

  it('DUP-EVENT: the same record ten times is taken in once', async () => {
    const options = inboxOptions({
      group: consumerGroup + suffix,
      subscriptions: [],
      handlers: caseHandlers(bench.ledger),
    });
    const value = Buffer.from(
      JSON.stringify(overdueLoan({ loanId: 'L-10', customerNo: 'C-10', debtor: { name: '样本' } })),
    );
    const headers = {
      ce_specversion: '1.0',
      ce_id: 'same',
      ce_source: 'bank/sample',
      ce_type: 'arrears.bank.loan-overdue.v1',
      ce_time: new Date().toISOString(),
    };
    const delivery = { topic: 'bank.loans.v1', key: 'L-10', value, headers } as const;
    await Promise.all(
      Array.from({ length: 10 }, () => bench.database.transaction((tx) => putIntoInbox(tx, options, [delivery]))),
    );
    consumer.wake();
    await until(
      'its case',
      async () => (await bench.database.query(`SELECT 1 FROM cases WHERE customer_no = 'C-10'`)).length === 1,
    );
    expect(await bench.database.query(`SELECT 1 FROM inbox WHERE ce_id = 'same'`)).toHaveLength(1);
  }, 60_000);
});
