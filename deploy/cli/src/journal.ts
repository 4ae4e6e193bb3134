import { readFileSync, writeFileSync } from 'node:fs';
import {
  bundleFormat,
  readBundle,
  verifyBundle,
  verifyJournal,
  type Anchor,
  type BundleProblem,
  type JournalBundle,
  type JournalEntry,
  type JournalHead,
} from '@arrears/audit';
import { call, Refused, type Site } from './api.js';

interface JournalPage {
  items: JournalEntry[];
  nextCursor: string | null;
  /** The end that the service keeps apart from the entries. */
  head: JournalHead | null;
}
type Chain = JournalBundle['chains'][number];

/** Services that keep a chain of a case; the first one keeps the case. */
const keepers = ['cases', 'contacts', 'notifications'] as const;

/** Verifies a case's journal fetched from the service. */
export async function verifyCase(site: Site, caseId: string): Promise<string> {
  const { entries, head } = await readChain(site, caseId, 'cases');
  return verdict(entries, head);
}

/** Verifies a file with no access to anything: a bundle, or the plain entries of one chain (JSON array or lines). */
export function verifyFile(file: string, heads: readonly string[]): string {
  const text = readFileSync(file, 'utf8').trim();
  if (text.startsWith('{') && text.includes(bundleFormat)) return verifyWhole(text, heads.map(readHead));
  const entries = text.startsWith('[')
    ? (JSON.parse(text) as JournalEntry[])
    : text.split('\n').map((line) => JSON.parse(line) as JournalEntry);
  return verdict(entries, undefined);
}

/** Everything the services have told of a case, in one file that speaks for itself. */
export async function exportBundle(site: Site, caseId: string, file: string): Promise<string> {
  const chains: Chain[] = [];
  const missing: string[] = [];
  for (const service of keepers) {
    const chain = site.urls[service] === undefined ? null : await chainOf(site, caseId, service);
    if (chain === null) missing.push(service);
    else chains.push(chain);
  }
  const anchors = await readAnchors(site, caseId);
  const exportedAt = new Date().toISOString();
  const bundle: JournalBundle = { format: bundleFormat, version: 1, caseId, exportedAt, chains, anchors };
  writeFileSync(file, `${JSON.stringify(bundle, null, 1)}\n`);
  const counts = chains.map(({ service, entries }) => `${service} ${entries.length}`).join(', ');
  const without = missing.length > 0 ? ` Without ${missing.join(', ')}: nothing of the case is there.` : '';
  return `${file}: ${counts} entries, ${anchors.length} anchors.${without}`;
}

/** A service that has never heard of the case has no chain of it; that must not keep the others from being exported. */
async function chainOf(site: Site, caseId: string, service: string): Promise<Chain | null> {
  try {
    return await readChain(site, caseId, service);
  } catch (error) {
    if (service !== 'cases' && error instanceof Refused && error.status === 404) return null;
    throw error;
  }
}

/** A page comes with the end of the chain at its own moment, so that of the last page is the end of all of them. */
async function readChain(site: Site, caseId: string, service: string): Promise<Chain> {
  const entries: JournalEntry[] = [];
  let head: JournalHead | null;
  let cursor: string | null = null;
  do {
    const query: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
    const path = `/cases/${encodeURIComponent(caseId)}/journal?limit=200${query}`;
    const page: JournalPage = await call(site, 'GET', path, { service });
    entries.push(...page.items);
    ({ head, nextCursor: cursor } = page);
  } while (cursor);
  return { service, entries, head };
}

async function readAnchors(site: Site, caseId: string): Promise<Anchor[]> {
  const anchors: Anchor[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
    const page: { items: Anchor[]; nextCursor: string | null } = await call(
      site,
      'GET',
      `/cases/${encodeURIComponent(caseId)}/journal/anchors?limit=200${query}`,
    );
    anchors.push(...page.items.map(({ service, seq, hash, heardAt }) => ({ service, seq, hash, heardAt })));
    cursor = page.nextCursor;
  } while (cursor);
  return anchors;
}

function verifyWhole(text: string, heads: Anchor[]): string {
  let bundle: JournalBundle;
  try {
    bundle = readBundle(text);
  } catch (error) {
    throw new Refused(`The file can't be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
  const { ok, chains, problems } = verifyBundle(bundle, heads);
  if (!ok) throw new Refused(problems.map(problemText).join('\n'));
  const lines = chains.map(
    ({ service, entries, anchors }) => `${service}: ${entries} entries, the chain is whole, ${anchors} anchors hold.`,
  );
  return [`Case ${bundle.caseId}, exported ${bundle.exportedAt}`, ...lines].join('\n');
}

function problemText({ service, seq, problem }: BundleProblem): string {
  switch (problem) {
    case 'cut-off':
      return `${service}: the chain was cut off, entry ${seq} and what follows are missing.`;
    case 'rewritten':
      return seq === null
        ? `${service}: the chain was written anew, a head that others have heard of is not in it.`
        : `${service}: the chain was written anew somewhere from entry ${seq} on, its hashes are not those that others have heard of.`;
    case 'other-case':
      return `${service}: entry ${seq} belongs to another case.`;
    default:
      return `${service}: the chain is broken at entry ${seq}: ${problem}.`;
  }
}

/** `contacts=<hash>` or `contacts=<number>:<hash>`: an end that was kept somewhere else. */
function readHead(text: string): Anchor {
  const match = /^([a-z]+)=(?:(\d+):)?([0-9a-f]{64})$/.exec(text);
  if (match === null) throw new Refused(`--head ${text}: write SERVICE=HASH or SERVICE=NUMBER:HASH.`);
  const [, service = '', seq, hash = ''] = match;
  return { service, seq: seq === undefined ? null : Number(seq), hash, heardAt: '' };
}

function verdict(entries: JournalEntry[], head: JournalHead | null | undefined): string {
  const result = verifyJournal(entries, head);
  if (result.ok) return `${entries.length} entries, the chain is whole.`;
  throw new Refused(`The chain is broken at entry ${result.brokenAt}: ${result.problem}.`);
}
