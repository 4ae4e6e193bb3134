import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { MessageChannel } from '../providers/ports.js';
import { fakeProvider, ids } from '../testing/fakes.js';
import { claimed, messageOf, openWorld, queue, stageOf, type World } from '../testing/world.js';
import { provesContent, type Kept } from './content-proof.js';
import type { SenderParts } from './parts.js';
import { sendOne } from './sender.js';

let world: World;
beforeAll(async () => (world = await openWorld()));
afterAll(() => world.close());
beforeEach(() => world.clear());

const templateOf: Record<MessageChannel, string> = {
  sms: 'reminder-1',
  email: 'reminder-email',
  letter: 'dunning-letter',
  voiceBot: 'spoken-reminder',
};
const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');

async function sent(
  channel: MessageChannel,
  effectKey = 'k/1',
  change: (parts: SenderParts) => SenderParts = (p) => p,
) {
  const provider = fakeProvider({ id: channel, channel });
  const parts = stageOf(world, [provider.port]);
  await queue(parts, { effectKey, channel, templateId: templateOf[channel] });
  const attempt = await sendOne(change(parts), await claimed(world.db, channel));
  const row = await messageOf(world.db, effectKey);
  const person = { personId: row.personId, agreementId: row.agreementId };
  const open = async (): Promise<string> =>
    (await world.personKeys.decrypt(person, `message:${row.messageId}`, row.content ?? Buffer.alloc(0))) ?? '';
  return { attempt, row, open, parts };
}

describe.each(['sms', 'email', 'voiceBot'] as const)('the hash of what was said, %s', (channel) => {
  it('is proved by who is shown the words and their salt, and by no other words', async () => {
    const { row, open } = await sent(channel);
    const opened = await open();
    expect(provesContent(opened, row.contentHash ?? '')).toBe(true);
    const kept = JSON.parse(opened) as Kept;
    expect(kept.said).toContain('示例客户');
    expect(provesContent(JSON.stringify({ ...kept, said: `${kept.said} ` }), row.contentHash ?? '')).toBe(false);
    expect(provesContent(JSON.stringify({ ...kept, salt: '0'.repeat(64) }), row.contentHash ?? '')).toBe(false);
  });

  it('can’t be found by trying names: it is no plain hash, and another one for the same words in another message', async () => {
    const one = await sent(channel);
    const two = await sent(channel, 'k/2');
    const [first, second] = [await one.open(), await two.open()].map((text) => JSON.parse(text) as Kept);
    expect(first?.said).toBe(second?.said);
    expect(one.row.contentHash).toMatch(/^[0-9a-f]{64}$/);
    expect(one.row.contentHash).not.toBe(two.row.contentHash);
    expect(one.row.contentHash).not.toBe(sha256(first?.said ?? ''));
  });

  it('stands in the journal, in the event and at the gate, without the salt', async () => {
    const { row, open, parts } = await sent(channel);
    const { salt } = JSON.parse(await open()) as Kept;
    const [told] = await world.db.query<{ journal: string; events: string }>(
      `SELECT (SELECT string_agg(data::text, ' ') FROM journal) AS journal,
              (SELECT string_agg(payload, ' ') FROM outbox) AS events`,
    );
    for (const text of [told?.journal, told?.events]) {
      expect(text).toContain(row.contentHash);
      expect(text).not.toContain(salt);
    }
    expect(parts.gate.commits.map(({ commit }) => commit.contentHash)).toEqual([row.contentHash]);
  });

  it('is the same each time the same message is made, so that one permit stays for one content', async () => {
    const hashes: string[] = [];
    await sent(channel, 'k/1', (parts) => ({
      ...parts,
      makeContent: async (input) => {
        hashes.push((await parts.makeContent(input)).contentHash);
        return parts.makeContent(input);
      },
    })).then(({ row }) => hashes.push(row.contentHash ?? ''));
    expect(new Set(hashes).size).toBe(1);
  });
});

describe('the hash of a letter', () => {
  it('is its file’s, which holds the salt: two letters of the same words are two files', async () => {
    const one = await sent('letter');
    const two = await sent('letter', 'k/2');
    const file = world.files.get(one.row.fileHash ?? '');
    expect(one.row.contentHash).toBe(sha256(file ?? Buffer.alloc(0)));
    expect(file?.toString('utf8')).toContain((JSON.parse(await one.open()) as Kept).salt);
    expect(two.row.contentHash).not.toBe(one.row.contentHash);
  });
});

describe('a person whose key was destroyed', () => {
  it('gets nothing that could not be proved: the message fails and its permit goes back', async () => {
    const provider = fakeProvider();
    const parts = stageOf(world, [provider.port]);
    const personId = randomUUID();
    await queue(parts, { personId });
    await world.personKeys.destroy({ personId, agreementId: 'AGR-1' });
    expect(await sendOne(parts, await claimed(world.db))).toBe('unfit');
    expect([provider.sent, parts.unfit]).toEqual([[], ['reminder-1: key-destroyed']]);
    expect(parts.gate.commits.map(({ commit }) => commit.outcome)).toEqual(['never-left']);
    expect(await messageOf(world.db, `${ids.case}/reminder-1/1`)).toMatchObject({ state: 'failed', because: 'failed' });
  });
});
