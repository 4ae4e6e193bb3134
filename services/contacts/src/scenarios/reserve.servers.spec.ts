import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { requestPermit } from '../gate/gate.service.js';
import { takeOutcome } from '../settle/settle.service.js';
import { settleForgottenDials } from '../settle/unsettled.js';
import { openWorld, type OverdueCase, type World } from '../testing.js';
import { another, dayMs, denied, dial, granted, happened, hourMs, later, minuteMs, qualify } from './support.js';

jest.setTimeout(60_000);

let world: World;
beforeAll(async () => {
  world = await openWorld('2026-11-09T01:00:00.000Z');
  await qualify(world);
  await qualify(world, another);
});
afterAll(() => world.close());

async function twice(): Promise<OverdueCase> {
  const one = await world.overdue();
  for (let n = 0; n < 2; n += 1) await happened(world, dial(one), 'effective-call');
  return one;
}

describe('RESERVE: two effective calls done, two collectors dial', () => {
  it('one of them dials', async () => {
    const one = await twice();
    const both = [dial(one), dial(one, { actor: another })];
    const answers = await Promise.all(both.map((request) => requestPermit(world.gate, request)));
    expect(answers.map(({ verdict }) => verdict).sort()).toEqual(['denied', 'granted']);
  });

  it('the other may, once nobody took the first call', async () => {
    const one = await twice();
    const request = dial(one);
    const { permitId } = await granted(world, request);
    await denied(world, dial(one, { actor: another }));
    const told = { permitId, contactId: request.contactId, outcome: 'unanswered' as const, actor: 'telephony' };
    await world.db.transaction((tx) => takeOutcome(tx, world.clock, told));
    await granted(world, dial(one, { actor: another }));
  });
});

describe('a dial whose outcome nobody tells', () => {
  it('stays counted when its permit has run out, and for a day', async () => {
    const one = await twice();
    const { permitId } = await granted(world, dial(one));
    await later(world, 10 * minuteMs);
    await denied(world, dial(one));
    await later(world, 13 * hourMs);
    expect(await settleForgottenDials(world.db, world.clock)).toBe(0);
    const [open] = await world.db.query('SELECT state FROM permits WHERE permit_id = $1', [permitId]);
    expect(open).toEqual({ state: 'granted' });
  });

  it('counts as placed after a day, and nothing else; its row in the list of open dials is gone', async () => {
    world.clock.moveTo('2026-11-10T01:00:00.000Z');
    await world.beat();
    const one = await world.overdue();
    const { permitId } = await granted(world, dial(one));
    await later(world, dayMs);
    expect(await settleForgottenDials(world.db, world.clock)).toBeGreaterThan(0);
    expect(await settleForgottenDials(world.db, world.clock)).toBe(0);
    const [row] = await world.db.query('SELECT counted, reserved FROM counted_contacts WHERE contact_ref = $1', [
      permitId,
    ]);
    expect(row).toEqual({ counted: ['dialPlaced', 'anyContact'], reserved: [] });
    expect(await world.db.query('SELECT 1 FROM open_dials WHERE permit_id = $1', [permitId])).toEqual([]);
  });

  it('is what its call details say, also when they come after that', async () => {
    const one = await world.overdue();
    const request = dial(one);
    const { permitId } = await granted(world, request);
    await later(world, dayMs);
    await settleForgottenDials(world.db, world.clock);
    const told = { permitId, contactId: request.contactId, outcome: 'effective-call' as const, actor: 'telephony' };
    const settled = await world.db.transaction((tx) => takeOutcome(tx, world.clock, told));
    expect(settled.state).toBe('effective-call');
    const [row] = await world.db.query<{ counted: string[] }>(
      'SELECT counted FROM counted_contacts WHERE contact_ref = $1',
      [permitId],
    );
    expect(row?.counted.sort()).toEqual(['anyContact', 'conversation', 'dialPlaced', 'effectiveCall']);
  });
});
