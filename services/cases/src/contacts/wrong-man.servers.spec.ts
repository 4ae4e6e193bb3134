import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { steppedClock } from '@arrears/clock';
import type { CaseFacts, ContactPointChanged } from '@arrears/contracts';
import { agreementStore } from '../agreements/agreement.store.js';
import {
  clearLedger,
  day1,
  eventNames,
  eventsOf,
  openBench,
  openCase,
  overdueLoan,
  sampleAgreement,
  type Bench,
} from '../testing.js';

const minutes = 60_000;

describe('WRONG-MAN: a number of the debtor turns out to be a stranger’s', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench('cases_wrong_man');
    const other = { ...sampleAgreement, agreementId: 'AGR-2' };
    await bench.database.transaction((tx) => agreementStore.insert(tx, other, day1, 'test'));
  }, 60_000);
  beforeEach(async () => {
    await clearLedger(bench);
    Object.assign(bench.ledger, { clock: Object.assign(bench.clock, steppedClock(day1)) });
  });
  afterAll(() => bench.close(), 60_000);

  /** What `contacts` tells of the debtor's first point, as it stands in one agreement. */
  const changed = async (
    agreementId: string,
    change: Partial<ContactPointChanged> & { version: number },
  ): Promise<ContactPointChanged> => {
    const [row] = await bench.database.query<{ person_id: string; points: { id: string }[] }>(
      'SELECT person_id, points FROM persons WHERE agreement_id = $1',
      [agreementId],
    );
    if (row === undefined) throw new Error('nobody is known');
    const point = { contactPointId: row.points[0]?.id ?? '', kind: 'mobile', reserved: false } as const;
    const common = { personId: row.person_id, agreementId, optedOut: [], at: bench.clock.nowIso() };
    return { ...common, ...point, valid: 'no', ...change };
  };
  const tell = async (agreementId: string, change: Partial<ContactPointChanged> & { version: number }) =>
    bench.take('arrears.contacts.contact-point-changed.v1', await changed(agreementId, change));
  const holds = () =>
    bench.database.query<{
      case_id: string;
      kind: string;
      persons: string[];
      until_at: Date | null;
      placed_by: string;
    }>('SELECT * FROM holds ORDER BY case_id, from_at');
  const newest = async (): Promise<CaseFacts> => (await eventsOf(bench)).at(-1)?.payload.case as unknown as CaseFacts;

  it('his case is held until his numbers are checked, and what waits is called back', async () => {
    const id = await openCase(bench);
    bench.clock.advance(11 * minutes);
    const first = await bench.decide(id, 1);
    expect(first.perform).toMatchObject([{ do: 'queue-message' }]);

    await tell('AGR-1', { version: 2, because: 'wrong-person' });
    expect(await eventNames(bench)).toEqual(expect.arrayContaining(['hold-placed']));
    const facts = await newest();
    expect(facts.voidBefore).toBe(facts.caseSeq);
    const [debtor] = facts.holds[0]?.persons ?? [];
    expect(facts.holds).toMatchObject([{ kind: 'number-check', effects: ['contact'], allows: ['locate'] }]);
    expect(debtor).toBe(facts.debtorId);
    expect(await holds()).toMatchObject([
      { placed_by: 'service:contacts', until_at: new Date('2026-11-16T02:11:00.000Z') },
    ]);

    const second = await bench.decide(id, 2);
    expect(second.perform).toMatchObject([{ do: 'cancel-message' }]);
    const third = await bench.decide(id, 3, [{ effectKey: `${id}/reminder-1/1`, answer: 'cancelled' }]);
    expect(third.perform.filter((step) => step.do === 'queue-message')).toEqual([]);
    const story = await bench.database.query<{ kind: string }>('SELECT kind FROM contact_story');
    expect(story).toMatchObject([{ kind: 'number-of-a-stranger' }]);
  });

  it('told again, or of a second number of his, there is one hold', async () => {
    await openCase(bench);
    await tell('AGR-1', { version: 2, because: 'wrong-person' });
    await tell('AGR-1', { version: 2, because: 'wrong-person' });
    await tell('AGR-1', {
      version: 3,
      because: 'wrong-person',
      contactPointId: '018f4a5e-0000-7000-8000-000000000009',
    });
    expect(await holds()).toHaveLength(1);
  });

  it('a number that was found dead before may still be a stranger’s', async () => {
    await openCase(bench);
    await tell('AGR-1', { version: 2, because: 'empty-number' });
    expect(await holds()).toEqual([]);
    await tell('AGR-1', { version: 3, because: 'wrong-person' });
    expect(await holds()).toHaveLength(1);
  });

  it('each client’s case of him is held by what is told of his point there', async () => {
    const one = await openCase(bench);
    const other = await openCase(bench, { agreementId: 'AGR-2', loanId: 'L-9' });
    await tell('AGR-1', { version: 2, because: 'wrong-person' });
    expect((await holds()).map(({ case_id }) => case_id)).toEqual([one]);
    await tell('AGR-2', { version: 2, because: 'wrong-person' });
    expect((await holds()).map(({ case_id }) => case_id).sort()).toEqual([one, other].sort());
  });

  it.each(['empty-number', 'suspended', 'barred', undefined] as const)(
    '%s is no stranger’s: no hold',
    async (because) => {
      await openCase(bench, overdueLoan());
      await tell('AGR-1', { version: 2, ...(because === undefined ? {} : { because }) });
      expect(await holds()).toEqual([]);
    },
  );
});
