import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { verifyCaseJournal } from '@arrears/audit';
import { saveCaseFacts } from '../case-facts/case-facts.store.js';
import { facts, fakeGate, fakeProvider, granted, ids, message } from '../testing/fakes.js';
import {
  activitiesOf,
  at,
  claimed,
  due,
  events,
  journalKinds,
  lookNow,
  only,
  openWorld,
  queue,
  smsStage,
  stageOf,
  templates,
  timePasses,
  type World,
} from '../testing/world.js';
import { takeReceipt } from '../receipts/receipt.service.js';
import { reconcile } from './reconcile.js';
import { sendOne } from './sender.js';
import { startSendingLoop } from './sending-loop.js';

let world: World;
beforeAll(async () => (world = await openWorld()));
afterAll(() => world.close());
beforeEach(() => world.clear());

const stage = (gate = fakeGate(), ...answers: Parameters<typeof fakeProvider>[1][]) =>
  smsStage(world, gate, ...answers.filter((answer) => answer !== undefined));

describe('a message on its way', () => {
  it('is written down with its permit and text before the provider sees it, then accepted', async () => {
    const parts = stage();
    await queue(parts);
    expect(await sendOne(parts, await claimed(world.db))).toBe('accepted');
    const row = await only(world.db);
    expect(row).toMatchObject({
      state: 'accepted',
      providerMessageId: 'p-1',
      templateVersion: templates.find('reminder-1')?.version,
      owedToGate: null,
    });
    expect(parts.provider.sent).toEqual([
      {
        clientReference: row.messageId,
        to: '+12125550100',
        text: expect.stringContaining('CNY 1,246.00'),
        validUntil: '2026-11-24T14:00:00.000Z',
      },
    ]);
    expect(parts.gate.commits.map(({ commit }) => commit)).toEqual([
      { contactId: row.messageId, contentHash: row.contentHash, outcome: 'handed-over', at },
    ]);
    expect(await events(world.db)).toEqual(['message-accepted']);
  });

  it('stands in the journal of its case, state by state, without a word of what it said', async () => {
    const parts = stage();
    await queue(parts);
    await sendOne(parts, await claimed(world.db));
    expect(await journalKinds(world.db)).toEqual([
      'message-queued',
      'message-permitted',
      'message-handed-over',
      'message-accepted',
    ]);
    expect(await verifyCaseJournal(world.db, ids.case)).toMatchObject({ ok: true, entries: 4 });
    const [head] = await world.db.query<{ headers: Record<string, string> }>('SELECT headers FROM outbox');
    expect(head?.headers).toMatchObject({ ce_journalseq: '4' });
    const [{ data } = { data: '' }] = await world.db.query<{ data: string }>(
      "SELECT string_agg(data::text, ' ') AS data FROM journal",
    );
    for (const personal of ['示例客户', '+12125550100', '1,246']) expect(data).not.toContain(personal);
  });

  it('keeps its text sealed under the person’s key', async () => {
    const parts = stage();
    await queue(parts);
    await sendOne(parts, await claimed(world.db));
    const { content, messageId } = await only(world.db);
    expect(content?.toString('utf8')).not.toContain('示例客户');
    expect(
      await world.personKeys.decrypt(
        { personId: ids.debtor, agreementId: 'AGR-1' },
        `message:${messageId}`,
        content ?? Buffer.alloc(0),
      ),
    ).toContain('示例客户');
  });

  it('is queued once however often the workflow asks', async () => {
    const parts = stage();
    await Promise.all([queue(parts), queue(parts), queue(parts)]);
    expect(await due(world.db)).toHaveLength(1);
    expect(await journalKinds(world.db)).toEqual(['message-queued']);
  });

  it('is not due before its time, nor while another sender has it', async () => {
    const parts = stage();
    await queue(parts, { notBefore: '2026-11-24T03:00:00.000Z' });
    expect(await due(world.db)).toEqual([]);
    expect(await due(world.db, { businessNow: '2026-11-24T03:00:00.000Z' })).toHaveLength(1);
    expect(await due(world.db, { businessNow: '2026-11-24T03:00:00.000Z' })).toEqual([]);
  });

  it('whose text would not be fit to be sent is not sent, and the permit is given back', async () => {
    const parts = stage(fakeGate(granted({ salutation: '' })));
    await queue(parts);
    expect(await sendOne(parts, await claimed(world.db))).toBe('unfit');
    expect(parts.provider.sent).toEqual([]);
    expect(parts.unfit).toEqual(['reminder-1: variable']);
    expect(parts.gate.commits.map(({ commit }) => commit.outcome)).toEqual(['never-left']);
    expect(await only(world.db)).toMatchObject({ state: 'failed', because: 'failed' });
  });
});

describe('what the gate says', () => {
  const denial = {
    rule: 'CN-CBA-TIME',
    pack: 'cn-cba-2026',
    packVersion: '1',
    severity: 'self-regulation' as const,
    citation: { document: 'd', article: 'a' },
    zh: '时段',
    en: 'hours',
    until: '2026-11-24T23:00:00.000Z',
  };
  const denied = (earliest: string) => fakeGate({ verdict: 'denied', denials: [denial], earliest });

  it('NIGHT: denied until later, the message waits for a place of its own after that time', async () => {
    const parts = stage(denied('2026-11-25T00:00:00.000Z'));
    await queue(parts);
    expect(await sendOne(parts, await claimed(world.db))).toBe('waiting');
    const { state, notBefore } = await only(world.db);
    expect(state).toBe('queued');
    expect(notBefore >= '2026-11-25T00:00:00.000Z' && notBefore < '2026-11-25T00:30:00.000Z').toBe(true);
    expect(parts.provider.sent).toEqual([]);
  });

  it.each([
    ['never', 'denied'],
    ['2026-11-30T00:00:00.000Z', 'denied'],
  ])('denied until %s: the planner gets it back', async (earliest, because) => {
    const parts = stage(denied(earliest));
    await queue(parts);
    expect(await sendOne(parts, await claimed(world.db))).toBe('denied');
    expect(await only(world.db)).toMatchObject({ state: 'failed', because });
    expect(await events(world.db)).toEqual(['message-failed']);
  });

  it('stale: nothing is sent and the occurrence ends', async () => {
    const parts = stage(fakeGate({ verdict: 'stale', detail: '' }));
    await queue(parts);
    expect(await sendOne(parts, await claimed(world.db))).toBe('stale');
    expect(parts.provider.sent).toEqual([]);
    expect(await only(world.db)).toMatchObject({ state: 'failed', because: 'stale' });
  });

  it.each([{ verdict: 'facts-behind', detail: '' } as const, { verdict: 'no-answer' } as const])(
    '$verdict: asked again, not sent',
    async (answer) => {
      const parts = stage(fakeGate(answer));
      await queue(parts);
      expect(await sendOne(parts, await claimed(world.db))).toBe('waiting');
      expect(await due(world.db)).toEqual([]);
      await world.db.query("UPDATE messages SET parked_until_real = now() - interval '1 second'");
      expect(await due(world.db)).toHaveLength(1);
    },
  );

  it('granted on a newer state of the case than ours: nothing is sent until we know it too, then the new amount', async () => {
    const parts = stage(fakeGate(granted({ caseSeq: 3 }), granted({ caseSeq: 3, permitId: ids.account })));
    await queue(parts);
    expect(await sendOne(parts, await claimed(world.db))).toBe('waiting');
    expect(parts.provider.sent).toEqual([]);
    expect(await only(world.db)).toMatchObject({ state: 'queued', permitId: null, unheardUntilReal: null });
    expect(parts.gate.commits.map(({ commit }) => commit.outcome)).toEqual(['never-left']);

    const [account] = facts().accounts;
    if (account === undefined) throw new Error('a case without an account');
    const paid = facts({ caseSeq: 3, accounts: [{ ...account, overdue: '24600' }] });
    await world.db.transaction((tx) => saveCaseFacts(tx, paid));
    await timePasses(world.db);
    expect(await sendOne(parts, await claimed(world.db))).toBe('accepted');
    expect(parts.provider.sent).toEqual([expect.objectContaining({ text: expect.stringContaining('CNY 246.00') })]);
    expect(await only(world.db)).toMatchObject({ permitId: ids.account });
  });

  it('granted on a newer state, and then silent: the permit stays owed', async () => {
    const parts = stage(fakeGate(granted({ caseSeq: 3 })));
    parts.gate.taking = false;
    await queue(parts);
    expect(await sendOne(parts, await claimed(world.db))).toBe('waiting');
    expect(await only(world.db)).toMatchObject({ state: 'queued', unheardUntilReal: expect.any(String) });
    await timePasses(world.db);
    expect((await claimed(world.db)).unheardBefore).toBe(true);
  });

  it('is not even asked while our own picture of the case is older than the step', async () => {
    const parts = stage();
    await queue(parts, { expects: { caseSeq: 3 } });
    expect(await sendOne(parts, await claimed(world.db))).toBe('waiting');
    expect(parts.gate.asked).toEqual([]);
  });

  it('STOP-ALL: a stopped message waits, asks again after 5 s and ever later, and goes when the order is lifted', async () => {
    const stopped = { verdict: 'stopped', stopOrderId: ids.account, detail: '' } as const;
    const parts = stage(fakeGate(stopped, stopped, stopped, stopped, stopped, granted()));
    await queue(parts);
    const waits: number[] = [];
    for (let ask = 0; ask < 5; ask += 1) {
      expect(await sendOne(parts, await claimed(world.db))).toBe('stopped');
      const [row] = await world.db.query<{ seconds: number }>(
        'SELECT extract(epoch FROM parked_until_real - now())::float8 AS seconds FROM messages',
      );
      waits.push(row?.seconds ?? 0);
      await world.db.query("UPDATE messages SET parked_until_real = now() - interval '1 second'");
    }
    expect(parts.provider.sent).toEqual([]);
    expect((await only(world.db)).state).toBe('queued');
    expect(waits[0]).toBeGreaterThan(4);
    expect(waits[0]).toBeLessThan(10.1);
    for (const seconds of waits.slice(3)) {
      expect(seconds).toBeGreaterThan(29);
      expect(seconds).toBeLessThan(60.1);
    }
    expect(await sendOne(parts, await claimed(world.db))).toBe('accepted');
    expect((await only(world.db)).stoppedAsks).toBe(0);
  });
});

describe('a permit that is older than 3 s when it would be used', () => {
  const aged = () => {
    let aheadMs = 0;
    const parts = stage(fakeGate(granted(), granted({ permitId: ids.account })));
    const age = () => void (aheadMs += 3_001);
    const clock = { ...parts.clock, realNow: () => Date.now() + aheadMs };
    return { parts: { ...parts, clock }, age };
  };
  type Aged = ReturnType<typeof aged>;
  const causes: [string, (of: Aged) => Aged['parts']][] = [
    [
      'the gate answered late',
      ({ parts, age }) => {
        const ask: typeof parts.gate.ask = (request) => parts.gate.ask(request).finally(age);
        return { ...parts, gate: { ...parts.gate, ask } };
      },
    ],
    [
      'its content took long',
      ({ parts, age }) => ({ ...parts, makeContent: (input) => parts.makeContent(input).finally(age) }),
    ],
    [
      'it took long to write down who gets it',
      ({ parts, age }) => {
        const transaction: typeof world.db.transaction = async (work, options) => {
          const result = await world.db.transaction(work, options);
          if ((await only(world.db)).state === 'handed-over') age();
          return result;
        };
        return { ...parts, db: { ...world.db, transaction } };
      },
    ],
  ];

  it.each(causes)('since %s is given back unused, and the gate is asked anew', async (_, slow) => {
    const of = aged();
    await queue(of.parts);
    expect(await sendOne(slow(of), await claimed(world.db))).toBe('waiting');
    expect(of.parts.provider.sent).toEqual([]);
    expect(await only(world.db)).toMatchObject({ state: 'queued', owedToGate: null });
    expect(of.parts.gate.commits.map(({ permitId, commit }) => [permitId, commit.outcome])).toEqual([
      ['0190a000-0000-7000-8000-00000000000a', 'never-left'],
    ]);

    await timePasses(world.db);
    expect(await sendOne(of.parts, await claimed(world.db))).toBe('accepted');
    expect(of.parts.provider.sent).toHaveLength(1);
    expect(await only(world.db)).toMatchObject({ state: 'accepted', permitId: ids.account });
  });
});

describe('SMS-UNKNOWN: a provider that does not answer', () => {
  const lost = () => stage(fakeGate(), { answer: 'unknown' });

  it('is asked what became of it; the message is not sent again', async () => {
    const parts = lost();
    await queue(parts);
    expect(await sendOne(parts, await claimed(world.db))).toBe('unknown');
    expect((await only(world.db)).state).toBe('unknown');
    parts.provider.known = () => ({ answer: 'known', status: 'delivered', providerMessageId: 'p-9' });
    await lookNow(world.db);
    await reconcile(parts);
    expect(await only(world.db)).toMatchObject({ state: 'delivered', providerMessageId: 'p-9', owedToGate: null });
    expect(parts.provider.sent).toHaveLength(1);
    expect(await events(world.db)).toEqual(['message-unknown', 'message-delivered']);
  });

  it('that never had it lets the message be queued again, but only after the permit is over', async () => {
    const parts = lost();
    await queue(parts);
    await sendOne(parts, await claimed(world.db));
    parts.provider.known = () => ({ answer: 'never-had' });
    await lookNow(world.db);
    await reconcile(parts);
    expect((await only(world.db)).state).toBe('unknown');
    await world.db.query("UPDATE messages SET permit_expires_real = now() - interval '1 minute'");
    await lookNow(world.db);
    await reconcile(parts);
    expect(await only(world.db)).toMatchObject({ state: 'queued', owedToGate: null });
    expect(parts.gate.commits.at(-1)?.commit.outcome).toBe('never-left');
  });

  it('that never had it is asked again when the permit is over, however often the message had waited before', async () => {
    const parts = lost();
    await queue(parts);
    await sendOne(parts, await claimed(world.db));
    parts.provider.known = () => ({ answer: 'never-had' });
    await world.db.query("UPDATE messages SET attempts = 20, retry_at_real = now() - interval '1 second'");
    await reconcile(parts);
    const [row] = await world.db.query<{ seconds: number }>(
      'SELECT extract(epoch FROM retry_at_real - permit_expires_real)::float8 AS seconds FROM messages',
    );
    expect(row?.seconds).toBeGreaterThan(5);
    expect(row?.seconds).toBeLessThan(7);
  });

  it('and whose word that it never had a message can’t be relied on leaves it to its receipt or to people', async () => {
    const shaky = fakeProvider({ tellsNeverHad: false }, { answer: 'unknown' });
    const parts = stageOf(world, [shaky.port]);
    await queue(parts);
    await sendOne(parts, await claimed(world.db));
    shaky.known = () => ({ answer: 'never-had' });
    await world.db.query("UPDATE messages SET permit_expires_real = now() - interval '1 minute'");
    for (let look = 0; look < 3; look += 1) {
      await lookNow(world.db);
      await reconcile(parts);
    }
    expect(await only(world.db)).toMatchObject({ state: 'unknown' });
    expect(shaky.sent).toHaveLength(1);
  });
});

describe('a process that dies', () => {
  it('between intent and provider leaves a message that is settled by asking', async () => {
    const parts = stage();
    await queue(parts);
    const row = await claimed(world.db);
    parts.provider.answers = [() => Promise.reject(new Error('killed'))];
    await expect(sendOne(parts, row)).rejects.toThrow('killed');
    expect(await only(world.db)).toMatchObject({ state: 'handed-over' });
    expect(await due(world.db)).toEqual([]);
    parts.provider.known = () => ({ answer: 'known', status: 'sent', providerMessageId: 'p-2' });
    await lookNow(world.db);
    await reconcile(parts);
    expect(await only(world.db)).toMatchObject({ state: 'sent' });
    expect(parts.gate.commits.map(({ commit }) => commit.outcome)).toEqual(['handed-over']);
  });

  it('before it told the gate is made up for later', async () => {
    const parts = stage();
    parts.gate.taking = false;
    await queue(parts);
    await sendOne(parts, await claimed(world.db));
    expect((await only(world.db)).owedToGate).toBe('handed-over');
    parts.gate.taking = true;
    await lookNow(world.db);
    await reconcile(parts);
    expect((await only(world.db)).owedToGate).toBeNull();
    expect(parts.gate.commits).toHaveLength(1);
  });
});

describe('other answers of a provider', () => {
  it('throttled: back into the queue, the counters given back', async () => {
    const parts = stage(fakeGate(), { answer: 'throttled', retryAfterMs: 2000 });
    await queue(parts);
    expect(await sendOne(parts, await claimed(world.db))).toBe('throttled');
    expect(await only(world.db)).toMatchObject({ state: 'queued', owedToGate: null });
    expect(parts.gate.commits.map(({ commit }) => commit.outcome)).toEqual(['never-left']);
    expect(await due(world.db)).toEqual([]);
  });

  it('refused: failed, the counters given back', async () => {
    const parts = stage(fakeGate(), { answer: 'refused', code: 'HTTP 422', blames: 'message' });
    await queue(parts);
    expect(await sendOne(parts, await claimed(world.db))).toBe('refused');
    expect(await only(world.db)).toMatchObject({ state: 'failed', because: 'refused-by-provider' });
    expect(parts.gate.commits.map(({ commit }) => commit.outcome)).toEqual(['never-left']);
  });
});

describe('a provider that refuses since nobody is there', () => {
  const refused = async () => {
    const parts = stage(fakeGate(), {
      ...{ answer: 'refused', code: 'no-such-number', blames: 'message', nobodyThere: 'unknown-address' },
    });
    await queue(parts);
    expect(await sendOne(parts, await claimed(world.db))).toBe('refused');
    return parts;
  };

  it('tells what a return tells, of the number that was tried; nothing counts as sent', async () => {
    const parts = await refused();
    expect(await only(world.db)).toMatchObject({ state: 'returned', because: 'unknown-address', owedToGate: null });
    expect(parts.gate.commits.map(({ commit }) => commit.outcome)).toEqual(['never-left']);
    expect(await events(world.db)).toEqual(['message-returned']);
    const [entry] = await world.db.query<{ data: Record<string, unknown> }>(
      "SELECT data FROM journal WHERE kind = 'message-returned'",
    );
    expect(entry?.data).toMatchObject({
      because: 'unknown-address',
      returnedAt: at,
      contactPointId: '0190a000-0000-7000-8000-00000000000b',
      provider: 'sms-1',
    });
    // The gate would count a return under a permit as sent.
    expect(entry?.data).not.toHaveProperty('permitId');
    expect(await verifyCaseJournal(world.db, ids.case)).toMatchObject({ ok: true });
  });

  it('is not asked again, and is believed when it says later that it had delivered', async () => {
    const parts = await refused();
    await timePasses(world.db);
    expect([await due(world.db), await reconcile(parts)]).toEqual([[], 0]);
    const { messageId: clientReference } = await only(world.db);
    expect(await takeReceipt(parts, 'sms-1', { clientReference, status: 'sent', at })).toBe('nothing-new');
    expect(await takeReceipt(parts, 'sms-1', { clientReference, status: 'delivered', at })).toBe('taken');
    expect((await only(world.db)).state).toBe('delivered');
  });
});

describe('the workflow may withdraw', () => {
  it('a queued message; one that is on its way is too late', async () => {
    const parts = stage();
    await queue(parts);
    const { effectKey } = message();
    const { cancelMessage } = activitiesOf(parts);
    expect(await cancelMessage({ effectKey })).toBe('cancelled');
    expect(await cancelMessage({ effectKey })).toBe('cancelled');
    expect(await due(world.db)).toEqual([]);
    await queue(parts, { effectKey: 'other/1' });
    await sendOne(parts, await claimed(world.db));
    expect(await cancelMessage({ effectKey: 'other/1' })).toBe('too-late');
  });

  it('is told at once when the case has moved on', async () => {
    const parts = stage();
    await world.db.transaction((tx) => saveCaseFacts(tx, facts({ caseSeq: 5, voidBefore: 5 })));
    expect(await activitiesOf(parts).queueMessage(message())).toBe('stale');
  });
});

describe('two senders on one queue', () => {
  it('send each of 60 messages once', async () => {
    const parts = stage(fakeGate(granted()));
    await world.db.transaction((tx) => saveCaseFacts(tx, facts()));
    for (let number = 1; number <= 60; number += 1)
      await activitiesOf(parts).queueMessage(message({ effectKey: `k/${number}` }));
    const options = () => ({
      onAttempt: () => undefined,
      onError: (error: unknown) => {
        throw error as Error;
      },
    });
    const loops = [startSendingLoop(parts, options()), startSendingLoop(parts, options())];
    const end = Date.now() + 20_000;
    while (parts.provider.sent.length < 60 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
    await Promise.all(loops.map((loop) => loop.stop()));
    expect(new Set(parts.provider.sent.map(({ clientReference }) => clientReference)).size).toBe(60);
    expect(parts.provider.sent).toHaveLength(60);
  });
});
