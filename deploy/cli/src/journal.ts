import { readFileSync } from 'node:fs';
import { verifyJournal, type JournalEntry } from '@arrears/audit';
import { call, Refused, type Site } from './api.js';

/** Verifies a case's journal fetched from the service, or a bundle (JSON array or JSON lines) with no access to anything. */
export async function verifyCase(site: Site, caseId: string): Promise<string> {
  const entries: JournalEntry[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor ? `?cursor=${encodeURIComponent(cursor)}` : '';
    const page: { items: JournalEntry[]; nextCursor: string | null } = await call(
      site,
      'GET',
      `/cases/${encodeURIComponent(caseId)}/journal${query}`,
    );
    entries.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return verdict(entries);
}

export function verifyBundle(file: string): string {
  const text = readFileSync(file, 'utf8').trim();
  const entries = text.startsWith('[')
    ? (JSON.parse(text) as JournalEntry[])
    : text.split('\n').map((line) => JSON.parse(line) as JournalEntry);
  return verdict(entries);
}

function verdict(entries: JournalEntry[]): string {
  const result = verifyJournal(entries);
  if (result.ok) return `${entries.length} entries, the chain is whole.`;
  throw new Refused(`The chain is broken at entry ${result.brokenAt}: ${result.problem}.`);
}
