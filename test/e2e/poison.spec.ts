import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { kafkaPort, type KafkaPort } from '@arrears/messaging';
import { until } from '../support/index.js';
import type { Loan } from './support/bank.js';
import { openWorld, soonMs, type World } from './support/world.js';

interface Parked {
  inboxId: string;
  key: string;
  reason: string;
  detail: string;
  blocksKey: boolean;
  waitingBehind: number;
}
interface Bad {
  value?: string;
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
    { what: 'a version of tomorrow', bad: { type: 'arrears.bank.loan-overdue.v9' }, reason: 'unknown-version' },
    { what: 'a type that nobody knows', bad: { type: 'arrears.bank.no-such-thing.v1' }, reason: 'unknown-type' },
  ])('$what parks its key; when it is set aside the key goes on', async ({ bad, reason }) => {
    const loanId = world.loanId();
    await produce(loanId, bad);
    await produce(loanId, {});
    const parked = await theParked(loanId, ({ waitingBehind }) => waitingBehind === 1);
    expect(parked).toMatchObject({ reason, blocksKey: true });
    await othersFlow();
    expect(await world.cases(loanId)).toHaveLength(0);

    // Nothing was mended: it comes back to where it lay.
    expect((await decideOn(parked, 'replay')).status).toBe(200);
    const again = await theParked(loanId, ({ waitingBehind }) => waitingBehind === 1);
    expect(again.reason).toBe(reason);
    expect((await decideOn(again, 'set-aside')).status).toBe(200);
    await world.theCase(loanId, 'to open');
  });

  it('an agreement that does not exist yet parks the loan; the loan goes through once it does', async () => {
    const loanId = world.loanId();
    const agreementId = `${world.agreementId}-later`;
    await world.bank.send(world.overdue(world.debtor(), { loanId, agreementId }));
    expect((await theParked(loanId)).reason).toBe('agreement-unknown');
    await othersFlow();
    const { status } = await world.post('admin', '/agreements', termsOf(agreementId));
    expect(status).toBe(201);
    expect(await world.theCase(loanId, 'to open')).toMatchObject({ agreementId });
    expect(await parkedOf(loanId)).toEqual([]);
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

  it('a message of two megabytes is refused at the door and harms nobody', async () => {
    const loanId = world.loanId();
    await expect(produce(loanId, { value: JSON.stringify({ loanId, filler: 'x'.repeat(2 << 20) }) })).rejects.toThrow();
    await produce(loanId, {});
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

  async function produce(loanId: string, bad: Bad): Promise<void> {
    const loan: Partial<Loan> & { loanId: string } = { loanId };
    const good = world.overdue(world.debtor(), loan);
    const headers = {
      ce_specversion: '1.0',
      ce_id: bad.id ?? good.id,
      ce_source: 'careless-bank',
      ce_type: bad.type ?? good.type,
      ce_time: world.arrears.clock.now(),
    };
    const value = bad.value ?? JSON.stringify(good.data);
    await door.produce([{ topic: 'bank.loans.v1', key: bad.key ?? loanId, value, headers }]);
  }

  /** A loan of somebody else, sent now, becomes a case. */
  async function othersFlow(): Promise<void> {
    const loanId = world.loanId();
    await produce(loanId, {});
    await world.theCase(loanId, 'to open');
  }

  async function parkedOf(key: string): Promise<Parked[]> {
    const url = `${world.arrears.urls.cases}/events/parked`;
    const all: Parked[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query = new URLSearchParams({ limit: '200', ...(cursor && { cursor }) });
      const { status, body } = await world.arrears.call('sre', 'GET', `${url}?${query.toString()}`);
      expect(status).toBe(200);
      const page = body as { items: Parked[]; nextCursor: string | null };
      all.push(...page.items);
      cursor = page.nextCursor;
    }
    return all.filter((event) => event.key === key);
  }

  function theParked(key: string, when: (event: Parked) => boolean = () => true): Promise<Parked> {
    const look = async () => (await parkedOf(key)).find(when);
    return until(look, soonMs, `the parked event of ${key}`);
  }

  const decideOn = ({ inboxId }: Parked, what: 'replay' | 'set-aside') =>
    world.post('supervisor', `/events/parked/${inboxId}/${what}`, { reason: 'part of a test' });
});
