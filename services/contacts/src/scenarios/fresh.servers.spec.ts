import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { requestPermit } from '../gate/gate.service.js';
import { gateParts, type GateParts } from '../gate/parts.js';
import { askForStop, decideStop } from '../stop-orders/stop-order.service.js';
import { openWorld, type OverdueCase, type World } from '../testing.js';
import { granted } from './support.js';

jest.setTimeout(60_000);

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(() => world.beat());

const paid = (one: OverdueCase) =>
  world.know({
    ...one.facts,
    caseSeq: 2,
    voidBefore: 2,
    accounts: one.facts.accounts.map((account) => ({ ...account, status: 'cured' as const, overdue: '0' })),
  });
const verdict =
  async (...asked: Parameters<OverdueCase['request']>) =>
  (one: OverdueCase) =>
    requestPermit(world.gate, one.request(...asked)).then((answer) => answer.verdict);

describe('FRESH: a payment and a permit race', () => {
  it('once the payment is known, what was planned before it is stale', async () => {
    const one = await world.overdue();
    await paid(one);
    expect(await (await verdict())(one)).toBe('stale');
  });

  it('what is planned on a newer state than the gate knows waits for it', async () => {
    const one = await world.overdue();
    expect(await (await verdict({ expects: { caseSeq: 2 } }))(one)).toBe('facts-behind');
  });

  it('the payer is thanked', async () => {
    const one = await world.overdue();
    await paid(one);
    await granted(world, one.request({ purpose: 'confirm-payment', expects: { caseSeq: 2 } }));
  });

  it('four seconds of silence from the cases stop everything but an answer to himself', async () => {
    const one = await world.overdue();
    await world.inbound(one);
    world.clock.advance(4_000);
    expect(await (await verdict())(one)).toBe('granted');
    const two = await world.overdue();
    await world.inbound(two);
    world.clock.advance(4_001);
    expect(await (await verdict())(two)).toBe('facts-behind');
    expect(await (await verdict({ purpose: 'confirm-payment' }))(two)).toBe('facts-behind');
    expect(await (await verdict({ purpose: 'serve' }))(two)).toBe('granted');
  });

  it('a permit is not written when the payment comes between its reading and its writing', async () => {
    const one = await world.overdue();
    await granted(world, one.request({ purpose: 'confirm-payment' }));
    expect(
      (
        await requestPermit(
          after(() => paid(one)),
          one.request(),
        )
      ).verdict,
    ).toBe('stale');
  });

  it('nor when a stop order comes in force between them', async () => {
    const one = await world.overdue();
    await granted(world, one.request({ purpose: 'confirm-payment' }));
    const order = { scope: 'client' as const, value: one.facts.agreementId, reason: 'wrong texts', actor: 'anna' };
    const stop = () =>
      world.db.transaction(async (tx) => {
        const { stopOrderId } = await askForStop(tx, world.clock, order);
        await decideStop(tx, world.clock, { stopOrderId, decision: 'approve', actor: 'bert' });
      });
    expect((await requestPermit(after(stop), one.request())).verdict).toBe('stopped');
    const other = await world.overdue({ agreementId: 'AGR-2' });
    await granted(world, other.request());
  });
});

/** A gate to which something happens once, right after it has read what it decides on. */
function after(happens: () => Promise<void>): GateParts {
  const { db } = world.gate;
  let once: (() => Promise<void>) | null = happens;
  const query: typeof db.query = async (sql, params, options) => {
    const rows = await db.query(sql, params, options);
    const now = options?.prepare === 'gate-facts' ? once : null;
    if (now !== null) {
      once = null;
      await now();
    }
    return rows as never;
  };
  return gateParts({ ...world.gate, db: { ...db, query } });
}
