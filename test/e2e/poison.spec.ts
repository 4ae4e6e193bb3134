import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { kafkaPort, type KafkaPort } from '@arrears/messaging';
import { until } from '../support/index.js';
import type { Debtor, Loan } from './support/bank.js';
import { openWorld, soonMs, type World } from './support/world.js';

type Keeper = 'cases' | 'contacts' | 'notifications';
interface Parked {
  /** The service in whose inbox it lies. */
  keeper: Keeper;
  inboxId: string;
  key: string;
  reason: string;
  detail: string;
  blocksKey: boolean;
  waitingBehind: number;
}
interface Bad {
  value?: string;
  /** Fields of a loan that is good otherwise. */
  change?: Partial<Loan>;
  key?: string;
  type?: string;
  id?: string;
}

describe('POISON: events that can never be handled', () => {
  let world: World;
  let door: KafkaPort;
  beforeAll(async () => {
    world = await openWorld('poison');
    const { kafka, topicPrefix } = world.arrears;
    door = kafkaPort({ brokers: [kafka], clientId: 'careless-bank', topicPrefix });
  });
  afterAll(async () => {
    await door.close();
    await world.close();
  });

  it.each([
    { what: 'not JSON', bad: { value: '{"loanId":' }, reason: 'not-json' },
    { what: 'a wrong schema', bad: { value: '{"loanId":"x","sequence":"one"}' }, reason: 'wrong-schema' },
    {
      what: 'a negative amount',
      bad: { change: { balances: { principal: '-100000', interest: '0', fees: '0' } } },
      reason: 'wrong-schema',
    },
    { what: 'a version of tomorrow', bad: { type: 'arrears.bank.loan-overdue.v9' }, reason: 'unknown-version' },
    { what: 'a type that nobody knows', bad: { type: 'arrears.bank.no-such-thing.v1' }, reason: 'unknown-type' },
  ])('$what parks its key; when it is set aside the key goes on, up to the reminder', async ({ bad, reason }) => {
    const loanId = world.loanId();
    const debtor = world.debtor();
    await produce(loanId, bad);
    await produce(loanId, {}, debtor);
    const parked = await theParked(loanId, ({ waitingBehind }) => waitingBehind === 1);
    expect(parked).toMatchObject({ reason, blocksKey: true });
    await othersFlow();
    expect(await world.cases(loanId)).toHaveLength(0);

    // Nothing was mended: it comes back to where it lay.
    expect((await decideOn(parked, 'replay')).status).toBe(200);
    const again = await theParked(loanId, ({ waitingBehind }) => waitingBehind === 1);
    expect(again.reason).toBe(reason);
    expect((await decideOn(again, 'set-aside')).status).toBe(200);
    const { caseId } = await world.theCase(loanId, 'to open');

    // Contacts read the loan too: as long as it is parked there nobody knows whom to write to.
    const elsewhere = await theParked(loanId, ({ waitingBehind }) => waitingBehind === 1, 'contacts');
    expect(elsewhere.reason).toBe(reason);
    expect((await decideOn(elsewhere, 'set-aside')).status).toBe(200);
    await until(
      async () => (await parkedOf(loanId, 'contacts'))[0]?.waitingBehind === 0,
      soonMs,
      'the loan in contacts',
    );
    await reminded(debtor, caseId);
  });

  it('a currency that is none parks the loan in the ledger, and says so; set aside, its key goes on', async () => {
    const loanId = world.loanId();
    const debtor = world.debtor();
    await produce(loanId, { change: { currency: 'XXQ' } }, debtor);
    await produce(loanId, {}, debtor);
    const parked = await theParked(loanId, ({ waitingBehind }) => waitingBehind === 1);
    expect(parked).toMatchObject({ reason: 'currency-unknown', blocksKey: true });
    expect(parked.detail).toContain('"XXQ" is no currency of ISO 4217.');
    await othersFlow();
    expect(await world.cases(loanId)).toHaveLength(0);
    expect((await decideOn(parked, 'set-aside')).status).toBe(200);
    const { caseId } = await world.theCase(loanId, 'to open');
    await reminded(debtor, caseId);
  });

  it('a negative payment, and one in a currency that is none, are parked and change nothing', async () => {
    const [negative, strange] = [world.loanId(), world.loanId()];
    for (const loanId of [negative, strange]) {
      await produce(loanId, {});
      await world.theCase(loanId, 'to open');
    }
    await world.bank.send(
      world.pays(0, { loanId: negative, amount: '-1000', sequence: 2 }),
      world.pays(0, { loanId: strange, amount: '1000', currency: 'XXQ', sequence: 2 }),
    );
    expect((await theParked(negative)).reason).toBe('wrong-schema');
    expect((await theParked(strange)).reason).toBe('currency-unknown');
    for (const loanId of [negative, strange]) {
      const [view] = await world.cases(loanId);
      expect(view).toMatchObject({ caseSeq: 1, accounts: [{ overdue: '100000', credit: '0' }] });
    }
  });

  it('what came too early is parked; replayed in its time it becomes a case and the reminder goes out', async () => {
    const loanId = world.loanId();
    const debtor = world.debtor();
    await world.bank.send(world.overdue(debtor, { loanId, dueDate: world.day(1), asOf: world.day(1) }));
    const parked = await theParked(loanId);
    expect(parked.reason).toBe('due-date-in-future');
    await world.jump(world.at(2, '09:30'));
    expect((await decideOn(parked, 'replay')).status).toBe(200);
    const { caseId } = await world.theCase(loanId, 'to open');
    expect(await parkedOf(loanId)).toEqual([]);
    await reminded(debtor, caseId);
  });

  it('what contacts and notifications can not read of a case holds its reminder back until it is set aside', async () => {
    const loanId = world.loanId();
    const debtor = world.debtor();
    await world.bank.send(world.overdue(debtor, { loanId }));
    const { caseId } = await world.theCase(loanId, 'to open');
    const headers = { ...headersOf('arrears.cases.balance-changed.v1'), ce_source: 'careless-service' };
    await door.produce([{ topic: 'collections.cases.v1', key: caseId, value: '{"case":', headers }]);
    const lying = await Promise.all([theParked(caseId, all, 'contacts'), theParked(caseId, all, 'notifications')]);
    expect(lying.map(({ reason }) => reason)).toEqual(['not-json', 'not-json']);
    await later(caseId);
    await until(async () => (await world.next(caseId)).underWay.length === 1, soonMs, 'the reminder to wait');
    expect(await world.messages(debtor)).toEqual([]);

    for (const parked of lying) expect((await decideOn(parked, 'replay')).status).toBe(200);
    for (const { keeper } of lying) {
      const again = await theParked(caseId, all, keeper);
      expect((await decideOn(again, 'set-aside')).status).toBe(200);
    }
    expect(await world.receives(debtor, 1)).toHaveLength(1);
  });

  it('an agreement that does not exist yet parks the loan; the loan goes through once it does', async () => {
    const loanId = world.loanId();
    const debtor = world.debtor();
    const agreementId = `${world.agreementId}-later`;
    await world.bank.send(world.overdue(debtor, { loanId, agreementId }));
    expect((await theParked(loanId)).reason).toBe('agreement-unknown');
    await othersFlow();
    const { status } = await world.post('admin', '/agreements', termsOf(agreementId));
    expect(status).toBe(201);
    const opened = await world.theCase(loanId, 'to open');
    expect(opened).toMatchObject({ agreementId });
    expect(await parkedOf(loanId)).toEqual([]);
    await reminded(debtor, opened.caseId);
  });

  it('a key that is not the loan of its data is parked and holds nobody', async () => {
    const [loanId, other] = [world.loanId(), world.loanId()];
    await produce(loanId, { key: other });
    expect(await theParked(other)).toMatchObject({ reason: 'wrong-key', blocksKey: false });
    await produce(other, {});
    await world.theCase(other, 'to open');
    expect(await world.cases(loanId)).toHaveLength(0);
  });

  it('an id that comes again with another content changes nothing and is shown', async () => {
    const loanId = world.loanId();
    const debtor = world.debtor();
    const first = world.overdue(debtor, { loanId });
    await world.bank.send(first);
    const { caseSeq } = await world.theCase(loanId, 'to open');
    const other = world.overdue(debtor, {
      loanId,
      balances: { principal: '7', interest: '0', fees: '0' },
      sequence: 2,
    });
    await world.bank.send({ ...other, id: first.id });
    expect(await theParked(loanId)).toMatchObject({ reason: 'id-reused', blocksKey: false });
    const [view] = await world.cases(loanId);
    expect(view).toMatchObject({ caseSeq, accounts: [{ balances: { principal: '100000' } }] });
    await othersFlow();
  });

  it('a message of two megabytes is kept and shown as too large; set aside, its key goes on', async () => {
    const loanId = world.loanId();
    await produce(loanId, { value: JSON.stringify({ loanId, filler: 'x'.repeat(2 << 20) }) });
    await produce(loanId, {});
    const parked = await theParked(loanId, ({ waitingBehind }) => waitingBehind === 1);
    expect(parked).toMatchObject({ reason: 'too-large', blocksKey: true });
    expect(parked.detail).toMatch(/^20971\d\d bytes are more than the limit of 1048576$/);
    await othersFlow();
    expect((await decideOn(parked, 'set-aside')).status).toBe(200);
    await world.theCase(loanId, 'to open');
  });

  const termsOf = (agreementId: string) => ({
    agreementId,
    client: 'Sample Bank',
    creditorName: '样本银行',
    products: ['consumer-loan'],
    currency: 'CNY',
    timeZone: 'Asia/Shanghai',
    calendar: 'cn',
    ledger: 'bank',
    from: '2020-01-01',
  });

  const all = (): boolean => true;

  const headersOf = (type: string) => ({
    ce_specversion: '1.0',
    ce_id: randomUUID(),
    ce_source: 'careless-bank',
    ce_type: type,
    ce_time: world.arrears.clock.now(),
  });

  async function produce(loanId: string, bad: Bad, debtor: Debtor = world.debtor()): Promise<void> {
    const loan: Partial<Loan> & { loanId: string } = { ...bad.change, loanId };
    const good = world.overdue(debtor, loan);
    const headers = { ...headersOf(bad.type ?? good.type), ...(bad.id === undefined ? {} : { ce_id: bad.id }) };
    const value = bad.value ?? JSON.stringify(good.data);
    await door.produce([{ topic: 'bank.loans.v1', key: bad.key ?? loanId, value, headers }]);
  }

  /** Past the minutes in which a new case gathers accounts. */
  async function later(caseId: string): Promise<void> {
    await world.jump(new Date(Date.parse(world.arrears.clock.now()) + 15 * 60_000).toISOString(), caseId);
  }

  async function reminded(debtor: Debtor, caseId: string): Promise<void> {
    await later(caseId);
    expect(await world.receives(debtor, 1)).toHaveLength(1);
  }

  /** A loan of somebody else, sent now, becomes a case. */
  async function othersFlow(): Promise<void> {
    const loanId = world.loanId();
    await produce(loanId, {});
    await world.theCase(loanId, 'to open');
  }

  async function parkedOf(key: string, keeper: Keeper = 'cases'): Promise<Parked[]> {
    const url = `${world.arrears.urls[keeper]}/events/parked`;
    const found: Omit<Parked, 'keeper'>[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query = new URLSearchParams({ limit: '200', ...(cursor && { cursor }) });
      const { status, body } = await world.arrears.call('sre', 'GET', `${url}?${query.toString()}`);
      expect(status).toBe(200);
      const page = body as { items: Omit<Parked, 'keeper'>[]; nextCursor: string | null };
      found.push(...page.items);
      cursor = page.nextCursor;
    }
    return found.filter((event) => event.key === key).map((event) => ({ ...event, keeper }));
  }

  function theParked(key: string, when: (event: Parked) => boolean = all, keeper: Keeper = 'cases'): Promise<Parked> {
    const look = async () => (await parkedOf(key, keeper)).find(when);
    return until(look, soonMs, `the parked event of ${key} in ${keeper}`);
  }

  const decideOn = ({ keeper, inboxId }: Parked, what: 'replay' | 'set-aside') =>
    world.arrears.call('supervisor', 'POST', `${world.arrears.urls[keeper]}/events/parked/${inboxId}/${what}`, {
      reason: 'part of a test',
    });
});
