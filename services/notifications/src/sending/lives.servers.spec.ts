import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { verifyCaseJournal } from '@arrears/audit';
import { steppedClock } from '@arrears/clock';
import { deemDelivered } from '../messages/deemed.js';
import type { MessageRow } from '../messages/message.store.js';
import type { MessageChannel } from '../providers/ports.js';
import { takeReceipt } from '../receipts/receipt.service.js';
import { fakeProvider, type FakeProvider } from '../testing/fakes.js';
import {
  Killed,
  countingGate,
  fate,
  meanwhile,
  mortal,
  mortalDatabase,
  type CountingGate,
  type Fate,
} from '../testing/killing.js';
import {
  activitiesOf,
  at,
  due,
  messageOf,
  openWorld,
  queue,
  stageOf,
  timePasses,
  type World,
} from '../testing/world.js';
import type { SenderParts } from './parts.js';
import { askSilent, reconcile } from './reconcile.js';
import { sendOne } from './sender.js';

/**
 * LAGO-attempt beyond the sender: who settles, takes a receipt, withdraws or lets a letter count as delivered dies at every
 * await, and lives end otherwise than by being accepted. Nothing leaves twice, and nothing stays reserved that did not leave.
 */
let world: World;
beforeAll(async () => (world = await openWorld()));
afterAll(() => world.close());

const templateOf: Record<MessageChannel, string> = {
  sms: 'reminder-1',
  email: 'reminder-email',
  letter: 'dunning-letter',
  voiceBot: 'spoken-reminder',
};

interface Life {
  channel: MessageChannel;
  provider: FakeProvider;
  gate: CountingGate;
  parts: SenderParts;
  caseId: string;
  effectKey: string;
  row(): Promise<MessageRow>;
  /** The message, claimed, as a sender has it in its hand. */
  claim(): ReturnType<typeof due>;
}

async function queued(channel: MessageChannel = 'sms', over: { deemedAfterDays?: number } = {}): Promise<Life> {
  await world.clear();
  const fake = fakeProvider({ id: 'one', channel });
  const gate = countingGate();
  const parts = { ...stageOf(world, [fake.port]), gate };
  const caseId = randomUUID();
  const effectKey = `${caseId}/life/1`;
  await queue(parts, { caseId, effectKey, channel, templateId: templateOf[channel], ...over });
  const provider = fake as unknown as FakeProvider;
  const row = () => messageOf(world.db, effectKey);
  return { channel, provider, gate, parts, caseId, effectKey, row, claim: () => due(world.db, { channel }) };
}

const send = async (parts: SenderParts, { claim }: Pick<Life, 'claim'>): Promise<void> => {
  for (const row of await claim()) await sendOne(parts, row);
};
const cancel = (parts: SenderParts, { effectKey }: Life) => activitiesOf(parts).cancelMessage({ effectKey });

async function orKilled(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error;
  });
}

/** The next processes: claims and permits run out, open ends are settled, what is due is sent. */
async function goOn(life: Life, parts: SenderParts = life.parts): Promise<void> {
  for (let round = 0; round < 4; round += 1) {
    await timePasses(world.db, life.caseId);
    life.gate.expireAll();
    await reconcile(parts);
    await send(parts, life);
  }
}

/** Once for every await, before and after it, until there is none left. @returns how many deaths there were */
async function atEveryAwait(live: (of: Fate, at: string) => Promise<void>): Promise<number> {
  let deaths = 0;
  for (const when of ['before', 'after'] as const)
    for (let n = 1, more = true; more; n += 1) {
      const of = fate(n, when);
      await live(of, `${when} await ${n}`);
      more = of.dead;
      deaths += more ? 1 : 0;
    }
  return deaths;
}

/** What must hold of every life, whatever came in between: what is reserved or counted is what left. */
async function expectWhole(where: string, { provider, gate, row, caseId }: Life): Promise<MessageRow> {
  const { messageId, state, owedToGate, unheardUntilReal } = await row();
  expect([where, state, owedToGate, unheardUntilReal]).toEqual([where, state, null, null]);
  expect([where, state, gate.counted(messageId), gate.wrong]).toEqual([where, state, provider.taken.length, []]);
  expect(provider.taken.length).toBeLessThanOrEqual(1);
  expect(await verifyCaseJournal(world.db, caseId)).toMatchObject({ ok: true });
  return row();
}

describe('a sender that dies at every await, and then the message', () => {
  const later = '2026-11-27T00:00:00.000Z';
  /** What happens before the next process goes on; the sender may have been faster. */
  const ends: Record<string, { state: string; because: string; happens: (life: Life) => Promise<SenderParts> }> = {
    'is cancelled': {
      ...{ state: 'cancelled', because: 'cancelled' },
      happens: async (life) => {
        expect(['cancelled', 'too-late']).toContain(await cancel(life.parts, life));
        return life.parts;
      },
    },
    'is stale': {
      ...{ state: 'failed', because: 'stale' },
      happens: async ({ gate, parts }) => {
        gate.says = 'stale';
        return parts;
      },
    },
    'is denied for good': {
      ...{ state: 'failed', because: 'denied' },
      happens: async ({ gate, parts }) => {
        gate.says = 'denied';
        return parts;
      },
    },
    'becomes too old': {
      ...{ state: 'failed', because: 'expired' },
      happens: async ({ parts }) => ({
        ...parts,
        clock: { ...steppedClock(later), realNow: () => Date.now() },
      }),
    },
  };

  it.each(Object.entries(ends))(
    '%s: either it left, or nothing is reserved',
    async (_, { state, because, happens }) => {
      const seen = new Set<string>();
      const deaths = await atEveryAwait(async (of, where) => {
        const life = await queued();
        await orKilled(send(mortal(life.parts, of), life));
        await goOn(life, await happens(life));
        const row = await expectWhole(where, life);
        if (life.provider.taken.length === 1) expect([where, row.state]).toEqual([where, 'accepted']);
        else expect([where, row.state, row.because]).toEqual([where, state, because]);
        seen.add(row.state);
      });
      expect(deaths).toBeGreaterThan(20);
      expect([...seen].sort()).toEqual(['accepted', state].sort());
    },
  );

  it('is cancelled at every await of a sender that lives: either it left, or nothing is reserved', async () => {
    const seen = new Set<string>();
    for (let n = 1, more = true; more; n += 1) {
      const life = await queued();
      const of = meanwhile(n, () => cancel(life.parts, life));
      await send(mortal(life.parts, of), life);
      more = of.dead;
      await goOn(life);
      const row = await expectWhole(`await ${n}`, life);
      seen.add(row.state);
    }
    expect([...seen].sort()).toEqual(['accepted', 'cancelled']);
  });
});

describe('who settles what was left open dies at every await', () => {
  const lostAnswer = async (life: Life) => {
    life.provider.answers = [{ answer: 'unknown' }];
    await send(life.parts, life);
  };
  const openEnds: Record<string, { taken: number; state: string; leave: (life: Life) => Promise<unknown> }> = {
    'a message that nobody knows the provider has': { ...{ taken: 1, state: 'accepted' }, leave: lostAnswer },
    'a message whose provider never got it': {
      ...{ taken: 1, state: 'accepted' },
      leave: async (life) => {
        life.provider.answers = [() => Promise.reject(new Killed()), { answer: 'accepted', providerMessageId: 'p-1' }];
        await orKilled(send(life.parts, life));
        expect((await life.row()).state).toBe('handed-over');
      },
    },
    'a permit that was written down and not used': {
      ...{ taken: 1, state: 'accepted' },
      leave: async (life) => {
        const transaction: SenderParts['db']['transaction'] = async (work, options) => {
          if ((await life.row()).state === 'permitted') throw new Killed();
          return world.db.transaction(work, options);
        };
        await orKilled(send({ ...life.parts, db: { ...world.db, transaction } }, life));
        expect((await life.row()).state).toBe('permitted');
      },
    },
    'a gate that was not told': {
      ...{ taken: 1, state: 'accepted' },
      leave: async (life) => {
        await send({ ...life.parts, gate: { ...life.gate, commit: async () => false } }, life);
        expect((await life.row()).owedToGate).toBe('handed-over');
      },
    },
    'a withdrawn message whose permit nobody heard of': {
      ...{ taken: 0, state: 'cancelled' },
      leave: async (life) => {
        const ask: CountingGate['ask'] = async (request) => {
          await life.gate.ask(request);
          throw new Killed();
        };
        await orKilled(send({ ...life.parts, gate: { ...life.gate, ask } }, life));
        expect(await cancel(life.parts, life)).toBe('cancelled');
      },
    },
    'a provider that is silent for long': {
      ...{ taken: 1, state: 'delivered' },
      leave: async (life) => {
        await send(life.parts, life);
        life.provider.known = () => ({ answer: 'known', status: 'delivered', providerMessageId: 'p-1' });
      },
    },
  };
  const settle = async (parts: SenderParts): Promise<void> => {
    await reconcile(parts);
    await world.db.query('UPDATE messages SET ask_at_real = now() WHERE ask_at_real IS NOT NULL');
    await askSilent(parts);
  };

  it.each(Object.entries(openEnds))(
    '%s: it leaves once at most, and is told once',
    async (_, { taken, state, leave }) => {
      const deaths = await atEveryAwait(async (of, where) => {
        const life = await queued();
        await leave(life);
        await timePasses(world.db, life.caseId);
        await orKilled(settle(mortal(life.parts, of)));
        await goOn(life);
        await settle(life.parts);
        const row = await expectWhole(where, life);
        expect([where, life.provider.taken.length, row.state]).toEqual([where, taken, state]);
        const told = await world.db.query<{ type: string; n: number }>(
          'SELECT type, count(*)::int AS n FROM outbox GROUP BY type',
        );
        expect(told.filter(({ n }) => n !== 1)).toEqual([]);
      });
      expect(deaths).toBeGreaterThan(6);
    },
  );
});

describe('who takes a receipt dies at every await, and the provider repeats it', () => {
  const timesTold = async (kind: string) => {
    const [row] = await world.db.query<{ n: number }>('SELECT count(*)::int AS n FROM journal WHERE kind = $1', [kind]);
    return row?.n;
  };

  it.each([
    ['of a message that is on its way', { answer: 'accepted', providerMessageId: 'p-1' } as const],
    ['of a message that nobody knew the provider had', { answer: 'unknown' } as const],
  ])('%s: it counts once', async (_, answer) => {
    const deaths = await atEveryAwait(async (of, where) => {
      const life = await queued();
      life.provider.answers = [answer];
      await send(life.parts, life);
      const { messageId: clientReference } = await life.row();
      const receipt = { clientReference, providerMessageId: 'p-1', status: 'delivered' as const, at };
      await orKilled(takeReceipt({ ...life.parts, db: mortalDatabase(world.db, of) }, 'one', receipt));
      await takeReceipt(life.parts, 'one', receipt);
      await goOn(life);
      const row = await expectWhole(where, life);
      expect([where, row.state]).toEqual([where, 'delivered']);
      expect([await timesTold('receipt-taken'), await timesTold('message-delivered')]).toEqual([1, 1]);
    });
    expect(deaths).toBeGreaterThan(6);
  });
});

describe('who withdraws a message dies at every await, and the workflow asks again', () => {
  const sentAlready = (life: Life) => send(life.parts, life);
  const standings: Record<string, [MessageChannel, (life: Life) => Promise<unknown>, string, string]> = {
    'that waits': ['sms', async () => undefined, 'cancelled', 'cancelled'],
    'that has left': ['sms', sentAlready, 'too-late', 'accepted'],
    'a letter that is not posted yet': ['letter', sentAlready, 'cancelled', 'cancelled'],
    'a letter of which nobody knows': [
      'letter',
      (life) => {
        life.provider.answers = [{ answer: 'unknown' }];
        return sentAlready(life);
      },
      'cancelled',
      'cancelled',
    ],
  };

  it.each(Object.entries(standings))('%s', async (_, [channel, before, answer, state]) => {
    const deaths = await atEveryAwait(async (of, where) => {
      const life = await queued(channel);
      await before(life);
      await orKilled(cancel(mortal(life.parts, of), life));
      expect([where, await cancel(life.parts, life)]).toEqual([where, answer]);
      // The mail house threw away what it gave back.
      if (state === 'cancelled') life.provider.taken.length = 0;
      await goOn(life);
      expect([where, (await expectWhole(where, life)).state]).toEqual([where, state]);
    });
    expect(deaths).toBeGreaterThan(3);
  });
});

describe('who lets letters count as delivered dies at every await', () => {
  it('each counts once', async () => {
    const deaths = await atEveryAwait(async (of, where) => {
      const life = await queued('letter', { deemedAfterDays: 3 });
      await send(life.parts, life);
      const { messageId: clientReference } = await life.row();
      await takeReceipt(life.parts, 'one', { clientReference, status: 'sent', at });
      const clock = { ...steppedClock('2026-11-27T02:00:00.000Z'), realNow: () => Date.now() };
      await orKilled(deemDelivered({ db: mortalDatabase(world.db, of), clock }));
      await deemDelivered({ db: world.db, clock });
      expect(await deemDelivered({ db: world.db, clock })).toBe(0);
      await goOn(life);
      expect([where, (await expectWhole(where, life)).state]).toEqual([where, 'deemed-delivered']);
      const [told] = await world.db.query<{ n: number }>(
        "SELECT count(*)::int AS n FROM journal WHERE kind = 'message-deemed-delivered'",
      );
      expect([where, told?.n]).toEqual([where, 1]);
    });
    expect(deaths).toBeGreaterThan(6);
  });
});
