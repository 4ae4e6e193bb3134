import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { purposes, type ContactPointChanged } from '@arrears/contracts';
import { invalidateNumber } from '../points/invalidate.service.js';
import { openWorld, type OverdueCase, type World } from '../testing.js';
import { dial, granted, journalOf, pointsOf, qualify, rulesAgainst, told } from './support.js';

jest.setTimeout(60_000);

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await qualify(world);
});
afterAll(() => world.close());

const withNumber = (value: string, more: object = {}) =>
  world.overdue({ contactPoints: [{ kind: 'mobile', value, source: 'application' }], ...more });
const dead = (one: OverdueCase, because: 'wrong-person' | 'empty-number' | 'suspended') => {
  const [contactPointId = ''] = pointsOf(world, one, 'debtor');
  return world.db.transaction((tx) =>
    invalidateNumber(tx, world.clock, { contactPointId, because, actor: 'collector-1' }),
  );
};

const changes = () => told<ContactPointChanged>(world, 'arrears.contacts.contact-point-changed.v1');

describe('WRONG-MAN: the number belongs to a stranger', () => {
  it('is dead in all cases of all agreements at once, and each is told', async () => {
    const one = await withNumber('13800000401');
    const two = await withNumber('+86 138 0000 0401', { agreementId: 'AGR-2' });
    await granted(world, dial(two));
    await dead(one, 'wrong-person');
    for (const each of [one, two]) {
      expect(await rulesAgainst(world, dial(each))).toContain('NO-USABLE-POINT');
      expect(await rulesAgainst(world, each.request())).toContain('NO-USABLE-POINT');
      expect(await journalOf(world, each)).toContain('contact-point-changed');
    }
    // By this the cases of both are told to check the number.
    const wrong = (await changes()).filter(({ because }) => because === 'wrong-person');
    expect(wrong).toEqual([
      expect.objectContaining({ valid: 'no', agreementId: expect.any(String), kind: 'mobile' }),
      expect.objectContaining({ valid: 'no', agreementId: expect.any(String), kind: 'mobile' }),
    ]);
    expect(wrong.map(({ personId }) => personId).sort()).toEqual([one.facts.debtorId, two.facts.debtorId].sort());
    await dead(one, 'wrong-person');
    expect((await changes()).filter(({ because }) => because === 'wrong-person')).toHaveLength(2);
  });

  it('is never dialled again, though the bank gives it once more, in another spelling and for somebody else', async () => {
    const later = await withNumber('0086-138-0000-0401', { agreementId: 'AGR-3' });
    const named = (await changes()).filter(({ personId }) => personId === later.facts.debtorId);
    expect(named.map(({ valid, because }) => [valid, because])).toEqual([['no', 'barred']]);
    expect(await rulesAgainst(world, dial(later))).toContain('NO-USABLE-POINT');
    const landline = await world.overdue({
      contactPoints: [{ kind: 'landline', value: '13800000401', source: 'application' }],
    });
    expect(
      await rulesAgainst(world, dial(landline, { contactPointIds: pointsOf(world, landline, 'debtor', 'landline') })),
    ).toContain('NO-USABLE-POINT');
  });

  it('no debt is named to him: nothing goes to his number, on any channel and for any purpose', async () => {
    const one = await withNumber('13800000406');
    // What the dialler knew when he dialled: whom he asks for, and nothing that he could tell.
    const before = await granted(world, dial(one));
    const { accounts, caseNo } = one.facts;
    for (const owed of [one.loan.loanId, one.loan.product, caseNo, ...accounts.map(({ accountId }) => accountId)])
      expect(JSON.stringify(before)).not.toContain(owed);

    await dead(one, 'wrong-person');
    await world.inbound(one);
    for (const channel of ['sms', 'voiceBot', 'push', 'call'] as const)
      for (const purpose of purposes) {
        const asked = channel === 'call' ? dial(one, { purpose }) : one.request({ channel, purpose });
        const phones = { contactPointIds: pointsOf(world, one, 'debtor') };
        expect([channel, purpose, await rulesAgainst(world, { ...asked, ...phones })]).toEqual([
          ...[channel, purpose],
          expect.arrayContaining(['NO-USABLE-POINT']),
        ]);
      }
    const known = await told<object>(world, 'arrears.contacts.contact-point-changed.v1');
    const entries = await world.db.query('SELECT data FROM journal WHERE case_id = $1', [one.facts.caseId]);
    for (const text of [JSON.stringify(known), JSON.stringify(entries)])
      for (const secret of ['13800000406', one.loan.loanId, one.loan.debtor.name]) expect(text).not.toContain(secret);
  });

  it('leaves the debtor his other numbers', async () => {
    const one = await world.overdue({
      contactPoints: [
        { kind: 'mobile', value: '13800000402', source: 'application' },
        { kind: 'mobile', value: '13800000403', source: 'application' },
      ],
    });
    await dead(one, 'wrong-person');
    const answer = await granted(world, dial(one, { contactPointIds: pointsOf(world, one, 'debtor') }));
    expect(answer.destination).toBe('+8613800000403');
  });
});

describe('a number that nobody has', () => {
  it.each(['empty-number', 'suspended'] as const)(
    '(%s) is dead for now, and may come back with a new loan',
    async (because) => {
      const value = because === 'suspended' ? '13800000404' : '13800000405';
      const one = await withNumber(value);
      await dead(one, because);
      expect(await rulesAgainst(world, dial(one))).toContain('NO-USABLE-POINT');
      const other = await withNumber(value, { agreementId: 'AGR-2' });
      await granted(world, dial(other));
    },
  );
});
