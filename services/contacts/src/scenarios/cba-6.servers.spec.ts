import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { giveConsent, withdraw } from '../consents/consent.service.js';
import { releasePermit } from '../settle/settle.service.js';
import { openWorld, type OverdueCase, type World } from '../testing.js';
import { denied, dial, granted, happened, later, minuteMs, pointsOf, qualify, rulesAgainst } from './support.js';

jest.setTimeout(60_000);

let world: World;
let one: OverdueCase;
let number1: string;
let number2: string;
beforeAll(async () => {
  world = await openWorld();
  await qualify(world);
  one = await world.overdue({
    contactPoints: [
      { kind: 'mobile', value: '13800000101', source: 'application' },
      { kind: 'mobile', value: '13800000102', source: 'application' },
    ],
  });
  [number1 = '', number2 = ''] = pointsOf(world, one, 'debtor');
});
afterAll(() => world.close());

describe('CBA-6: six unanswered dials a day to one number', () => {
  it('lets six go', async () => {
    for (let n = 0; n < 6; n += 1) {
      await happened(world, dial(one, { contactPointIds: [number1] }), 'unanswered');
      await later(world, 20 * minuteMs);
    }
  });

  it('denies the seventh to this number until the next morning, with its article', async () => {
    const answer = await denied(world, dial(one, { contactPointIds: [number1] }));
    expect(answer.earliest).toBe('2026-11-10T00:00:00.000Z');
    expect(answer.denials).toContainEqual(
      expect.objectContaining({
        rule: 'CN-CBA-DIAL',
        until: '2026-11-09T16:00:00.000Z',
        citation: expect.objectContaining({
          document: expect.stringContaining('Banking Association'),
          zh: expect.objectContaining({ document: expect.stringContaining('中国银行业协会') }),
        }),
      }),
    );
  });

  it('denies it to whoever else is known with this number', async () => {
    const other = await world.overdue({
      agreementId: 'AGR-2',
      contactPoints: [{ kind: 'landline', value: '+86 138 0000 0101', source: 'application' }],
    });
    const [same = ''] = pointsOf(world, other, 'debtor', 'landline');
    const answer = await denied(world, dial(other, { contactPointIds: [same] }));
    expect(answer.denials.map(({ rule }) => rule)).toContain('CN-CBA-DIAL');
  });

  it('lets the other number be dialled, also when both are asked for', async () => {
    const answer = await granted(world, dial(one, { contactPointIds: [number1, number2] }));
    expect(answer.contactPointId).toBe(number2);
  });

  it('lets the seventh go where the debtor agreed to more, as long as he does', async () => {
    const { debtorId, agreementId } = one.facts;
    const agreed = { personId: debtorId, agreementId, kind: 'more-calls' as const, contactPointId: null };
    const proof = { givenAt: world.clock.nowIso(), proof: 'sha256:ab', actor: 'collector-1' };
    const { consentId } = await world.db.transaction((tx) => giveConsent(tx, world.clock, { ...agreed, ...proof }));
    const request = dial(one, { contactPointIds: [number1] });
    const { permitId } = await granted(world, request);
    await world.db.transaction((tx) => releasePermit(tx, world.clock, permitId, request.actor));
    await world.db.transaction((tx) => withdraw(tx, world.clock, { consentId, proof: null, actor: 'collector-1' }));
    expect(await rulesAgainst(world, dial(one, { contactPointIds: [number1] }))).toContain('CN-CBA-DIAL');
  });

  it('begins anew the next day', async () => {
    world.clock.moveTo('2026-11-10T00:00:00.000Z');
    await world.beat();
    await granted(world, dial(one, { contactPointIds: [number1] }));
  });
});
