import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { CaseFacts, EventTypeName, TopicName } from '@arrears/contracts';
import { cloudEventHeaders, startConsumer, startRelay, type Consumer, type Relay } from '@arrears/messaging';
import { createTestBroker, until, type TestBroker } from '@arrears/messaging/testing';
import { createMetrics, silentLogger } from '@arrears/observability';
import { consumerName } from './case-facts/case-facts.store.js';
import { handlers, subscriptions } from './consume.js';
import { readFacts } from './gate/facts.store.js';
import { requestPermit } from './gate/gate.service.js';
import { readPermit } from './gate/permit.store.js';
import { openWorld, sampleCase, sampleLoan, sampleRequest, type World } from './testing.js';

jest.setTimeout(90_000);

/** The service between real topics: what the bank, cases and notifications say goes in, what contacts says comes out. */
let world: World;
let broker: TestBroker;
let consumer: Consumer;
let relay: Relay;
beforeAll(async () => {
  world = await openWorld();
  broker = await createTestBroker();
  const parts = { database: world.db, kafka: broker.kafka, log: silentLogger, metrics: createMetrics() };
  const intake = { idKey: world.idKey, personKeys: world.keys, clock: world.clock };
  consumer = await startConsumer({
    ...parts,
    group: consumerName,
    subscriptions,
    handlers: handlers(intake),
    personKeys: world.keys,
  });
  relay = startRelay(parts);
});
afterAll(async () => {
  await consumer.stop();
  await relay.stop();
  await broker.close();
  await world.close();
});

async function say(topic: TopicName, key: string, type: EventTypeName, data: unknown): Promise<void> {
  const headers = cloudEventHeaders({ id: randomUUID(), type, time: world.clock.nowIso(), key });
  await broker.kafka.produce([{ topic, key, value: JSON.stringify(data), headers }]);
}
async function beat(): Promise<void> {
  const at = new Date(world.clock.realNow()).toISOString();
  const type = 'arrears.cases.feed-heartbeat.v1';
  const partitions = await broker.kafka.partitions('collections.cases.v1');
  await broker.kafka.produce(
    partitions.map((partition) => {
      const key = `feed-${partition}`;
      const headers = cloudEventHeaders({ id: randomUUID(), type, time: at, key });
      return { topic: 'collections.cases.v1', key, partition, value: JSON.stringify({ at, partition }), headers };
    }),
  );
}
const sayCase = (facts: CaseFacts, type: EventTypeName = 'arrears.cases.stage-changed.v1') =>
  say('collections.cases.v1', facts.caseId, type, { case: facts, at: world.clock.nowIso(), from: 'a', to: 'b' });
const situation = ({ caseId, agreementId, debtorId }: CaseFacts) => {
  const of = { caseId, agreementId, debtorId, personId: debtorId, contactPointIds: [], debts: [], contactId: caseId };
  const ids = [debtorId];
  return readFacts(world.db, { ...of, since: world.clock.nowIso(), actor: 'machine', agencyId: null, ids }, 'read');
};

async function overdueByKafka() {
  const loan = sampleLoan();
  const facts = sampleCase(loan, world.idKey);
  await say('bank.loans.v1', loan.loanId, 'arrears.bank.loan-overdue.v1', loan);
  await sayCase(facts);
  await until(async () => (await situation(facts)).facts !== null, 'the case is known');
  await beat();
  await until(async () => (await situation(facts)).heartbeatAt !== null, 'the feed beats');
  const request = sampleRequest(world.idKey, loan, facts);
  await until(async () => (await requestPermit(world.gate, request)).verdict !== 'facts-behind', 'the person is known');
  return { loan, facts, request };
}

describe('from topic to permit and back', () => {
  it('takes persons and cases, grants, publishes the points, and settles by what was delivered', async () => {
    const { loan, facts, request } = await overdueByKafka();
    const answer = await requestPermit(world.gate, request);
    if (answer.verdict !== 'granted') throw new Error('expected a permit');
    const { contactId: messageId, effectKey, step, caseId, agreementId, debtorId, personId, covers, purpose } = request;
    const fact = {
      ...{ messageId, effectKey, step, caseId, agreementId, debtorId, personId, covers, purpose, channel: 'sms' },
      ...{ templateId: 'reminder-1', templateVersion: 1, permitId: answer.permitId, contentHash: 'h' },
      at: world.clock.nowIso(),
    };
    const deliver = (name: string, more = {}) =>
      say('notifications.deliveries.v1', debtorId, `arrears.notifications.message-${name}.v1` as EventTypeName, {
        ...fact,
        ...more,
      });
    await deliver('unknown');
    await deliver('delivered', { deliveredAt: fact.at, late: false });
    await deliver('sent');
    await until(async () => (await readPermit(world.db, answer.permitId))?.state === 'delivered', 'it is settled');

    const told = async () => (await broker.readAll('contacts.records.v1')).filter(({ key }) => key === facts.debtorId);
    await until(async () => (await told()).length === loan.contactPoints.length, 'the points are published');
    const text = JSON.stringify(await told());
    expect(text).not.toContain('138000');
    expect(text).not.toContain('example.com');
  });

  it('keeps the bank’s message unreadable in the inbox', async () => {
    const { loan } = await overdueByKafka();
    const rows = await world.db.query<{ payload: Buffer }>(`SELECT payload FROM inbox WHERE topic = 'bank.loans.v1'`);
    expect(rows.length).toBeGreaterThan(0);
    for (const { payload } of rows) expect(payload.includes(Buffer.from(loan.debtor.name))).toBe(false);
  });

  it('ignores what it has no use for', async () => {
    const { loan } = await overdueByKafka();
    const { agreementId, loanId } = loan;
    const recalled = { agreementId, loanId, sequence: 9, recalledAt: world.clock.nowIso(), reason: 'test' };
    await say('bank.loans.v1', loanId, 'arrears.bank.loan-recalled.v1', recalled);
    const update = { agreementId, loanId, sequence: 10, asOf: '2026-11-10', debtor: { language: 'en' } };
    await say('bank.loans.v1', loanId, 'arrears.bank.loan-updated.v1', update);
    await until(
      async () =>
        (await world.db.query(`SELECT 1 FROM persons WHERE language = 'en' AND agreement_id = $1`, [agreementId]))
          .length === 1,
      'the update behind it is applied',
    );
  });
});

describe('POISON: a fact of a case that cannot be read', () => {
  it('parks the case: nobody is contacted on half the facts, while other cases go on', async () => {
    const one = await overdueByKafka();
    const two = await overdueByKafka();
    await say('collections.cases.v1', one.facts.caseId, 'arrears.cases.case-closed.v1', { nonsense: true });
    const asked = () => requestPermit(world.gate, { ...one.request, contactId: randomUUID() });
    await until(async () => (await asked()).verdict === 'facts-behind', 'it is parked');
    expect((await requestPermit(world.gate, two.request)).verdict).toBe('granted');
  });
});
