import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bundleFormat, verifyBundle, type JournalBundle, type JournalEntry, type JournalHead } from '@arrears/audit';
import { steppedClock } from '@arrears/clock';
import type { PermitPreview, PermitPreviewRequest } from '@arrears/contracts';
import type { QueueMessage } from '@arrears/contracts/activities';
import type { BuiltApp } from '@arrears/service';
import request from 'supertest';
import { anchorDays } from '../anchors/anchor.js';
import { clearLedger, day1, openBench, openCase, type Bench } from '../testing.js';
import { as, openHttp } from '../testing-http.js';

const minutes = 60_000;
const days = 24 * 60 * minutes;
const hash = (letter: string) => letter.repeat(64);

describe('the story of a case, its proof, and what comes next', () => {
  let bench: Bench;
  let built: BuiltApp;
  /** What the gate was asked last, and what it says; null: it is away. */
  let asked: PermitPreviewRequest | null = null;
  let says: ((request: PermitPreviewRequest) => PermitPreview) | null = null;
  beforeAll(async () => {
    bench = await openBench('cases_proof');
    built = await openHttp(bench, {
      ask: (question) => {
        asked = question;
        return Promise.resolve(says === null ? null : says(question));
      },
    });
  }, 60_000);
  beforeEach(async () => {
    await clearLedger(bench);
    Object.assign(bench.ledger, { clock: Object.assign(bench.clock, steppedClock(day1)) });
    asked = null;
    says = null;
  });
  afterAll(async () => {
    await built.app.close();
    await bench.close();
  }, 60_000);
  const get = async <Body>(path: string, token = 'auditor') =>
    (await request(built.http).get(path).set(as(token)).expect(200)).body as Body;
  type Page<Item> = { items: Item[]; nextCursor: string | null };

  /** The sample case with its first reminder queued. */
  const reminded = async () => {
    const id = await openCase(bench);
    bench.clock.advance(11 * minutes);
    const { perform } = await bench.decide(id, 1);
    const [message] = perform.flatMap((step) => (step.do === 'queue-message' ? [step.message] : []));
    return { id, message: message as QueueMessage };
  };
  const ids = { messageId: '018f4a5e-0000-7000-8000-000000000001', permitId: '018f4a5e-0000-7000-8000-000000000002' };
  const factOf = (message: QueueMessage) => {
    const { effectKey, step, caseId, agreementId, debtorId, personId, covers, channel, purpose, templateId } = message;
    const common = { effectKey, step, caseId, agreementId, debtorId, personId, covers, channel, purpose, templateId };
    const sent = { templateVersion: 4, contentHash: hash('c'), fileHash: hash('f'), provider: 'sms-a' };
    return { ...ids, ...common, ...sent, at: bench.clock.nowIso() };
  };
  const denied = (message: QueueMessage, until: string) => {
    const { caseId, debtorId, personId, effectKey, step, channel, purpose } = message;
    const denials = [{ rule: 'CN-CBA-TIME', until }];
    return {
      caseId,
      caseSeq: 1,
      debtorId,
      personId,
      effectKey,
      step,
      channel,
      purpose,
      denials,
      at: bench.clock.nowIso(),
    };
  };
  const headers = (seq: number | null, letter: string): Record<string, string> => ({
    ce_journalhead: hash(letter),
    ...(seq === null ? {} : { ce_journalseq: String(seq) }),
  });

  it('tells permits denied, and messages with permit, template version, hashes and provider, page by page', async () => {
    const { id, message } = await reminded();
    await bench.take('arrears.contacts.permit-denied.v1', denied(message, '2026-11-10T00:00:00.000Z'));
    bench.clock.advance(days);
    await bench.take('arrears.notifications.message-accepted.v1', factOf(message));
    const delivered = { ...factOf(message), deliveredAt: bench.clock.nowIso(), late: false };
    await bench.take('arrears.notifications.message-delivered.v1', delivered);
    const all: Record<string, unknown>[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: Page<Record<string, unknown>> = await get(`/cases/${id}/timeline?limit=2${query}`, 'collector');
      all.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    const kinds = all.map((one) => one['kind']);
    expect(kinds).toEqual(expect.arrayContaining(['permit-denied', 'message-accepted', 'message-delivered']));
    expect(new Set(all.map((one) => one['id'])).size).toBe(all.length);
    expect(all.find((one) => one['kind'] === 'message-delivered')).toMatchObject({
      ...ids,
      step: 'reminder-1',
      templateVersion: 4,
      contentHash: hash('c'),
      fileHash: hash('f'),
      provider: 'sms-a',
    });
    expect(all.find((one) => one['kind'] === 'permit-denied')).toMatchObject({ denials: [{ rule: 'CN-CBA-TIME' }] });
  });

  it('keeps the newest head of each chain a day, and tells it in its own journal when the day is over, once', async () => {
    const { id, message } = await reminded();
    const take = (seq: number | null, letter: string, event: string) =>
      bench.take('arrears.notifications.message-accepted.v1', factOf(message), event, headers(seq, letter));
    await take(3, 'a', 'one');
    await take(5, 'b', 'two');
    await take(4, 'd', 'three');
    await bench.take(
      'arrears.contacts.permit-denied.v1',
      denied(message, '2026-11-10T00:00:00.000Z'),
      'four',
      headers(2, 'e'),
    );
    expect(await anchorDays(bench.database, bench.ledger)).toBe(0);
    bench.clock.advance(days);
    expect(await anchorDays(bench.database, bench.ledger)).toBe(1);
    expect(await anchorDays(bench.database, bench.ledger)).toBe(0);
    const anchors = await get<Page<object>>(`/cases/${id}/journal/anchors`);
    expect(anchors.items).toMatchObject([
      { service: 'contacts', day: '2026-11-09', seq: 2, hash: hash('e'), entrySeq: 2 },
      { service: 'notifications', day: '2026-11-09', seq: 5, hash: hash('b'), entrySeq: 2 },
    ]);
    const journal = await get<Page<JournalEntry> & { head: JournalHead }>(`/cases/${id}/journal`);
    expect(journal.head).toEqual({ seq: 2, hash: journal.items[1]?.hash });
    expect(journal.items[1]).toMatchObject({
      kind: 'anchored',
      data: {
        day: '2026-11-09',
        heads: [
          { service: 'contacts', seq: 2, hash: hash('e') },
          { service: 'notifications', seq: 5, hash: hash('b') },
        ],
      },
    });
    // What the service gives out is a bundle that needs nobody to be believed: the other chains are missing, and it shows.
    const chain = { service: 'cases', entries: journal.items, head: journal.head };
    const bundle: JournalBundle = {
      format: bundleFormat,
      version: 1,
      caseId: id,
      exportedAt: day1,
      chains: [chain],
      anchors: [],
    };
    expect(verifyBundle(bundle).problems).toEqual([
      { service: 'contacts', seq: 1, problem: 'cut-off' },
      { service: 'notifications', seq: 1, problem: 'cut-off' },
    ]);
  });

  it('keeps a head without a number as the last that was heard, and none that is no hash', async () => {
    const { id, message } = await reminded();
    const take = (head: Record<string, string>, event: string) =>
      bench.take('arrears.notifications.message-accepted.v1', factOf(message), event, head);
    await take(headers(null, 'a'), 'one');
    await take({ ce_journalhead: 'nonsense' }, 'two');
    await take({}, 'three');
    expect((await get<Page<object>>(`/cases/${id}/journal/anchors`)).items).toMatchObject([
      { service: 'notifications', seq: null, hash: hash('a') },
    ]);
  });

  it('shows the journal and its anchors to those who may see them alone', async () => {
    const { id } = await reminded();
    const ask = (path: string, token: string) => request(built.http).get(`/cases/${id}${path}`).set(as(token));
    await ask('/journal/anchors', 'collector').expect(403);
    await ask('/journal/anchors', 'auditor.AGR-2').expect(404);
    await ask('/timeline', 'collector.AGR-2').expect(404);
  });

  it('asks the gate about the message that waits and about what is planned, and says why not', async () => {
    const { id, message } = await reminded();
    const tomorrow = '2026-11-10T00:00:00.000Z';
    says = ({ asks }) => ({
      answers: asks.map(({ key }) => ({
        key,
        verdict: 'denied' as const,
        earliest: tomorrow,
        denials: [],
        limits: [
          {
            rule: 'HOUSE-SMS-DAY',
            zh: '每日最多一条催收短信',
            en: 'at most one message a day',
            events: ['smsSent'],
            key: 'person' as const,
            used: 1,
            max: 1,
            days: 1,
            nextFree: tomorrow,
          },
        ],
      })),
    });
    const next = await get<{ gate: string; upcoming: { says: object }[] }>(`/cases/${id}/next`, 'collector');
    expect(asked).toMatchObject({
      caseId: id,
      agreementId: 'AGR-1',
      debtorId: message.debtorId,
      asks: expect.arrayContaining([
        expect.objectContaining({
          key: 'reminder-1/1',
          personId: message.personId,
          contactPointIds: message.contactPointIds,
          channel: 'sms',
          purpose: 'collect',
          covers: message.covers,
        }),
      ]),
    });
    expect(next.gate).toBe('answered');
    expect(next.upcoming[0]).toMatchObject({
      step: 'reminder-1',
      state: 'waiting',
      channel: 'sms',
      possible: tomorrow,
      says: {
        en: '1 of 1 messages today used; next possible tomorrow 08:00',
        zh: '今日短信已用 1/1；最早明天 08:00',
      },
    });
    expect(next.upcoming.slice(1)).toContainEqual(expect.objectContaining({ step: 'reminder-2', state: 'planned' }));
  });

  it('says that the gate is away, and what the case itself knows', async () => {
    const { id, message } = await reminded();
    await bench.take('arrears.contacts.permit-denied.v1', denied(message, '2026-11-10T00:00:00.000Z'));
    const next = await get<{ gate: string; upcoming: { says: { en: string } }[] }>(`/cases/${id}/next`, 'collector');
    expect(next.gate).toBe('away');
    expect(next.upcoming[0]?.says.en).toBe(
      'the gate said no (CN-CBA-TIME), until tomorrow 08:00; next possible tomorrow 08:00; the gate does not answer: this is what the case itself knows',
    );
  });
});
