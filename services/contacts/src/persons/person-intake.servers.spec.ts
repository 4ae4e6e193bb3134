import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { personsInLoan, type LoanUpdated } from '@arrears/contracts';
import { actorOf } from '@arrears/auth';
import { openWorld, sampleLoan, type World } from '../testing.js';
import { takeLoanOverdue, takeLoanUpdated } from './person-intake.js';
import { viewPerson } from './person.service.js';

jest.setTimeout(60_000);

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const intake = () => ({ idKey: world.idKey, personKeys: world.keys, clock: world.clock });
const take = (loan: ReturnType<typeof sampleLoan>) => world.db.transaction((tx) => takeLoanOverdue(tx, intake(), loan));
const update = (loan: LoanUpdated) => world.db.transaction((tx) => takeLoanUpdated(tx, intake(), loan));
const published = (personId: string) =>
  world.db.query<{ payload: string }>(
    `SELECT payload FROM outbox WHERE type = 'arrears.contacts.contact-point-changed.v1' AND payload LIKE $1 ORDER BY id`,
    [`%${personId}%`],
  );
const all = actorOf({ sub: 'test', roles: ['supervisor'], scopes: ['agreement:*'] });

describe('persons of a loan', () => {
  it('are taken with roles and points, and each point is told once', async () => {
    const loan = sampleLoan({
      guarantors: [
        {
          name: 'Synthetic Guarantor',
          customerNo: 'G-1',
          liability: 'joint',
          contactPoints: [{ kind: 'mobile', value: '13900000001', source: 'application' }],
        },
      ],
      contactPersons: [{ name: 'Synthetic Parent', relation: 'parent', phone: '13900000002' }],
    });
    await take(loan);
    await take(loan);
    const persons = personsInLoan(world.idKey, loan);
    const roles = await world.db.query<{ role: string; person_id: string; relation: string | null }>(
      'SELECT role, person_id, relation FROM person_roles WHERE loan_id = $1 ORDER BY ordinal',
      [loan.loanId],
    );
    expect(roles).toEqual(
      persons.map(({ role, personId, relation }) => ({ role, person_id: personId, relation: relation ?? null })),
    );
    for (const { personId, points } of persons) expect(await published(personId)).toHaveLength(points.length);
  });

  it('keep an invalid number and mark it', async () => {
    const loan = sampleLoan({ contactPoints: [{ kind: 'mobile', value: 'ask the wife', source: 'application' }] });
    await take(loan);
    const [debtor] = personsInLoan(world.idKey, loan);
    const view = await viewPerson(world.db, world.keys, debtor?.personId ?? '', all);
    expect(view.agreements[0]?.contactPoints).toMatchObject([{ kind: 'mobile', valid: 'no' }]);
  });

  it('do not go back to an older message of the bank', async () => {
    const loan = sampleLoan({ sequence: 5 });
    await take(loan);
    await take({ ...loan, sequence: 4, debtor: { ...loan.debtor, language: 'en' } });
    const [debtor] = personsInLoan(world.idKey, loan);
    const view = await viewPerson(world.db, world.keys, debtor?.personId ?? '', all);
    expect(view.agreements[0]?.language).toBe('zh-CN');
  });

  it('of one debtor are taken side by side from several loans', async () => {
    const shared = sampleLoan();
    const loans = Array.from({ length: 8 }, () => ({ ...sampleLoan(), ...pick(shared) }));
    await Promise.all(loans.map(take));
    const [debtor] = personsInLoan(world.idKey, loans[0] ?? shared);
    expect(await published(debtor?.personId ?? '')).toHaveLength(2);
  });
});

const pick = ({ customerNo, debtor, contactPoints }: ReturnType<typeof sampleLoan>) => ({
  customerNo,
  debtor,
  contactPoints,
});

describe('an update of a loan', () => {
  it('changes language and zone, adds a point, and keeps the rest', async () => {
    const loan = sampleLoan();
    await take(loan);
    await update({
      ...{ agreementId: loan.agreementId, loanId: loan.loanId, sequence: 2, asOf: '2026-11-10' },
      debtor: { language: 'en', timeZone: 'Nowhere/Land' },
      contactPoints: [{ kind: 'mobile', value: '13700000001', source: 'update', reserved: true }],
    });
    const [debtor] = personsInLoan(world.idKey, loan);
    const view = await viewPerson(world.db, world.keys, debtor?.personId ?? '', all);
    expect(view.agreements[0]).toMatchObject({ language: 'en', timeZone: 'Asia/Shanghai', name: 'S**' });
    expect(view.agreements[0]?.contactPoints).toHaveLength(3);
    expect(view.agreements[0]?.contactPoints).toContainEqual(
      expect.objectContaining({ reserved: true, source: 'update' }),
    );
  });

  it('of a loan nobody knows changes nothing', async () => {
    await update({
      agreementId: 'AGR-1',
      loanId: 'L-unknown',
      sequence: 1,
      asOf: '2026-11-10',
      debtor: { name: 'Synthetic' },
    });
    const rows = await world.db.query(`SELECT 1 FROM loan_feeds WHERE loan_id = 'L-unknown'`);
    expect(rows).toHaveLength(0);
  });
});

describe('personal data', () => {
  const marked = {
    name: 'MARKEDNAME',
    phone: '13612345678',
    paper: 'MARKED19880501',
    mail: 'marked.mail@example.com',
    line: 'MARKED STREET 1',
  };

  it('PII: stands in no column of the database in clear', async () => {
    const loan = sampleLoan({
      debtor: { name: marked.name, idType: 'resident-id', idNumber: marked.paper },
      contactPoints: [
        { kind: 'mobile', value: marked.phone, source: 'application' },
        { kind: 'email', value: marked.mail, source: 'application' },
        { kind: 'address', value: { country: 'CN', city: 'Beijing', line: marked.line }, source: 'application' },
      ],
    });
    await take(loan);
    const tables = await world.db.query<{ name: string }>(
      `SELECT quote_ident(table_name) AS name FROM information_schema.tables WHERE table_schema = 'public'`,
    );
    expect(tables.length).toBeGreaterThan(10);
    for (const { name } of tables) {
      const rows = await world.db.query<{ text: string }>(`SELECT lower(row_to_json(t)::text) AS text FROM ${name} t`);
      const dump = rows.map(({ text }) => text).join('\n');
      for (const value of Object.values(marked)) {
        expect(dump).not.toContain(value.toLowerCase());
        // bytea columns are dumped in hex: the value must not be readable there either.
        expect(dump).not.toContain(Buffer.from(value).toString('hex'));
      }
    }
  });

  it('is shown masked, one agreement apart from the other, and only within the scope', async () => {
    const paper = { name: '合成人', idType: 'resident-id', idNumber: '11010119900101MASK' };
    const one = sampleLoan({ debtor: paper });
    await take(one);
    await take(sampleLoan({ debtor: paper, agreementId: 'AGR-2' }));
    const [debtor] = personsInLoan(world.idKey, one);
    const id = debtor?.personId ?? '';
    const view = await viewPerson(world.db, world.keys, id, all);
    expect(view.agreements.map(({ agreementId }) => agreementId)).toEqual(['AGR-1', 'AGR-2']);
    expect(view.agreements[0]).toMatchObject({ name: '合**', idNumber: '****MASK' });
    const own = actorOf({ sub: 'c', roles: ['collector'], scopes: ['agreement:AGR-2'] });
    expect((await viewPerson(world.db, world.keys, id, own)).agreements).toHaveLength(1);
    const none = actorOf({ sub: 'c', roles: ['collector'], scopes: ['agreement:AGR-3'] });
    await expect(viewPerson(world.db, world.keys, id, none)).rejects.toMatchObject({ code: 'not-found' });
  });
});
