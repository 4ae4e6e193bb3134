import { setTimeout as sleep } from 'node:timers/promises';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventTypes } from '@arrears/contracts';
import { kafkaPort, type KafkaPort } from '@arrears/messaging';
import { startArrears, until, type Arrears } from '../support/index.js';
import { bankMessage, overdueLoan, payment, type BankMessage, type Debtor } from './support/bank.js';
import { openCollector, type Collector, type SeenSpan } from './support/collector.js';
import type { CaseView } from './support/views.js';

const soonMs = 30_000;
const debtor: Debtor = {
  customerNo: 'C-traced-1',
  name: '合成踪迹',
  idNumber: '990000199001017788',
  phone: '+8617000007788',
};
const loanId = 'L-traced-ABCD';
const agreementId = 'AGR-traced';

describe('traces of a loan that is paid', () => {
  let arrears: Arrears;
  let collector: Collector;
  let bank: KafkaPort;

  beforeAll(async () => {
    collector = await openCollector();
    const tracing = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, TRACE_SAMPLE_RATIO: '1' };
    arrears = await startArrears({
      // 09:30 in Shanghai.
      businessNow: '2026-11-09T01:30:00.000Z',
      env: { cases: tracing, contacts: tracing, notifications: tracing },
    });
    bank = kafkaPort({ brokers: [arrears.kafka], clientId: 'traced-bank', topicPrefix: arrears.topicPrefix });
    const terms = {
      ...{ agreementId, client: 'Sample Bank', creditorName: '示例银行', currency: 'CNY', ledger: 'bank' },
      ...{ products: ['consumer-loan'], timeZone: 'Asia/Shanghai', calendar: 'cn', from: '2020-01-01' },
    };
    const key = { 'idempotency-key': 'traced-agreement' };
    expect((await arrears.call('admin', 'POST', `${arrears.urls.cases}/agreements`, terms, key)).status).toBe(201);
  });
  afterAll(async () => {
    await bank.close();
    await arrears.close();
    await collector.close();
  });

  /** @returns `trace/span` under which the bank sent it */
  async function send({ type, id, data }: BankMessage): Promise<string> {
    const [traceId, spanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
    const headers = {
      ce_specversion: '1.0',
      ce_id: id,
      ce_source: 'traced-bank',
      ce_type: type,
      ce_time: arrears.clock.now(),
      traceparent: `00-${traceId}-${spanId}-01`,
    };
    const { topic } = eventTypes[type];
    await bank.produce([{ topic, key: data.loanId, value: JSON.stringify(data), headers }]);
    return `${traceId}/${spanId}`;
  }
  const theCase = (when: (view: CaseView) => boolean) =>
    until(
      async () => {
        const answer = await arrears.call('supervisor', 'GET', `${arrears.urls.cases}/cases?loanId=${loanId}`);
        return (answer.body as { items: CaseView[] }).items.find(when);
      },
      soonMs,
      'the case',
    );
  const span = (what: string, which: (seen: SeenSpan) => boolean): Promise<SeenSpan> =>
    until(() => collector.spans().find(which), soonMs, `the span of ${what}`);
  const within = (parent: SeenSpan, service: string, name: string): Promise<SeenSpan> =>
    span(
      `${name} of ${service} under ${parent.name}`,
      (seen) => seen.service === service && seen.name === name && seen.parentSpanId === parent.spanId,
    );

  it('lead from the record of the bank over cases and the workflow to notifications', async () => {
    const loan = { agreementId, loanId, dueDate: '2026-11-08', asOf: '2026-11-09' };
    const handedOver = await send(bankMessage('loan-overdue', overdueLoan(debtor, loan)));
    const { caseId } = await theCase(() => true);
    arrears.clock.jumpBy(15 * 60_000);
    // Every process looks at the clock's file four times a second: woken sooner, the case decides by the old time and rests.
    await sleep(350);
    const woken = { 'idempotency-key': 'traced-wake' };
    await arrears.call('supervisor', 'POST', `${arrears.urls.cases}/cases/${caseId}/wake`, undefined, woken);
    const delivered = async () => {
      const url = `${arrears.urls.carriers}/messages?to=${encodeURIComponent(debtor.phone)}`;
      return ((await (await fetch(url)).json()) as { items: unknown[] }).items.length === 1;
    };
    await until(delivered, soonMs, 'the reminder');
    const received = { valueDate: '2026-11-09', receivedAt: arrears.clock.now() };
    const paid = await send(
      bankMessage('repayment-received', payment({ agreementId, loanId, amount: '100000', sequence: 2, ...received })),
    );
    await theCase(({ status }) => status === 'closed');

    // The payment: its record, what cases made of it, the signal to the workflow, and the case's event in notifications.
    const taken = await span('the payment in cases', ({ links }) => links.includes(paid));
    expect(taken).toMatchObject({ service: 'cases', name: 'handle arrears.bank.repayment-received.v1' });
    const sent = await within(taken, 'cases', 'temporal signal');
    const signal = await within(sent, 'cases', 'SignalWorkflow:facts');
    await within(signal, 'cases', 'HandleSignal:facts');
    const told = await span(
      'the payment in notifications',
      ({ service, links }) => service === 'notifications' && links.includes(`${taken.traceId}/${taken.spanId}`),
    );
    expect(told.name).toMatch(/^handle arrears\.cases\./);

    // The life of the case hangs on the record that opened it, up to the activity that queued the reminder.
    const opened = await span(
      'the loan in cases',
      ({ service, links }) => service === 'cases' && links.includes(handedOver),
    );
    const start = await within(
      await within(opened, 'cases', 'temporal start'),
      'cases',
      'StartWorkflow:collectionCase',
    );
    const run = await within(start, 'cases', 'RunWorkflow:collectionCase');
    const queue = await within(run, 'cases', 'StartActivity:queueMessage');
    await within(queue, 'notifications', 'RunActivity:queueMessage');
  });

  it('say nothing of the person', () => {
    const text = collector.text();
    expect(text.length).toBeGreaterThan(10_000);
    for (const mark of [debtor.name, debtor.phone.slice(3), debtor.idNumber, debtor.customerNo])
      expect(text).not.toContain(mark);
  });
});
