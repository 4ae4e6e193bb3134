import { createHash, randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { steppedClock } from '@arrears/clock';
import {
  openDatabase,
  openPersonKeys,
  keysMigrations,
  runMigrations,
  type Database,
  type PersonKeys,
} from '@arrears/persistence';
import { createTestDatabase } from '@arrears/persistence/testing';
import type { QueueMessage } from '@arrears/contracts';
import { saveCaseFacts } from '../case-facts/case-facts.store.js';
import { messageActivities } from '../messages/message.activities.js';
import { findMessage, lockMessage, type MessageRow } from '../messages/message.store.js';
import { claimDue, wakeParked, type ClaimedRow } from '../messages/queue.store.js';
import { notificationsMigrations } from '../migrations.js';
import type { ProviderPort } from '../providers/ports.js';
import { contentMaker, type Letters } from '../sending/content.js';
import { providersOf } from '../sending/providers.js';
import { recallFrom } from '../sending/recall.js';
import type { SenderParts } from '../sending/parts.js';
import type { Templates } from '../templates/book.js';
import { loadTemplates } from '../templates/load-templates.js';
import { facts, ids, fakeGate, fakeProvider, message, noPace, type FakeGate, type FakeProvider } from './fakes.js';

export const at = '2026-11-24T02:00:00.000Z';
const shipped = loadTemplates(fileURLToPath(new URL('../../templates', import.meta.url)), at);
/** The shipped ones, and one that is spoken. */
export const templates: Templates = {
  ...shipped,
  find: (id, on) => {
    if (id !== 'spoken-reminder') return shipped.find(id, on);
    const written = shipped.find('reminder-1', on);
    return written?.channel === 'sms' ? { ...written, id, channel: 'voiceBot' } : undefined;
  },
};
export const indexKey = Buffer.alloc(32, 7);

/** A letter that is no PDF but says what is in it: how one is set is tested where it is done. */
export const plainPrint: Letters['print'] = async ({ text, addressee, address, date, salt }) => {
  const pdf = Buffer.from(`%PDF-1.7 ${[addressee, address, date, text.text, salt].join('\n')}`);
  return { pdf, fileHash: createHash('sha256').update(pdf).digest('hex') };
};

export interface World {
  db: Database;
  personKeys: PersonKeys;
  /** Files that were kept, by hash. */
  files: Map<string, Buffer>;
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** A database of this service and one of keys on the real server. */
export async function openWorld(): Promise<World> {
  const own = await createTestDatabase('notifications');
  const keys = await createTestDatabase('keys');
  await runMigrations({ url: keys.url, folders: [keysMigrations] });
  await runMigrations({ url: own.url, folders: notificationsMigrations });
  const db = await openDatabase({ url: own.url, name: 'notifications-test' });
  const personKeys = openPersonKeys({
    url: keys.url,
    ring: { active: 'm1', keys: new Map([['m1', randomBytes(32)]]) },
  });
  const files = new Map<string, Buffer>();
  return {
    db,
    personKeys,
    files,
    clear: async () => {
      files.clear();
      await db.query(
        'TRUNCATE messages, receipts, settlements, inbound, provider_pace, case_facts, outbox, journal, journal_heads CASCADE',
      );
    },
    close: async () => {
      await db.close();
      await personKeys.close();
      await own.drop();
      await keys.drop();
    },
  };
}

export interface Stage extends SenderParts {
  gate: FakeGate;
  /** Template and codes of texts that were held back. */
  unfit: string[];
}

/** Everything a sender needs, with stand-ins for the gate and the providers. */
export function stageOf(world: World, ports: readonly ProviderPort[], gate: FakeGate = fakeGate(), now = at): Stage {
  const unfit: string[] = [];
  return {
    db: world.db,
    clock: { ...steppedClock(now), realNow: () => Date.now() },
    gate,
    providers: providersOf(ports, { now: () => Date.now(), paceOf: () => noPace }),
    templates,
    personKeys: world.personKeys,
    makeContent: contentMaker({
      templates,
      personKeys: world.personKeys,
      letters: { print: plainPrint, keep: async (_of, { bytes, hash }) => void world.files.set(hash, bytes) },
    }),
    onUnfit: (templateId, codes) => void unfit.push(`${templateId}: ${codes.join(',')}`),
    indexKey,
    spreadMs: 30 * 60_000,
    measured: (_provider, request) => request(),
    unfit,
  };
}

/** One SMS provider and the stage around it. */
export function smsStage(
  world: World,
  gate?: FakeGate,
  ...answers: FakeProvider['answers']
): Stage & { provider: FakeProvider } {
  const provider = fakeProvider({}, ...answers);
  return { ...stageOf(world, [provider.port], gate), provider };
}

export const activitiesOf = (parts: SenderParts) =>
  messageActivities({
    db: parts.db,
    clock: parts.clock,
    spreadMs: parts.spreadMs,
    recall: recallFrom(parts.providers),
  });

export async function queue(parts: SenderParts, over: Partial<QueueMessage> = {}) {
  await parts.db.transaction((tx) => saveCaseFacts(tx, facts({ caseId: over.caseId ?? ids.case })));
  return activitiesOf(parts).queueMessage(message(over));
}

export async function due(db: Database, over: Partial<Parameters<typeof claimDue>[1]> = {}): Promise<ClaimedRow[]> {
  await wakeParked(db);
  return claimDue(db, { channel: 'sms', businessNow: at, limit: 10, ...over });
}

export async function claimed(db: Database, channel: MessageRow['channel'] = 'sms'): Promise<ClaimedRow> {
  const [row] = await due(db, { channel });
  if (!row) throw new Error('nothing is due');
  return row;
}

export async function only(db: Database): Promise<MessageRow> {
  const [{ messageId } = { messageId: '' }] = await db.query<{ messageId: string }>(
    'SELECT message_id AS "messageId" FROM messages',
  );
  const row = await findMessage(db, messageId);
  if (!row) throw new Error('no message');
  return row;
}

export const events = async (db: Database): Promise<(string | undefined)[]> =>
  (await db.query<{ type: string }>('SELECT type FROM outbox ORDER BY id')).map(({ type }) => type.split('.')[2]);

export const journalKinds = async (db: Database): Promise<string[]> =>
  (await db.query<{ kind: string }>('SELECT kind FROM journal ORDER BY case_id, seq')).map(({ kind }) => kind);

export async function messageOf(db: Database, effectKey: string): Promise<MessageRow> {
  const row = await db.transaction((tx) => lockMessage(tx, { effectKey }));
  if (!row) throw new Error('no message');
  return row;
}

/** As if the real time had passed: every sleep, claim and permit is over. */
export async function timePasses(db: Database, caseId: string | null = null): Promise<void> {
  await db.query(
    `UPDATE messages SET retry_at_real = now() - interval '1 second',
                         parked_until_real = CASE WHEN parked_until_real IS NOT NULL THEN now() - interval '1 second' END,
                         permit_expires_real = permit_expires_real - interval '10 minutes',
                         unheard_until_real = unheard_until_real - interval '10 minutes'
     WHERE $1::uuid IS NULL OR case_id = $1`,
    [caseId],
  );
}
export const lookNow = (db: Database) => db.query("UPDATE messages SET retry_at_real = now() - interval '1 second'");
