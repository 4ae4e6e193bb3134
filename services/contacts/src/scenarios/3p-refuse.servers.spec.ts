import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { invalidateNumber } from '../points/invalidate.service.js';
import { recordRefusal } from '../third-parties/refusal.service.js';
import { openWorld, type OverdueCase, type World } from '../testing.js';
import {
  dial,
  granted,
  happened,
  hourMs,
  journalOf,
  later,
  personOf,
  pointsOf,
  qualify,
  rulesAgainst,
  told,
} from './support.js';

jest.setTimeout(60_000);

let world: World;
beforeAll(async () => {
  world = await openWorld('2026-11-09T00:30:00.000Z');
  await qualify(world);
});
afterAll(() => world.close());

const father = (phone: string) => [{ name: 'Synthetic Father', relation: 'parent', phone }];
const askFather = (one: OverdueCase, purpose: 'locate' | 'collect' = 'locate') =>
  dial(one, {
    personId: personOf(world, one, 'relatedThird'),
    contactPointIds: pointsOf(world, one, 'relatedThird'),
    purpose,
  });
async function numberDead(one: OverdueCase): Promise<void> {
  const [contactPointId = ''] = pointsOf(world, one, 'debtor');
  const of = { contactPointId, because: 'empty-number' as const, actor: 'test' };
  await world.db.transaction((tx) => invalidateNumber(tx, world.clock, of));
}

describe('a contact person', () => {
  it('is not asked while the debtor was not tried in vain: three times, on two days, three hours apart', async () => {
    const one = await world.overdue({ contactPersons: father('13900000301') });
    expect(await rulesAgainst(world, askFather(one))).toContain('THIRD-PARTY-DEBTOR-REACHABLE');
    for (let n = 0; n < 3; n += 1) {
      await happened(world, dial(one), 'unanswered');
      await later(world, 3 * hourMs);
    }
    expect(await rulesAgainst(world, askFather(one))).toContain('THIRD-PARTY-DEBTOR-REACHABLE');
    world.clock.moveTo('2026-11-10T01:00:00.000Z');
    await world.beat();
    await happened(world, dial(one), 'unanswered');
    await granted(world, askFather(one));
  });

  it('is asked nothing but where the debtor is', async () => {
    const one = await world.overdue({ contactPersons: father('13900000302') });
    await numberDead(one);
    expect(await rulesAgainst(world, askFather(one, 'collect'))).toContain('THIRD-PARTY-PURPOSE');
    await granted(world, askFather(one));
  });

  it('is no longer asked once the debtor was reached', async () => {
    const one = await world.overdue({ contactPersons: father('13900000303') });
    for (const at of ['2026-11-10T02:00:00.000Z', '2026-11-10T06:00:00.000Z', '2026-11-11T02:00:00.000Z']) {
      world.clock.moveTo(at);
      await world.beat();
      await happened(world, dial(one), 'unanswered');
    }
    await granted(world, askFather(one));
    await world.inbound(one);
    expect(await rulesAgainst(world, askFather(one))).toContain('THIRD-PARTY-DEBTOR-REACHABLE');
  });
});

describe('the same contact person', () => {
  it('is asked twice in thirty days at most', async () => {
    const one = await world.overdue({ contactPersons: father('13900000306') });
    await numberDead(one);
    for (let n = 0; n < 2; n += 1) {
      await happened(world, askFather(one), 'unanswered');
      await later(world, 4 * hourMs);
    }
    expect(await rulesAgainst(world, askFather(one))).toEqual(['HOUSE-3P-TRIES']);
  });
});

describe('3P-REFUSE: the father refuses to be contacted', () => {
  it('and is never contacted again, in any case of anyone', async () => {
    const one = await world.overdue({ contactPersons: father('13900000304') });
    const two = await world.overdue({ contactPersons: father('+86 (139) 0000-0304'), agreementId: 'AGR-2' });
    for (const each of [one, two]) await numberDead(each);
    await happened(world, askFather(one), 'effective-call');
    await world.db.transaction((tx) =>
      recordRefusal(tx, world.clock, {
        personId: personOf(world, one, 'relatedThird'),
        debtorId: one.facts.debtorId,
        agreementId: one.facts.agreementId,
        caseId: one.facts.caseId,
        evidence: null,
        actor: 'collector-1',
      }),
    );
    // Another loan gives him another id: his number tells that it is the same man.
    expect(personOf(world, two, 'relatedThird')).not.toBe(personOf(world, one, 'relatedThird'));
    for (const each of [one, two])
      expect(await rulesAgainst(world, askFather(each))).toEqual(
        expect.arrayContaining(['THIRD-PARTY-REFUSED', 'CN-GBT-REFUSE']),
      );
    const third = await world.overdue({ contactPersons: father('139 0000 0304'), agreementId: 'AGR-3' });
    await numberDead(third);
    expect(await rulesAgainst(world, askFather(third))).toContain('THIRD-PARTY-REFUSED');

    expect(await journalOf(world, one)).toContain('third-party-refused');
    expect(await told(world, 'arrears.contacts.third-party-refused.v1')).toEqual([
      expect.objectContaining({ personId: personOf(world, one, 'relatedThird'), debtorId: one.facts.debtorId }),
    ]);
  });

  it('does not free him of a debt of his own', async () => {
    const one = await world.overdue({ contactPersons: father('13900000305') });
    await world.db.transaction((tx) =>
      recordRefusal(tx, world.clock, {
        personId: personOf(world, one, 'relatedThird'),
        debtorId: one.facts.debtorId,
        ...{ agreementId: one.facts.agreementId, caseId: null, evidence: null, actor: 'collector-1' },
      }),
    );
    const own = await world.overdue({
      contactPoints: [{ kind: 'mobile', value: '13900000305', source: 'application' }],
    });
    await granted(world, dial(own));
  });
});
