import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { verifyCaseJournal } from '@arrears/audit';
import { sendOne } from '../sending/sender.js';
import { fakeGate, fakeProvider, granted, ids } from '../testing/fakes.js';
import {
  at,
  claimed,
  events,
  indexKey,
  only,
  openWorld,
  queue,
  smsStage,
  stageOf,
  type World,
} from '../testing/world.js';
import { takeInbound, type Inbound } from './inbound.service.js';
import { listUnknownSenders } from './inbound.store.js';

let world: World;
beforeAll(async () => (world = await openWorld()));
afterAll(() => world.close());
beforeEach(() => world.clear());

const sms = { id: 'sms-1', channel: 'sms' } as const;
const reply = (over: Partial<Inbound> = {}): Inbound => ({
  inboundId: 'in-1',
  from: '+12125550100',
  text: '退订',
  at,
  ...over,
});
async function sentSms() {
  const parts = { ...smsStage(world), indexKey };
  await queue(parts);
  await sendOne(parts, await claimed(world.db));
  return parts;
}
const kept = async () => {
  const [row] = await world.db.query<{ inboundId: string; content: Buffer; kind: string; keyDay: string | null }>(
    'SELECT inbound_id AS "inboundId", content, kind, key_day AS "keyDay" FROM inbound',
  );
  if (!row) throw new Error('nothing was kept');
  return row;
};

describe('an answer to a message', () => {
  it('belongs to the last message to that number, is kept sealed with his key and told once', async () => {
    const parts = await sentSms();
    expect(await takeInbound(parts, sms, reply())).toBe('taken');
    expect(await takeInbound(parts, sms, reply())).toBe('known-already');
    const { messageId } = await only(world.db);
    const row = await kept();
    expect(row).toMatchObject({ kind: 'opt-out', keyDay: null });
    for (const personal of ['退订', '12125550100']) expect(row.content.toString('utf8')).not.toContain(personal);
    const opened = await world.personKeys.decrypt(
      { personId: ids.debtor, agreementId: 'AGR-1' },
      `inbound:${row.inboundId}`,
      row.content,
    );
    expect(JSON.parse(opened ?? '')).toEqual({ from: '+12125550100', text: '退订' });
    expect(await events(world.db)).toEqual(['message-accepted', 'message-received']);
    const [entry] = await world.db.query<{ data: Record<string, unknown> }>(
      "SELECT data FROM journal WHERE kind = 'message-received'",
    );
    expect(entry?.data).toMatchObject({
      kind: 'opt-out',
      channel: 'sms',
      messageId,
      personId: ids.debtor,
      caseId: ids.case,
      contactPointId: '0190a000-0000-7000-8000-00000000000b',
    });
    expect(JSON.stringify(entry?.data)).not.toContain('12125550100');
    expect(await verifyCaseJournal(world.db, ids.case)).toMatchObject({ ok: true });
  });

  it('is found whatever spelling of the number the provider uses', async () => {
    const parts = { ...smsStage(world, fakeGate(granted({ destination: '+8613800000001' }))), indexKey };
    await queue(parts);
    await sendOne(parts, await claimed(world.db));
    const spellings = ['13800000001', '86 138 0000 0001', '+86-138-0000-0001', '008613800000001'];
    for (const [n, from] of spellings.entries())
      expect(await takeInbound(parts, sms, reply({ inboundId: `in-${n}`, from }))).toBe('taken');
    expect(await world.db.query('SELECT count(*)::int AS n FROM inbound WHERE message_id IS NOT NULL')).toEqual([
      { n: spellings.length },
    ]);
  });

  it('of two messages to a number belongs to the later one', async () => {
    const parts = await sentSms();
    await world.db.query("UPDATE messages SET handed_over_at = handed_over_at - interval '1 hour'");
    await queue(parts, { effectKey: 'later' });
    await sendOne(parts, await claimed(world.db));
    await takeInbound(parts, sms, reply({ text: 'hello' }));
    const rows = await world.db.query('SELECT effect_key AS "effectKey" FROM inbound JOIN messages USING (message_id)');
    expect(rows).toEqual([{ effectKey: 'later' }]);
  });

  it('by mail names the message it answers, from whatever address it comes', async () => {
    const mail = fakeProvider({ id: 'mail', channel: 'email' });
    const parts = {
      ...stageOf(world, [mail.port], fakeGate(granted({ destination: 'debtor@example.com' }))),
      indexKey,
    };
    await queue(parts, { channel: 'email', templateId: 'reminder-email' });
    await sendOne(parts, await claimed(world.db, 'email'));
    const { messageId } = await only(world.db);
    const answer = reply({ from: 'alias@example.org', text: 'Unsubscribe\n> …', clientReference: messageId });
    await takeInbound(parts, { id: 'mail', channel: 'email' }, answer);
    expect(await kept()).toMatchObject({ kind: 'opt-out', keyDay: null });
  });

  it('whose time has not come is refused', async () => {
    const parts = await sentSms();
    expect(await takeInbound(parts, sms, reply({ at: '2026-11-24T03:00:00.000Z' }))).toBe('from-the-future');
  });
});

describe('an answer from somebody nobody knows', () => {
  it('is kept under the key of the day and listed, and no event tells of it', async () => {
    const parts = await sentSms();
    expect(await takeInbound(parts, sms, reply({ from: '+12125550199', text: 'who are you' }))).toBe('taken');
    const row = await kept();
    expect(row).toMatchObject({ kind: 'reply', keyDay: '2026-11-24' });
    const opened = await world.personKeys.day.decrypt('2026-11-24', 'inbound', row.content);
    expect(JSON.parse(opened?.toString('utf8') ?? '')).toEqual({ from: '+12125550199', text: 'who are you' });
    expect(await listUnknownSenders(world.db, { after: null, limit: 10 })).toEqual([
      expect.objectContaining({ inboundId: row.inboundId, provider: 'sms-1', kind: 'reply' }),
    ]);
    expect(await events(world.db)).toEqual(['message-accepted']);
  });
});
