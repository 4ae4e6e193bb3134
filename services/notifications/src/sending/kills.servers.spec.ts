import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { verifyCaseJournal } from '@arrears/audit';
import type { MessageChannel, ProviderPort, SendAnswer } from '../providers/ports.js';
import { fakeProvider, type FakeProvider } from '../testing/fakes.js';
import { Killed, countingGate, fate, mortal } from '../testing/killing.js';
import { due, messageOf, openWorld, queue, stageOf, timePasses, type World } from '../testing/world.js';
import { reconcile } from './reconcile.js';
import { sendOne } from './sender.js';

let world: World;
beforeAll(async () => (world = await openWorld()));
afterAll(() => world.close());

const templateOf: Record<MessageChannel, string> = {
  sms: 'reminder-1',
  email: 'reminder-email',
  letter: 'dunning-letter',
  voiceBot: 'spoken-reminder',
};
const channels = Object.keys(templateOf) as MessageChannel[];

/** How the first provider behaves; the second takes everything. */
const behaviours: Record<string, SendAnswer> = {
  'takes it': { answer: 'accepted', providerMessageId: 'p-1' },
  'takes it and never answers': { answer: 'unknown' },
  'can’t be reached, the second takes it': { answer: 'unreachable', code: 'ECONNREFUSED' },
};

type Anyone = Pick<FakeProvider, 'taken'> & { port: ProviderPort };

/** One message whose sender dies at its n-th await, and what the next process makes of it. */
async function lifeWithDeath(
  channel: MessageChannel,
  providers: readonly Anyone[],
  n: number,
  when: 'before' | 'after',
) {
  world.files.clear();
  const gate = countingGate();
  const stage = {
    ...stageOf(
      world,
      providers.map(({ port }) => port),
    ),
    gate,
  };
  const caseId = randomUUID();
  const effectKey = `${caseId}/${templateOf[channel]}/1`;
  await queue(stage, { caseId, effectKey, channel, templateId: templateOf[channel] });
  const life = fate(n, when);
  const [row] = await due(world.db, { channel });
  if (row?.caseId !== caseId) throw new Error('another message is due');
  await sendOne(mortal(stage, life), row).catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error;
  });
  // The next process: the dead one's claims and permits run out, open ends are settled, what is due is sent.
  for (let round = 0; round < 4; round += 1) {
    await timePasses(world.db, caseId);
    gate.expireAll();
    await reconcile(stage);
    for (const again of await due(world.db, { channel })) await sendOne(stage, again);
  }
  const taken = providers.flatMap((one) => one.taken);
  return { killed: life.dead, taken, gate, row: await messageOf(world.db, effectKey) };
}

describe.each(channels)('LAGO-attempt, %s', (channel) => {
  it.each(Object.entries(behaviours))(
    'a provider that %s: killed at every await, it leaves once and counts once',
    async (_, first) => {
      let deaths = 0;
      for (const when of ['before', 'after'] as const) {
        for (let n = 1, more = true; more; n += 1) {
          const providers = [fakeProvider({ id: 'one', channel }, first), fakeProvider({ id: 'two', channel })];
          const { killed, taken, gate, row } = await lifeWithDeath(channel, providers, n, when);
          more = killed;
          deaths += killed ? 1 : 0;
          const at = `${when} await ${n}`;
          expect([at, taken.length, row.state, row.owedToGate]).toEqual([at, 1, 'accepted', null]);
          expect([at, gate.counted(row.messageId), gate.wrong]).toEqual([at, 1, []]);
          expect(await verifyCaseJournal(world.db, row.caseId)).toMatchObject({ ok: true });
          if (channel === 'letter') expect([...world.files.keys()]).toEqual([row.fileHash]);
        }
      }
      expect(deaths).toBeGreaterThan(40);
    },
  );
});

describe('LAGO-attempt where the provider can’t tell what it never had', () => {
  it('leaves at most once, and what nobody can tell waits for people', async () => {
    for (const when of ['before', 'after'] as const) {
      for (let n = 1, more = true; more; n += 1) {
        const mute = fakeProvider({ tellsNeverHad: false });
        mute.known = () => ({ answer: 'unknown' });
        const { killed, gate, row } = await lifeWithDeath('sms', [mute], n, when);
        expect(['accepted', 'unknown']).toContain(row.state);
        expect(mute.taken.length).toBeLessThanOrEqual(1);
        if (row.state === 'accepted') expect(mute.taken).toHaveLength(1);
        expect(gate.counted(row.messageId)).toBe(1);
        more = killed;
      }
    }
  });
});
