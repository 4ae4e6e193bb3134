import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, type Json } from './canonical.js';
import { entryHash, nextEntry, type JournalEntry, type JournalHead } from './chain.js';
import { verifyJournal } from './verify.js';

const caseId = '0192f0c1-0000-7000-8000-000000000001';
const record = (data: Json) => ({
  caseId,
  kind: 'sample',
  at: '2026-11-09T01:02:03.000Z',
  actor: 'service:cases',
  data,
});

function chain(contents: readonly Json[]): JournalEntry[] {
  const entries: JournalEntry[] = [];
  for (const data of contents) entries.push(nextEntry(entries.at(-1) ?? null, record(data)));
  return entries;
}
const headOf = (entries: readonly JournalEntry[]): JournalHead | null => entries.at(-1) ?? null;
const without = (entries: readonly JournalEntry[], index: number) => entries.filter((_, at) => at !== index);
const replaced = (entries: readonly JournalEntry[], index: number, change: Partial<JournalEntry>) =>
  entries.map((entry, at) => (at === index ? { ...entry, ...change } : entry));
const content = fc.record({ amount: fc.bigInt({ min: 0n, max: 10n ** 12n }).map(String), n: fc.integer() });
/** A chain of at least two entries and one place in it. */
const chainAndPlace = fc
  .array(content, { minLength: 2, maxLength: 12 })
  .chain((contents) => fc.tuple(fc.constant(chain(contents)), fc.nat(contents.length - 1)));

describe('a journal as it was appended', () => {
  it('is found sound, whatever it holds', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 12 }), (contents) => {
        const entries = chain(contents.map((value) => JSON.parse(canonicalOr(value)) as Json));
        expect(verifyJournal(entries, headOf(entries))).toEqual({
          ok: true,
          entries: entries.length,
          head: entries.length === 0 ? null : { seq: entries.length, hash: entries.at(-1)?.hash },
        });
      }),
      { numRuns: 200 },
    );
  });
});

describe('a journal that somebody touched', () => {
  it('names the entry of which the content was altered', () => {
    fc.assert(
      fc.property(chainAndPlace, ([entries, index]) => {
        const touched = replaced(entries, index, { data: { amount: 'x' } });
        expect(verifyJournal(touched, headOf(entries))).toEqual({ ok: false, brokenAt: index + 1, problem: 'altered' });
      }),
      { numRuns: 200 },
    );
  });

  it('names it also when its own hash was made to fit', () => {
    fc.assert(
      fc.property(chainAndPlace, ([entries, index]) => {
        const data = { amount: 'x' };
        const old = entries[index] as JournalEntry;
        const touched = replaced(entries, index, { data, hash: entryHash(old.prevHash, old.seq, record(data)) });
        expect(verifyJournal(touched, headOf(entries))).toEqual({ ok: false, brokenAt: index + 1, problem: 'altered' });
      }),
      { numRuns: 200 },
    );
  });

  it('names the end when everything after was written anew: the head lies outside', () => {
    const entries = chain([1, 2, 3]);
    const forged = chain([1, 'forged', 3]);
    expect(verifyJournal(forged, headOf(entries))).toEqual({ ok: false, brokenAt: 3, problem: 'altered' });
    expect(verifyJournal(forged)).toMatchObject({ ok: true });
  });

  it('names the entry that is missing, the last one included', () => {
    fc.assert(
      fc.property(chainAndPlace, ([entries, index]) => {
        expect(verifyJournal(without(entries, index), headOf(entries))).toEqual({
          ok: false,
          brokenAt: index + 1,
          problem: 'missing',
        });
      }),
      { numRuns: 200 },
    );
  });

  it('is not taken for whole when its end was taken away with the entries', () => {
    const entries = chain([1, 2, 3]);
    expect(verifyJournal(entries, null)).toEqual({ ok: false, brokenAt: 4, problem: 'missing' });
    expect(verifyJournal([], null)).toEqual({ ok: true, entries: 0, head: null });
  });

  it('sees a missing entry behind new numbers', () => {
    const entries = chain([1, 2, 3, 4]);
    const renumbered = without(entries, 1).map((entry, index) => ({ ...entry, seq: index + 1 }));
    expect(verifyJournal(renumbered, headOf(entries))).toEqual({ ok: false, brokenAt: 2, problem: 'missing' });
  });

  it('names the first of two that changed places, by their order or by their numbers', () => {
    fc.assert(
      fc.property(chainAndPlace, fc.nat(), ([entries, one], other) => {
        const two = other % entries.length;
        fc.pre(one !== two);
        const [first, second] = [Math.min(one, two), Math.max(one, two)];
        const moved = [...entries];
        [moved[first], moved[second]] = [entries[second] as JournalEntry, entries[first] as JournalEntry];
        const renumbered = moved.map((entry, index) => ({ ...entry, seq: index + 1 }));
        const verdict = { ok: false, brokenAt: first + 1, problem: 'reordered' };
        expect(verifyJournal(moved, headOf(entries))).toEqual(verdict);
        expect(verifyJournal(renumbered, headOf(entries))).toEqual(verdict);
      }),
      { numRuns: 200 },
    );
  });

  it('does not take the chain of another case', () => {
    const entries = chain([1, 2]).map((entry) => ({ ...entry, caseId: '0192f0c1-0000-7000-8000-000000000002' }));
    expect(verifyJournal(entries)).toEqual({ ok: false, brokenAt: 1, problem: 'altered' });
  });
});

describe('canonical JSON', () => {
  it('does not know the order of fields', () => {
    expect(canonicalJson({ b: 1, a: [true, null, 'é'], c: undefined })).toBe('{"a":[true,null,"é"],"b":1}');
  });

  it.each<[string, unknown]>([
    ['not a number', Number.NaN],
    ['a whole number beyond 2^53', 2 ** 53],
    ['a bigint', 10n],
    ['a date', new Date(0)],
    ['a text with NUL', 'a\u0000b'],
    ['half a character', '\ud800'],
    ['a function', () => 1],
  ])('refuses %s', (_, value) => {
    expect(() => canonicalJson(value as Json)).toThrow(TypeError);
  });
});

/** What canonical JSON refuses (large whole numbers, lone surrogates) is replaced, the rest kept. */
function canonicalOr(value: unknown): string {
  try {
    return canonicalJson(value as Json);
  } catch {
    return '"refused"';
  }
}
