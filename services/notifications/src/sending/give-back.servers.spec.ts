import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { steppedClock } from '@arrears/clock';
import { fakeProvider, message } from '../testing/fakes.js';
import { takeReceipt } from '../receipts/receipt.service.js';
import { Killed, countingGate, type CountingGate } from '../testing/killing.js';
import {
  activitiesOf,
  at,
  claimed,
  lookNow,
  only,
  openWorld,
  queue,
  stageOf,
  timePasses,
  type World,
} from '../testing/world.js';
import type { SenderParts } from './parts.js';
import { reconcile } from './reconcile.js';
import { sendOne } from './sender.js';

let world: World;
beforeAll(async () => (world = await openWorld()));
afterAll(() => world.close());
beforeEach(() => world.clear());

const { effectKey } = message();
function staged() {
  const provider = fakeProvider();
  const gate: CountingGate = countingGate();
  return { provider, gate, parts: { ...stageOf(world, [provider.port]), gate } };
}
const cancel = (parts: SenderParts) => activitiesOf(parts).cancelMessage({ effectKey });
/** What the message reserves at the gate, and whether we think that it may reserve something. */
const standing = async (gate: CountingGate) => {
  const { messageId, state, because, unheardUntilReal, owedToGate } = await only(world.db);
  return { state, because, reserved: gate.counted(messageId), unheard: unheardUntilReal !== null, owedToGate };
};
const nothing = { reserved: 0, unheard: false, owedToGate: null };

describe('a message that is withdrawn between the grant and its being written down', () => {
  const withdrawnOnTheWay = async () => {
    const of = staged();
    await queue(of.parts);
    const makeContent: SenderParts['makeContent'] = async (input) => {
      expect(await cancel(of.parts)).toBe('cancelled');
      return of.parts.makeContent(input);
    };
    return { ...of, row: await claimed(world.db), slow: { ...of.parts, makeContent } };
  };

  it('gives its permit back at once', async () => {
    const { provider, gate, slow, row } = await withdrawnOnTheWay();
    expect(await sendOne(slow, row)).toBe('withdrawn');
    expect(await standing(gate)).toEqual({ ...nothing, state: 'cancelled', because: 'cancelled' });
    expect(provider.sent).toEqual([]);
  });

  it('gives it back later where the gate does not answer, and only once nobody may still be asking for it', async () => {
    const { gate, slow, row, parts } = await withdrawnOnTheWay();
    expect(await sendOne({ ...slow, gate: { ...gate, commit: async () => false } }, row)).toBe('withdrawn');
    expect(await standing(gate)).toMatchObject({ reserved: 1, unheard: true });
    await lookNow(world.db);
    await reconcile(parts);
    expect(await standing(gate)).toMatchObject({ reserved: 1, unheard: true });
    await timePasses(world.db);
    await reconcile(parts);
    expect(await standing(gate)).toEqual({ ...nothing, state: 'cancelled', because: 'cancelled' });
  });

  it('leaves a permit alone that another sender wrote down', async () => {
    const { provider, gate, parts } = staged();
    await queue(parts);
    const row = await claimed(world.db);
    await timePasses(world.db);
    const again = await claimed(world.db);
    const makeContent: SenderParts['makeContent'] = async (input) => {
      expect(await sendOne(parts, again)).toBe('accepted');
      return parts.makeContent(input);
    };
    expect(await sendOne({ ...parts, makeContent }, row)).toBe('withdrawn');
    expect(await standing(gate)).toMatchObject({ ...nothing, state: 'accepted', reserved: 1 });
    expect(provider.sent).toHaveLength(1);
  });
});

describe('a permit that was granted to a process that died before it heard or wrote', () => {
  const lost = async () => {
    const of = staged();
    await queue(of.parts);
    const ask: CountingGate['ask'] = async (request) => {
      await of.gate.ask(request);
      throw new Killed();
    };
    const row = await claimed(world.db);
    await expect(sendOne({ ...of.parts, gate: { ...of.gate, ask } }, row)).rejects.toThrow(Killed);
    expect(await standing(of.gate)).toMatchObject({ state: 'queued', reserved: 1, unheard: true });
    return of;
  };

  it.each(['while the permit lives', 'when it has run out'])(
    'goes back when the message is cancelled %s',
    async (when) => {
      const { provider, gate, parts } = await lost();
      expect(await cancel(parts)).toBe('cancelled');
      if (when === 'when it has run out') gate.expireAll();
      await timePasses(world.db);
      await reconcile(parts);
      expect(await standing(gate)).toEqual({ ...nothing, state: 'cancelled', because: 'cancelled' });
      expect([provider.sent, gate.wrong]).toEqual([[], []]);
    },
  );

  it('goes back when the message has become too old', async () => {
    const { provider, gate, parts } = await lost();
    await timePasses(world.db);
    const later = { ...parts, clock: { ...steppedClock('2026-11-27T00:00:00.000Z'), realNow: () => Date.now() } };
    expect(await sendOne(later, await claimed(world.db))).toBe('expired');
    await timePasses(world.db);
    await reconcile(later);
    expect(await standing(gate)).toEqual({ ...nothing, state: 'failed', because: 'expired' });
    expect(provider.sent).toEqual([]);
  });

  it.each(['stale', 'denied'] as const)('was taken back by the gate where the message is %s now', async (says) => {
    const { gate, parts } = await lost();
    await timePasses(world.db);
    gate.says = says;
    expect(await sendOne(parts, await claimed(world.db))).toBe(says);
    expect(await standing(gate)).toEqual({ ...nothing, state: 'failed', because: says });
  });

  it('stays owed while a stop order or the gate’s silence hides it', async () => {
    const { gate, parts } = await lost();
    await timePasses(world.db);
    for (const [says, attempt] of [
      ['stopped', 'stopped'],
      ['no-answer', 'waiting'],
    ] as const) {
      gate.says = says;
      expect(await sendOne(parts, await claimed(world.db))).toBe(attempt);
      await timePasses(world.db);
    }
    await cancel(parts);
    await timePasses(world.db);
    await reconcile(parts);
    expect(await standing(gate)).toMatchObject({ reserved: 1, unheard: true });
    gate.says = 'granted';
    await timePasses(world.db);
    await reconcile(parts);
    expect(await standing(gate)).toEqual({ ...nothing, state: 'cancelled', because: 'cancelled' });
  });

  it('is the one that the message leaves under when it asks again', async () => {
    const { provider, gate, parts } = await lost();
    await timePasses(world.db);
    expect(await sendOne(parts, await claimed(world.db))).toBe('accepted');
    expect(await standing(gate)).toMatchObject({ ...nothing, state: 'accepted', reserved: 1 });
    expect(provider.sent).toHaveLength(1);
  });
});

describe('a message that had left although its provider said no', () => {
  it('keeps its permit when that is heard while it is about to be sent again', async () => {
    const provider = fakeProvider({}, { answer: 'throttled', retryAfterMs: 1 });
    const parts = stageOf(world, [provider.port]);
    await queue(parts);
    expect(await sendOne(parts, await claimed(world.db))).toBe('throttled');
    await timePasses(world.db);
    const { messageId: clientReference } = await claimed(world.db);
    expect(await takeReceipt(parts, provider.port.id, { clientReference, status: 'delivered', at })).toBe('taken');
    await timePasses(world.db);
    await reconcile(parts);
    expect(await only(world.db)).toMatchObject({ state: 'delivered', owedToGate: null, unheardUntilReal: null });
    expect(parts.gate.asked).toHaveLength(2);
    expect(parts.gate.commits.map(({ commit }) => commit.outcome)).toEqual(['never-left', 'handed-over']);
  });
});

describe('a message of which the gate said no', () => {
  it('asks for nothing when it is withdrawn or too old later', async () => {
    const { gate, parts } = staged();
    await queue(parts);
    gate.says = 'stopped';
    expect(await sendOne(parts, await claimed(world.db))).toBe('stopped');
    expect(await standing(gate)).toMatchObject({ state: 'queued', unheard: false });
    await cancel(parts);
    expect(await standing(gate)).toEqual({ ...nothing, state: 'cancelled', because: 'cancelled' });
    expect(await reconcile(parts)).toBe(0);
  });
});
