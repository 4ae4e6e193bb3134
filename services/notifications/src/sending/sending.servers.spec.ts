import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { auditMigrations } from '@arrears/audit';
import { steppedClock } from '@arrears/clock';
import { createMetrics, type Invariant } from '@arrears/observability';
import { messagingMigrations } from '@arrears/messaging';
import {
  openDatabase,
  openPersonKeys,
  keysMigrations,
  runMigrations,
  type Database,
  type PersonKeys,
} from '@arrears/persistence';
import { createTestDatabase } from '@arrears/persistence/testing';
import { saveCaseFacts } from '../case-facts/case-facts.store.js';
import { messageActivities } from '../messages/message.activities.js';
import { claimDue, findMessage, type MessageRow } from '../messages/message.store.js';
import { takeReceipt } from '../receipts/receipt.service.js';
import { loadTemplates } from '../templates/load-templates.js';
import {
  facts,
  fakeGate,
  fakeProvider,
  granted,
  ids,
  message,
  type FakeGate,
  type FakeProvider,
} from '../testing/fakes.js';
import { measureQueue, timedProvider } from './metrics.js';
import { reconcile } from './reconcile.js';
import { sendOne, type SenderParts } from './sender.js';
import { startSendingLoop } from './sending-loop.js';

const at = '2026-11-24T02:00:00.000Z';
const templates = loadTemplates(fileURLToPath(new URL('../../templates', import.meta.url)));
const unlimited = { take: async () => undefined };

let db: Database;
let personKeys: PersonKeys;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const own = await createTestDatabase('notifications');
  const keys = await createTestDatabase('keys');
  await runMigrations({ url: keys.url, folders: [keysMigrations] });
  await runMigrations({
    url: own.url,
    folders: [
      messagingMigrations,
      auditMigrations,
      { name: 'notifications', path: fileURLToPath(new URL('../../migrations', import.meta.url)) },
    ],
  });
  db = await openDatabase({ url: own.url, name: 'notifications-test' });
  personKeys = openPersonKeys({ url: keys.url, ring: { active: 'm1', keys: new Map([['m1', randomBytes(32)]]) } });
  closing.push(
    () => db.close(),
    () => personKeys.close(),
    own.drop,
    keys.drop,
  );
});
afterAll(async () => {
  for (const close of closing) await close();
});
beforeEach(async () => {
  await db.query('TRUNCATE messages, receipts, case_facts, outbox, journal CASCADE');
});

interface Stage extends SenderParts {
  gate: FakeGate;
  provider: FakeProvider;
}
function stage(gate: FakeGate = fakeGate(), provider: FakeProvider = fakeProvider()): Stage {
  return {
    db,
    clock: { ...steppedClock(at), realNow: () => Date.now() },
    gate,
    provider,
    limit: unlimited,
    templates,
    personKeys,
  };
}
async function queue(parts: Stage, over = {}) {
  await db.transaction((tx) => saveCaseFacts(tx, facts()));
  return messageActivities(parts).queueMessage(message(over));
}
async function claimed(): Promise<MessageRow> {
  const [row] = await claimDue(db, at, 10);
  if (!row) throw new Error('nothing is due');
  return row;
}
async function only(): Promise<MessageRow> {
  const [{ messageId } = { messageId: '' }] = await db.query<{ messageId: string }>(
    'SELECT message_id AS "messageId" FROM messages',
  );
  const row = await findMessage(db, messageId);
  if (!row) throw new Error('no message');
  return row;
}
const events = async () =>
  (await db.query<{ type: string }>('SELECT type FROM outbox ORDER BY id')).map(({ type }) => type.split('.')[2]);

describe('what the metrics of the queue say', () => {
  const standing = async () => {
    const metrics = createMetrics();
    const clock = { ...steppedClock('2026-11-24T02:10:00.000Z'), realNow: () => Date.now() };
    measureQueue(metrics, { db, clock, provider: 'sms-http' });
    return {
      unknown: await metrics.value('messages_unknown'),
      unknownFor: await metrics.value('messages_unknown_oldest_seconds'),
      waitingFor: await metrics.value('send_queue_oldest_seconds'),
    };
  };

  it('how long the first has waited, and for how long nobody knows an outcome', async () => {
    expect(await standing()).toEqual({ unknown: 0, unknownFor: 0, waitingFor: 0 });
    const parts = stage(fakeGate(), fakeProvider({ answer: 'unknown' }));
    await queue(parts, { notBefore: '2026-11-24T01:10:00.000Z' });
    expect(await standing()).toEqual({ unknown: 0, unknownFor: 0, waitingFor: 3600 });
    await sendOne(parts, await claimed());
    expect(await standing()).toEqual({ unknown: 1, unknownFor: 600, waitingFor: 0 });
  });

  it('how long the provider takes, also when it fails', async () => {
    const metrics = createMetrics();
    const failing = { ...fakeProvider(), ask: () => Promise.reject(new Error('a defect')) };
    const provider = timedProvider(failing, metrics);
    await provider.send({ clientReference: 'm', to: '+1', text: 'x', validUntil: at });
    await expect(provider.ask('m')).rejects.toThrow('a defect');
    expect(await metrics.text()).toContain('arrears_provider_request_duration_seconds_count{provider="sms-http"} 2');
  });
});

describe('a message on its way', () => {
  it('is written down with its permit and text before the provider sees it, then accepted', async () => {
    const parts = stage();
    await queue(parts);
    expect(await sendOne(parts, await claimed())).toBe('accepted');
    const row = await only();
    expect(row).toMatchObject({ state: 'accepted', providerMessageId: 'p-1', templateVersion: 1, owedToGate: null });
    expect(parts.provider.sent).toEqual([
      {
        clientReference: row.messageId,
        to: '+12125550100',
        text: expect.stringContaining('CNY 1,246.00'),
        validUntil: '2026-11-24T14:00:00.000Z',
      },
    ]);
    expect(parts.gate.commits.map(({ commit }) => commit)).toEqual([
      { messageId: row.messageId, contentHash: row.contentHash, outcome: 'handed-over', at },
    ]);
    expect(await events()).toEqual(['message-accepted']);
  });

  it('keeps its text sealed under the person’s key', async () => {
    const parts = stage();
    await queue(parts);
    await sendOne(parts, await claimed());
    const { content, messageId } = await only();
    expect(content?.toString('utf8')).not.toContain('示例客户');
    expect(
      await personKeys.decrypt(
        { personId: ids.debtor, agreementId: 'AGR-1' },
        `message:${messageId}`,
        content ?? Buffer.alloc(0),
      ),
    ).toContain('示例客户');
  });

  it('is queued once however often the workflow asks', async () => {
    const parts = stage();
    await Promise.all([queue(parts), queue(parts), queue(parts)]);
    expect(await claimDue(db, at, 10)).toHaveLength(1);
  });

  it('is not due before its time, nor while another sender has it', async () => {
    const parts = stage();
    await queue(parts, { notBefore: '2026-11-24T03:00:00.000Z' });
    expect(await claimDue(db, at, 10)).toEqual([]);
    expect(await claimDue(db, '2026-11-24T03:00:00.000Z', 10)).toHaveLength(1);
    expect(await claimDue(db, '2026-11-24T03:00:00.000Z', 10)).toEqual([]);
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

  it('denied until later: the message waits for that time', async () => {
    const parts = stage(fakeGate({ verdict: 'denied', denials: [denial], earliest: '2026-11-25T00:00:00.000Z' }));
    await queue(parts);
    expect(await sendOne(parts, await claimed())).toBe('waiting');
    expect(await only()).toMatchObject({ state: 'queued', notBefore: '2026-11-25T00:00:00.000Z' });
    expect(parts.provider.sent).toEqual([]);
  });

  it.each([
    ['never', 'denied'],
    ['2026-11-30T00:00:00.000Z', 'denied'],
  ])('denied until %s: the planner gets it back', async (earliest, because) => {
    const parts = stage(fakeGate({ verdict: 'denied', denials: [denial], earliest }));
    await queue(parts);
    expect(await sendOne(parts, await claimed())).toBe('denied');
    expect(await only()).toMatchObject({ state: 'failed', because });
    expect(await events()).toEqual(['message-failed']);
  });

  it('stale: nothing is sent and the occurrence ends', async () => {
    const parts = stage(fakeGate({ verdict: 'stale', detail: '' }));
    await queue(parts);
    expect(await sendOne(parts, await claimed())).toBe('stale');
    expect(parts.provider.sent).toEqual([]);
    expect(await only()).toMatchObject({ state: 'failed', because: 'stale' });
  });

  it.each([{ verdict: 'facts-behind', detail: '' } as const, { verdict: 'no-answer' } as const])(
    '$verdict: asked again, not sent',
    async (answer) => {
      const parts = stage(fakeGate(answer));
      await queue(parts);
      expect(await sendOne(parts, await claimed())).toBe('waiting');
      expect(await claimDue(db, at, 10)).toEqual([]);
      await db.query("UPDATE messages SET retry_at_real = now() - interval '1 second'");
      expect(await claimDue(db, at, 10)).toHaveLength(1);
    },
  );

  it('is not even asked while our own picture of the case is older than the step', async () => {
    const parts = stage();
    await queue(parts, { expects: { caseSeq: 3 } });
    expect(await sendOne(parts, await claimed())).toBe('waiting');
    expect(parts.gate.asked).toEqual([]);
  });
});

describe('SMS-UNKNOWN: a provider that does not answer', () => {
  const lost = () => stage(fakeGate(), fakeProvider({ answer: 'unknown' }));

  it('is asked what became of it; the message is not sent again', async () => {
    const parts = lost();
    await queue(parts);
    expect(await sendOne(parts, await claimed())).toBe('unknown');
    expect((await only()).state).toBe('unknown');
    parts.provider.known = { answer: 'known', status: 'delivered', providerMessageId: 'p-9' };
    await db.query("UPDATE messages SET retry_at_real = now() - interval '1 second'");
    await reconcile(parts);
    expect(await only()).toMatchObject({ state: 'delivered', providerMessageId: 'p-9', owedToGate: null });
    expect(parts.provider.sent).toHaveLength(1);
    expect(await events()).toEqual(['message-unknown', 'message-delivered']);
  });

  it('that never had it lets the message be queued again, but only after the permit is over', async () => {
    const parts = lost();
    await queue(parts);
    await sendOne(parts, await claimed());
    parts.provider.known = { answer: 'never-received' };
    const lookNow = () => db.query("UPDATE messages SET retry_at_real = now() - interval '1 second'");
    await lookNow();
    await reconcile(parts);
    expect((await only()).state).toBe('unknown');
    await db.query("UPDATE messages SET permit_expires_real = now() - interval '1 minute'");
    await lookNow();
    await reconcile(parts);
    expect(await only()).toMatchObject({ state: 'queued', owedToGate: null });
    expect(parts.gate.commits.at(-1)?.commit.outcome).toBe('never-left');
  });

  it('that never had it is asked again when the permit is over, however often the message had waited before', async () => {
    const parts = lost();
    await queue(parts);
    await sendOne(parts, await claimed());
    parts.provider.known = { answer: 'never-received' };
    await db.query("UPDATE messages SET attempts = 20, retry_at_real = now() - interval '1 second'");
    await reconcile(parts);
    const [row] = await db.query<{ seconds: number }>(
      'SELECT extract(epoch FROM retry_at_real - permit_expires_real)::float8 AS seconds FROM messages',
    );
    expect(row?.seconds).toBeGreaterThan(5);
    expect(row?.seconds).toBeLessThan(7);
  });
});

describe('a process that dies', () => {
  it('between intent and provider leaves a message that is settled by asking', async () => {
    const parts = stage();
    await queue(parts);
    const row = await claimed();
    const dying = { ...parts, provider: { ...parts.provider, send: async () => Promise.reject(new Error('killed')) } };
    await expect(sendOne(dying, row)).rejects.toThrow('killed');
    expect(await only()).toMatchObject({ state: 'permitted' });
    expect(await claimDue(db, at, 10)).toEqual([]);
    parts.provider.known = { answer: 'known', status: 'sent', providerMessageId: 'p-2' };
    await db.query("UPDATE messages SET retry_at_real = now() - interval '1 second'");
    await reconcile(parts);
    expect(await only()).toMatchObject({ state: 'sent' });
    expect(parts.gate.commits.map(({ commit }) => commit.outcome)).toEqual(['handed-over']);
  });

  it('before it told the gate is made up for later', async () => {
    const parts = stage();
    parts.gate.taking = false;
    await queue(parts);
    await sendOne(parts, await claimed());
    expect((await only()).owedToGate).toBe('handed-over');
    parts.gate.taking = true;
    await db.query("UPDATE messages SET retry_at_real = now() - interval '1 second'");
    await reconcile(parts);
    expect((await only()).owedToGate).toBeNull();
    expect(parts.gate.commits).toHaveLength(1);
  });
});

describe('other answers of a provider', () => {
  it('throttled: back into the queue, the counters given back', async () => {
    const parts = stage(fakeGate(), fakeProvider({ answer: 'throttled', retryAfterMs: 2000 }));
    await queue(parts);
    expect(await sendOne(parts, await claimed())).toBe('throttled');
    expect(await only()).toMatchObject({ state: 'queued', owedToGate: null });
    expect(parts.gate.commits.map(({ commit }) => commit.outcome)).toEqual(['never-left']);
    expect(await claimDue(db, at, 10)).toEqual([]);
  });

  it('refused: failed, the counters given back', async () => {
    const parts = stage(fakeGate(), fakeProvider({ answer: 'refused', detail: 'HTTP 422' }));
    await queue(parts);
    expect(await sendOne(parts, await claimed())).toBe('refused');
    expect(await only()).toMatchObject({ state: 'failed', because: 'refused-by-provider' });
    expect(parts.gate.commits.map(({ commit }) => commit.outcome)).toEqual(['never-left']);
  });
});

describe('receipts', () => {
  const receipt = (messageId: string, status: 'sent' | 'delivered' | 'failed', when = at) => ({
    clientReference: messageId,
    providerMessageId: 'p-1',
    status,
    at: when,
  });

  it('count once, in whatever order they come', async () => {
    const parts = stage();
    await queue(parts);
    await sendOne(parts, await claimed());
    const { messageId } = await only();
    expect(await takeReceipt(parts, 'sms-http', receipt(messageId, 'delivered'))).toBe('taken');
    expect(await takeReceipt(parts, 'sms-http', receipt(messageId, 'delivered'))).toBe('known-already');
    expect(await takeReceipt(parts, 'sms-http', receipt(messageId, 'sent'))).toBe('nothing-new');
    expect((await only()).state).toBe('delivered');
    expect(await events()).toEqual(['message-accepted', 'message-delivered']);
  });

  it('LATE-SMS: a delivery after the window is reported as late', async () => {
    const parts = stage();
    await queue(parts);
    await sendOne(parts, await claimed());
    const { messageId } = await only();
    const seen: Invariant[] = [];
    const watched = { ...parts, violated: (invariant: Invariant) => void seen.push(invariant) };
    const late = receipt(messageId, 'delivered', '2026-11-24T15:00:00.000Z');
    await takeReceipt(watched, 'sms-http', late);
    await takeReceipt(watched, 'sms-http', late);
    expect(await only()).toMatchObject({ state: 'delivered', late: true });
    expect(seen).toEqual(['quiet_hours']);
  });

  it('that name another message of the provider than the one we know show that it was taken twice', async () => {
    const parts = stage();
    await queue(parts);
    await sendOne(parts, await claimed());
    const { messageId } = await only();
    const seen: Invariant[] = [];
    const watched = { ...parts, violated: (invariant: Invariant) => void seen.push(invariant) };
    await takeReceipt(watched, 'sms-http', receipt(messageId, 'sent'));
    expect(seen).toEqual([]);
    await takeReceipt(watched, 'sms-http', { ...receipt(messageId, 'delivered'), providerMessageId: 'p-2' });
    expect(seen).toEqual(['duplicate_contact']);
  });

  it('of a message we never sent, or of another provider, are refused', async () => {
    const parts = stage();
    await queue(parts);
    const { messageId } = await only();
    expect(await takeReceipt(parts, 'sms-http', receipt(messageId, 'delivered'))).toBe('unknown-message');
    expect(await takeReceipt(parts, 'sms-http', receipt(ids.account, 'delivered'))).toBe('unknown-message');
  });
});

describe('the workflow may withdraw', () => {
  it('a queued message; one that is on its way is too late', async () => {
    const parts = stage();
    await queue(parts);
    const { effectKey } = message();
    const { cancelMessage } = messageActivities(parts);
    expect(await cancelMessage({ effectKey })).toBe('cancelled');
    expect(await cancelMessage({ effectKey })).toBe('cancelled');
    expect(await claimDue(db, at, 10)).toEqual([]);
    await queue(parts, { effectKey: 'other/1' });
    await sendOne(parts, await claimed());
    expect(await cancelMessage({ effectKey: 'other/1' })).toBe('too-late');
  });

  it('is told at once when the case has moved on', async () => {
    const parts = stage();
    await db.transaction((tx) => saveCaseFacts(tx, facts({ caseSeq: 5, voidBefore: 5 })));
    expect(await messageActivities(parts).queueMessage(message())).toBe('stale');
  });
});

describe('two senders on one queue', () => {
  it('send each of 60 messages once', async () => {
    const parts = stage(fakeGate(granted()));
    await db.transaction((tx) => saveCaseFacts(tx, facts()));
    for (let number = 1; number <= 60; number += 1)
      await messageActivities(parts).queueMessage(message({ effectKey: `k/${number}` }));
    const options = {
      onAttempt: () => undefined,
      onError: (error: unknown) => {
        throw error as Error;
      },
    };
    const loops = [startSendingLoop(parts, options), startSendingLoop(parts, options)];
    const end = Date.now() + 20_000;
    while (parts.provider.sent.length < 60 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
    await Promise.all(loops.map((loop) => loop.stop()));
    expect(new Set(parts.provider.sent.map(({ clientReference }) => clientReference)).size).toBe(60);
    expect(parts.provider.sent).toHaveLength(60);
  });
});
