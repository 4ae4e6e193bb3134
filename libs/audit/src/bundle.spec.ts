import { describe, expect, it } from '@jest/globals';
import { bundleFormat, readBundle, verifyBundle, type Anchor, type JournalBundle } from './bundle.js';
import { nextEntry, type JournalEntry } from './chain.js';
import type { Json } from './canonical.js';

const caseId = '0193d6a0-0000-7000-8000-000000000001';
const at = '2026-11-09T01:00:00.000Z';

/** A chain of happenings; the content is what `say` makes of the number. */
function chain(n: number, say: (seq: number) => Json, of = caseId): JournalEntry[] {
  const entries: JournalEntry[] = [];
  for (let seq = 1; seq <= n; seq++) {
    const before = entries.at(-1);
    const head = before === undefined ? null : { seq: before.seq, hash: before.hash };
    entries.push(nextEntry(head, { caseId: of, kind: 'told', at, actor: 'service:test', data: say(seq) }));
  }
  return entries;
}
const hashAt = (entries: readonly JournalEntry[], seq: number): string => entries[seq - 1]?.hash ?? '';
const anchor = (service: string, entries: readonly JournalEntry[], seq: number): Anchor => ({
  service,
  seq,
  hash: hashAt(entries, seq),
  heardAt: at,
});
const headOf = (entries: readonly JournalEntry[]) => {
  const last = entries.at(-1);
  return last === undefined ? null : { seq: last.seq, hash: last.hash };
};

const contacts = chain(6, (seq) => ({ permit: `p-${seq}` }));
const notifications = chain(5, (seq) => ({ message: `m-${seq}`, fileHash: 'f'.repeat(64) }));
const daily = { day: '2026-11-09', heads: [{ service: 'contacts', seq: 4, hash: hashAt(contacts, 4) }] };
const cases = (() => {
  const own = chain(3, (seq) => ({ caseSeq: seq }));
  const head = headOf(own);
  return [...own, nextEntry(head, { caseId, kind: 'anchored', at, actor: 'service:cases', data: daily })];
})();

const whole = (change: Partial<Record<string, JournalEntry[]>> = {}, anchors?: Anchor[]): JournalBundle => ({
  format: bundleFormat,
  version: 1,
  caseId,
  exportedAt: at,
  chains: Object.entries({ cases, contacts, notifications, ...change }).map(([service, entries = []]) => ({
    service,
    entries,
    head: headOf(entries),
  })),
  anchors: anchors ?? [anchor('contacts', contacts, 5), anchor('notifications', notifications, 3)],
});
const problems = (bundle: JournalBundle, heads?: Anchor[]) => verifyBundle(bundle, heads).problems;
const without = (entries: JournalEntry[], seq: number) => entries.filter((entry) => entry.seq !== seq);

describe('TAMPER: a bundle verified with nothing but itself', () => {
  it('is whole', () =>
    expect(verifyBundle(whole())).toEqual({
      ok: true,
      problems: [],
      chains: [
        { service: 'cases', entries: 4, anchors: 0 },
        { service: 'contacts', entries: 6, anchors: 2 },
        { service: 'notifications', entries: 5, anchors: 1 },
      ],
    }));

  it('survives the way through a file', () =>
    expect(verifyBundle(readBundle(JSON.stringify(whole(), null, 1))).ok).toBe(true));

  it.each([
    ['one byte of what an entry says', (e: JournalEntry) => ({ ...e, data: { permit: 'p-4' } })],
    ['who did it', (e: JournalEntry) => ({ ...e, actor: 'somebody' })],
    ['when', (e: JournalEntry) => ({ ...e, at: '2026-11-09T01:00:00.001Z' })],
    ['its kind', (e: JournalEntry) => ({ ...e, kind: 'permit-denied' })],
    ['its hash', (e: JournalEntry) => ({ ...e, hash: 'a'.repeat(64) })],
  ])('names the altered entry: %s', (_, alter) => {
    const altered = contacts.map((entry) => (entry.seq === 3 ? alter(entry) : entry));
    expect(problems(whole({ contacts: altered }))).toEqual([{ service: 'contacts', seq: 3, problem: 'altered' }]);
  });

  it('names the missing entry', () =>
    expect(problems(whole({ contacts: without(contacts, 3) }))).toEqual([
      { service: 'contacts', seq: 3, problem: 'missing' },
    ]));

  it('names the missing first entry', () =>
    expect(problems(whole({ contacts: without(contacts, 1) }))).toEqual([
      { service: 'contacts', seq: 1, problem: 'missing' },
    ]));

  it('names the reordered entry', () => {
    const [one, two, three, ...rest] = contacts as [JournalEntry, JournalEntry, JournalEntry, ...JournalEntry[]];
    expect(problems(whole({ contacts: [one, three, two, ...rest] }))).toEqual([
      { service: 'contacts', seq: 2, problem: 'reordered' },
    ]);
  });

  it.each([4, 3, 1, 0])('finds by the anchors that a chain was cut off after entry %i', (left) =>
    expect(problems(whole({ contacts: contacts.slice(0, left) }))).toEqual([
      { service: 'contacts', seq: left + 1, problem: 'cut-off' },
    ]),
  );

  it('finds a cut also when only the daily entry of the own chain knows of it', () =>
    expect(problems(whole({ contacts: contacts.slice(0, 3) }, []))).toEqual([
      { service: 'contacts', seq: 4, problem: 'cut-off' },
    ]));

  it('finds a chain that is missing altogether', () => {
    const bundle = whole();
    bundle.chains = bundle.chains.filter((one) => one.service !== 'notifications');
    expect(problems(bundle)).toEqual([{ service: 'notifications', seq: 1, problem: 'cut-off' }]);
  });

  it('finds a cut by the head that the service gave along', () => {
    const bundle = whole({ notifications: notifications.slice(0, 4) });
    const shorter = bundle.chains.map((one) =>
      one.service === 'notifications' ? { ...one, head: headOf(notifications) } : one,
    );
    expect(problems({ ...bundle, chains: shorter })).toEqual([
      { service: 'notifications', seq: 5, problem: 'cut-off' },
    ]);
  });

  it('finds a whole chain that was written anew with hashes that fit', () => {
    const forged = chain(6, (seq) => ({ permit: `forged-${seq}` }));
    expect(problems(whole({ contacts: forged }))).toEqual([{ service: 'contacts', seq: 1, problem: 'rewritten' }]);
  });

  it('finds a chain that was written anew from the middle on, and says up to where it holds', () => {
    const forged = chain(6, (seq) => ({ permit: seq < 5 ? `p-${seq}` : `forged-${seq}` }));
    expect(problems(whole({ contacts: forged }))).toEqual([{ service: 'contacts', seq: 5, problem: 'rewritten' }]);
  });

  it('finds a rewritten chain also by an anchor that knew no number', () => {
    const forged = chain(5, (seq) => ({ message: `forged-${seq}` }));
    const blind = [{ ...anchor('notifications', notifications, 3), seq: null }];
    expect(problems(whole({ notifications: forged }, blind))).toEqual([
      { service: 'notifications', seq: null, problem: 'rewritten' },
    ]);
  });

  it('finds the rewritten chain of the service that anchors, once its head is known from elsewhere', () => {
    const forged = chain(4, (seq) => ({ caseSeq: -seq }));
    expect(problems(whole({ cases: forged }))).toEqual([]);
    expect(problems(whole({ cases: forged }), [anchor('cases', cases, 4)])).toEqual([
      { service: 'cases', seq: 1, problem: 'rewritten' },
    ]);
  });

  it("finds another case's chain passed off as this one's", () => {
    const other = chain(6, (seq) => ({ permit: `p-${seq}` }), '0193d6a0-0000-7000-8000-000000000002');
    expect(problems(whole({ contacts: other }, []))).toEqual([{ service: 'contacts', seq: 1, problem: 'other-case' }]);
  });

  it('names a problem in each chain that has one', () => {
    const bundle = whole({ contacts: without(contacts, 2), notifications: notifications.slice(0, 1) });
    expect(problems(bundle).map(({ service, problem }) => `${service} ${problem}`)).toEqual([
      'contacts missing',
      'notifications cut-off',
    ]);
  });
});

describe('what is no bundle', () => {
  it.each(['null', '{}', '[]', '{"format":"arrears-journal-bundle"}'])('%s', (text) =>
    expect(() => readBundle(text)).toThrow('this is no journal bundle'),
  );
  it('of a later version', () =>
    expect(() => readBundle(JSON.stringify({ ...whole(), version: 2 }))).toThrow('version 2'));
});
