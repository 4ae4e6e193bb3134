import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { openWorld, type OverdueCase, type World } from '../testing.js';
import { denied, dial, granted, happened, hourMs, journalOf, later, qualify, told } from './support.js';

jest.setTimeout(60_000);

let world: World;
let one: OverdueCase;
beforeAll(async () => {
  world = await openWorld('2026-11-09T01:00:00.000Z');
  await qualify(world);
  one = await world.overdue();
  for (let n = 0; n < 3; n += 1) {
    await happened(world, dial(one), 'effective-call');
    await later(world, hourMs);
  }
});
afterAll(() => world.close());

describe('GBT-3: three effective calls today, then the debtor calls', () => {
  it('takes his call, and counts it as his', async () => {
    await world.inbound(one);
    const [row] = await world.db.query(
      `SELECT counted FROM counted_contacts WHERE person_id = $1 AND direction = 'inbound'`,
      [one.facts.debtorId],
    );
    expect(row).toEqual({ counted: ['inboundCall', 'conversation'] });
    expect(await journalOf(world, one)).toContain('inbound-contact');
    expect(await told(world, 'arrears.contacts.contact-recorded.v1')).toContainEqual(
      expect.objectContaining({
        direction: 'inbound',
        channel: 'call',
        outcome: 'conversation',
        caseId: one.facts.caseId,
      }),
    );
  });

  it('denies a fourth outbound call, and says when the next is allowed', async () => {
    const answer = await denied(world, dial(one));
    expect(answer.denials.map(({ rule }) => rule)).toContain('CN-GBT-CALLS');
    expect(answer.earliest).toBe('2026-11-10T00:00:00.000Z');
  });

  it('still lets his question be answered in writing', async () => {
    await granted(world, one.request({ purpose: 'serve' }));
  });

  it('lets him be called the next morning', async () => {
    world.clock.moveTo('2026-11-10T00:00:00.000Z');
    await world.beat();
    await granted(world, dial(one));
  });
});
