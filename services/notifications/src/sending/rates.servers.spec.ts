import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { saveCaseFacts } from '../case-facts/case-facts.store.js';
import type { ProviderPort, SendAnswer } from '../providers/ports.js';
import { facts, fakeGate, fakeProvider, granted, message } from '../testing/fakes.js';
import { activitiesOf, openWorld, stageOf, type World } from '../testing/world.js';
import { sharedPace } from './pace.js';
import { providersOf } from './providers.js';
import { startSendingLoop } from './sending-loop.js';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  // The pace of a provider is one row, moved on by every reservation: each of its places is written down here.
  await world.db.query('CREATE TABLE reserved (provider text NOT NULL, until timestamptz NOT NULL)');
  await world.db.query(
    `CREATE FUNCTION note_reserved() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
       INSERT INTO reserved VALUES (NEW.provider, NEW.next_real);
       RETURN NULL;
     END $$`,
  );
  await world.db.query(
    'CREATE TRIGGER note_reserved AFTER INSERT OR UPDATE ON provider_pace FOR EACH ROW EXECUTE FUNCTION note_reserved()',
  );
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.clear();
  await world.db.query('TRUNCATE reserved');
});

/** A timer may fire that much early, and clocks are read in whole milliseconds. */
const clockMs = 3;

/** The slots of a provider in order, in real ms, from what its row was moved on to. */
async function slotsOf({ id, ratePerSecond }: ProviderPort): Promise<number[]> {
  const rows = await world.db.query<{ until: number }>(
    'SELECT extract(epoch FROM until)::float8 * 1000 AS until FROM reserved WHERE provider = $1 ORDER BY until',
    [id],
  );
  const count = Math.max(1, Math.floor(ratePerSecond / 10));
  const slotMs = 1_000 / ratePerSecond;
  for (const [index, { until }] of rows.entries()) {
    const before = rows[index - 1]?.until;
    // What two processes reserved never overlaps: all of it together is no faster than was agreed.
    if (before !== undefined) expect(until - before).toBeGreaterThanOrEqual(count * slotMs - 0.01);
  }
  return rows.flatMap(({ until }) => Array.from({ length: count }, (_, n) => until - (count - n) * slotMs));
}

/** When a provider was called, in order, in real ms. */
function watched(of: { id: string; ratePerSecond: number }, answer?: SendAnswer) {
  const called: number[] = [];
  const provider = fakeProvider(of, async () => {
    called.push(Date.now());
    return answer ?? { answer: 'accepted', providerMessageId: `p-${called.length}` };
  });
  return { ...provider, called };
}

/** Processes with a loop each, until every message has left. */
async function workedOff(ports: ProviderPort[], messages: number, processes: number): Promise<void> {
  const parts = stageOf(world, ports, fakeGate(granted()));
  await world.db.transaction((tx) => saveCaseFacts(tx, facts()));
  const { queueMessage } = activitiesOf(parts);
  for (let n = 0; n < messages; n += 1) await queueMessage(message({ effectKey: `rate/${n}` }));
  const errors: unknown[] = [];
  const loops = Array.from({ length: processes }, () => {
    const now = () => Date.now();
    const paceOf = ({ id: provider, ratePerSecond: perSecond }: ProviderPort) =>
      sharedPace(world.db, { provider, perSecond, now, sleep: (ms) => sleep(ms) });
    const providers = providersOf(ports, { now, paceOf, breaker: { troubles: Number.MAX_SAFE_INTEGER } });
    return startSendingLoop(
      { ...parts, providers },
      { onAttempt: () => undefined, onError: (error) => errors.push(error) },
    );
  });
  const left = async () => {
    const [row] = await world.db.query<{ n: number }>(
      "SELECT count(*)::int AS n FROM messages WHERE state <> 'accepted'",
    );
    return row?.n ?? messages;
  };
  const end = Date.now() + 60_000;
  while ((await left()) > 0 && Date.now() < end) await sleep(100);
  await Promise.all(loops.map((loop) => loop.stop()));
  expect([await left(), errors]).toEqual([0, []]);
}

/** No call before its slot: at any moment there were at most as many calls as the pace had let go. */
async function expectKept({ port, called }: ReturnType<typeof watched>): Promise<void> {
  const slots = await slotsOf(port);
  expect(called.length).toBeLessThanOrEqual(slots.length);
  const early = called.filter((time, n) => time < (slots[n] ?? Infinity) - clockMs);
  expect(early).toEqual([]);
  const perSecond = new Map<number, number>();
  for (const time of called) {
    const second = Math.floor((time - (called[0] ?? 0)) / 1_000);
    perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
  }
  process.stdout.write(
    `rate of ${port.id}, ${port.ratePerSecond} a second agreed: ${[...perSecond.values()].join(' ')} calls a second\n`,
  );
}

describe('what a provider is handed with the loops of three processes running', () => {
  it('is never more than the pace had let go', async () => {
    const one = watched({ id: 'one', ratePerSecond: 40 });
    await workedOff([one.port], 150, 3);
    expect(one.called).toHaveLength(150);
    await expectKept(one);
  });

  it('nor is it for a second one that gets what the first can’t take', async () => {
    const one = watched({ id: 'one', ratePerSecond: 50 }, { answer: 'unreachable', code: 'ECONNREFUSED' });
    const two = watched({ id: 'two', ratePerSecond: 30 });
    await workedOff([one.port, two.port], 90, 3);
    expect(two.called).toHaveLength(90);
    await expectKept(one);
    await expectKept(two);
  });
});
