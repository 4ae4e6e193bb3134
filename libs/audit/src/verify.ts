import { entryHash, genesisHash, type JournalEntry, type JournalHead } from './chain.js';

export type JournalVerdict =
  | { ok: true; entries: number; head: JournalHead | null }
  | { ok: false; brokenAt: number; problem: 'altered' | 'missing' | 'reordered' };

/**
 * Walks one case's chain as it was read and names the first entry that is not what was appended: `altered` in itself,
 * `missing` from its place, or `reordered`.
 * @param head the end of the chain as kept elsewhere (`journal_heads`, or the `ce_journalhead` of the last event): without
 *   it entries cut off at the end can't be noticed. Null says that nothing was ever appended
 */
export function verifyJournal(entries: readonly JournalEntry[], head?: JournalHead | null): JournalVerdict {
  for (const [index, entry] of entries.entries()) {
    const broken = brokenEntry(entries, index, entry);
    if (broken !== undefined) return { ok: false, ...broken };
  }
  const last = entries.at(-1);
  // Entries without an end that anybody kept: how many followed can't be told.
  if (head === null && last !== undefined) return { ok: false, brokenAt: last.seq + 1, problem: 'missing' };
  if (head !== undefined && head !== null) {
    if (head.seq > entries.length) return { ok: false, brokenAt: entries.length + 1, problem: 'missing' };
    // The chain is sound in itself, so it was written anew from here, or goes on beyond its own end.
    if (last !== undefined && (head.seq !== last.seq || head.hash !== last.hash))
      return { ok: false, brokenAt: Math.min(head.seq + 1, last.seq), problem: 'altered' };
  }
  return { ok: true, entries: entries.length, head: last === undefined ? null : { seq: last.seq, hash: last.hash } };
}

type Broken = { brokenAt: number; problem: 'altered' | 'missing' | 'reordered' };

function brokenEntry(entries: readonly JournalEntry[], index: number, entry: JournalEntry): Broken | undefined {
  const place = index + 1;
  const before = entries[index - 1];
  const follows = before?.hash ?? genesisHash(entry.caseId);
  if (entry.seq !== place) {
    const elsewhere = entries.some((other) => other.seq === place);
    return { brokenAt: place, problem: elsewhere || entry.seq < place ? 'reordered' : 'missing' };
  }
  const sound = entryHash(entry.prevHash, entry.seq, entry) === entry.hash;
  if (sound && entry.prevHash === follows) return undefined;
  if (!sound) return { brokenAt: place, problem: unsound(entries, entry) };
  // Sound in itself but not following: it is the one before that was written anew, with a hash that fits its new text.
  return before === undefined ? { brokenAt: place, problem: 'altered' } : { brokenAt: before.seq, problem: 'altered' };
}

/** Its number is part of its text: if another number makes the text right, the entry was moved, not rewritten. */
function unsound(entries: readonly JournalEntry[], entry: JournalEntry): Broken['problem'] {
  const most = entries.length + 1;
  for (let seq = 1; seq <= most; seq++) {
    if (seq === entry.seq || entryHash(entry.prevHash, seq, entry) !== entry.hash) continue;
    const predecessorHere =
      entry.prevHash === genesisHash(entry.caseId) || entries.some((other) => other.hash === entry.prevHash);
    return predecessorHere ? 'reordered' : 'missing';
  }
  return 'altered';
}
