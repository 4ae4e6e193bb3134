import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kafkaPort } from '@arrears/messaging';
import { openDatabase } from '@arrears/persistence';
import { findIn, rowsWith } from './support/marks.js';
import { readTopics } from './support/read-topics.js';
import { rawHistories } from './support/raw-histories.js';
import { openWorld, type World } from './support/world.js';

const services = ['cases', 'contacts', 'notifications'] as const;

/** Every text here stands for somebody's data and appears nowhere else. All of it is synthetic. */
const marks = {
  name: '标记姓名甲乙丙',
  guarantor: '标记担保人丁戊',
  relative: '标记联系人己庚',
  phone: '17009990001',
  guarantorPhone: '17009990002',
  relativePhone: '17009990003',
  idNumber: '990000190001019991',
  guarantorId: '990000190001019992',
  email: 'marked.person.9990@example.com',
  street: '标记路九九九号',
};

describe('PII: a run with marked names, phones, id numbers and e-mails', () => {
  let world: World;
  let caseId: string;
  beforeAll(async () => {
    world = await openWorld('pii');
    caseId = await liveWithMarks();
  });
  afterAll(() => world.close());

  it('leaves none of them in any log', () => {
    for (const name of services) {
      const log = readFileSync(join(world.arrears.dir, 'logs', `${name}.log`), 'utf8');
      expect(log).not.toBe('');
      expect({ name, found: findIn(log, marks) }).toEqual({ name, found: [] });
    }
  });

  it('leaves none of them in any metric', async () => {
    for (const name of services) {
      const text = await (await fetch(`${world.arrears.urls[`${name}Metrics`]}/metrics`)).text();
      expect(text).toContain('# TYPE');
      expect({ name, found: findIn(text, marks) }).toEqual({ name, found: [] });
    }
  });

  it('leaves none of them in any key or header on Kafka, nor in the values of our own topics', async () => {
    const { kafka, topicPrefix } = world.arrears;
    const door = kafkaPort({ brokers: [kafka], clientId: 'reader', topicPrefix });
    try {
      const records = await readTopics(door);
      expect(records.some(({ topic, value }) => topic === 'bank.loans.v1' && findIn(value, marks).length > 0)).toBe(
        true,
      );
      expect(records.some(({ topic, key }) => topic === 'collections.cases.v1' && key === caseId)).toBe(true);
      for (const { topic, key, headers, value } of records) {
        const outside = `${key} ${JSON.stringify(headers)}`;
        const all = topic.startsWith('bank.') ? outside : `${outside} ${value}`;
        expect({ topic, found: findIn(all, marks) }).toEqual({ topic, found: [] });
      }
    } finally {
      await door.close();
    }
  });

  it('leaves none of them in a workflow id, a search attribute or a history', async () => {
    const text = await rawHistories(world.arrears.temporal);
    expect(text).toContain(`case-${caseId}`);
    expect(findIn(text, marks)).toEqual([]);
  });

  it('leaves none of them readable in any column of any database', async () => {
    const { databases } = world.arrears;
    for (const [name, url] of [...Object.entries(databases.services), ['keys', databases.keysOwner] as const]) {
      const database = await openDatabase({ url, name: 'reader' });
      try {
        const { tables, found } = await rowsWith(database, marks);
        expect(tables).toBeGreaterThan(0);
        // What may be there is found: the search does search.
        const plain = await rowsWith(database, { agreement: world.agreementId });
        expect(plain.found).not.toEqual([]);
        expect({ name, found }).toEqual({ name, found: [] });
      } finally {
        await database.close();
      }
    }
  });

  /** A life with everything that may go wrong and be told: reminder, a broken record, a refused number, a payment. */
  async function liveWithMarks(): Promise<string> {
    const loanId = world.loanId();
    const debtor = {
      customerNo: `C-${loanId}`,
      name: marks.name,
      idNumber: marks.idNumber,
      phone: `+86${marks.phone}`,
    };
    const more = {
      contactPoints: [
        { kind: 'mobile' as const, value: `+86${marks.phone}`, source: 'synthetic' },
        { kind: 'email' as const, value: marks.email, source: 'synthetic' },
        { kind: 'address' as const, value: { country: 'CN', city: '上海', line: marks.street }, source: 'synthetic' },
      ],
      guarantors: [
        {
          ...{ name: marks.guarantor, idType: 'resident-id', idNumber: marks.guarantorId, liability: 'joint' as const },
          contactPoints: [{ kind: 'mobile' as const, value: `+86${marks.guarantorPhone}`, source: 'synthetic' }],
        },
      ],
      contactPersons: [{ name: marks.relative, relation: 'parent', phone: `+86${marks.relativePhone}` }],
    };
    await world.bank.send(world.overdue(debtor, { loanId, ...more }));
    await world.bank.send(broken(world.overdue(debtor, { loanId: world.loanId(), ...more })));
    await refuse(marks.guarantorPhone);
    const opened = await world.theCase(loanId, 'to open');
    await world.jump(world.at(0, '09:45'), opened.caseId);
    await world.receives(debtor, 1);
    await world.bank.send(world.pays(0, { loanId, amount: '100000', sequence: 2 }));
    await world.theCase(loanId, 'to close', ({ status }) => status === 'closed');
    await world.receives(debtor, 2);
    // Asked for by what identifies him, in the way that is meant for it, and in one that is not.
    await world.arrears.call('supervisor', 'GET', `${world.arrears.urls.cases}/cases?customerNo=C-${loanId}`);
    await world.post('admin', '/agreements', { agreementId: marks.name, client: marks.phone });
    return opened.caseId;
  }

  /** A schema that it can't pass, with everything personal still inside. */
  function broken(message: ReturnType<World['overdue']>): ReturnType<World['overdue']> {
    const data = { ...message.data, sequence: marks.phone, currency: marks.name, debtor: { name: [marks.name] } };
    return { ...message, data };
  }

  async function refuse(match: string): Promise<void> {
    const body = JSON.stringify({ channel: 'sms', match, answer: 'refuse' });
    await fetch(`${world.arrears.urls.carriers}/behaviour`, { method: 'PUT', body });
  }
});
