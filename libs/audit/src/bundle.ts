import { entryHash, type JournalEntry, type JournalHead } from './chain.js';
import { verifyJournal } from './verify.js';

export const bundleFormat = 'arrears-journal-bundle';

/** Where a chain stood when somebody else heard of it. */
export interface Anchor {
  service: string;
  /** Number of the entry with that hash; null when it was not told. */
  seq: number | null;
  hash: string;
  heardAt: string;
}
/** Everything that the services have told of one case, fit to be verified by somebody who has nothing else. */
export interface JournalBundle {
  format: typeof bundleFormat;
  version: 1;
  caseId: string;
  exportedAt: string;
  chains: { service: string; entries: JournalEntry[]; head: JournalHead | null }[];
  anchors: Anchor[];
}

export type BundleProblemKind = 'altered' | 'missing' | 'reordered' | 'cut-off' | 'rewritten' | 'other-case';
export interface BundleProblem {
  service: string;
  /** Number of the first entry that is not what was appended; null when only the whole can be named. */
  seq: number | null;
  problem: BundleProblemKind;
}
export interface BundleVerdict {
  ok: boolean;
  chains: { service: string; entries: number; anchors: number }[];
  problems: BundleProblem[];
}

/**
 * Verifies a bundle with nothing but itself. Each chain must hold in itself and belong to the case; every place at which
 * another service (or its daily entry in our own chain) had seen a chain must still be in it: a chain that lost its end, or
 * was written anew from some entry on with hashes that fit, is found by that.
 * @param heads ends of chains known from elsewhere, such as `ce_journalhead` of an event that was kept
 */
export function verifyBundle(bundle: JournalBundle, heads: readonly Anchor[] = []): BundleVerdict {
  const anchors = [...bundle.anchors, ...told(bundle), ...heads];
  const problems = bundle.chains.flatMap((chain) => chainProblems(bundle.caseId, chain));
  const names = new Set([...bundle.chains.map(({ service }) => service), ...anchors.map(({ service }) => service)]);
  for (const service of names) {
    if (problems.some((one) => one.service === service)) continue;
    const chains = bundle.chains.filter((one) => one.service === service);
    const heard = anchors.filter((one) => one.service === service);
    problems.push(...anchorProblems(service, chains[0]?.entries ?? [], heard).slice(0, 1));
    if (chains.length > 1) problems.push({ service, seq: null, problem: 'rewritten' });
  }
  const chains = bundle.chains.map(({ service, entries }) => ({
    service,
    entries: entries.length,
    anchors: anchors.filter((one) => one.service === service).length,
  }));
  return { ok: problems.length === 0, chains, problems };
}

function chainProblems(caseId: string, { service, entries, head }: JournalBundle['chains'][number]): BundleProblem[] {
  const stranger = entries.find((entry) => entry.caseId.toLowerCase() !== caseId.toLowerCase());
  if (stranger !== undefined) return [{ service, seq: stranger.seq, problem: 'other-case' }];
  const alone = verifyJournal(entries);
  if (!alone.ok) return [{ service, seq: alone.brokenAt, problem: alone.problem }];
  const ended = verifyJournal(entries, head);
  if (ended.ok) return [];
  return [{ service, seq: ended.brokenAt, problem: ended.problem === 'missing' ? 'cut-off' : 'rewritten' }];
}

/** The first place that was seen and is no longer there; the ones with a number can name it. */
function anchorProblems(service: string, entries: readonly JournalEntry[], heard: readonly Anchor[]): BundleProblem[] {
  const hashes = new Set(entries.map((entry) => entry.hash));
  const lost = heard.filter(({ seq, hash }) => (seq === null ? !hashes.has(hash) : entries[seq - 1]?.hash !== hash));
  if (lost.length === 0) return [];
  const numbered = lost.flatMap(({ seq }) => (seq === null ? [] : [seq])).sort((a, b) => a - b);
  const first = numbered[0];
  if (first === undefined) return [{ service, seq: null, problem: 'rewritten' }];
  if (first > entries.length) return [{ service, seq: entries.length + 1, problem: 'cut-off' }];
  // Up to the last place that still holds nothing was touched.
  const held = heard.flatMap(({ seq, hash }) => (seq !== null && entries[seq - 1]?.hash === hash ? [seq] : []));
  const sound = Math.max(0, ...held.filter((seq) => seq < first));
  return [{ service, seq: sound + 1, problem: 'rewritten' }];
}

/** What the chains in the bundle say of each other: entries with the `heads` that their service had heard of, of whatever kind. */
function told(bundle: JournalBundle): Anchor[] {
  return bundle.chains.flatMap(({ entries }) =>
    entries.filter(isSound).flatMap((entry): Anchor[] => {
      const { data } = entry;
      if (typeof data !== 'object' || data === null || !('heads' in data)) return [];
      const { heads } = data;
      return Array.isArray(heads) ? heads.flatMap((head) => anchorOf(head, entry.at)) : [];
    }),
  );
}

const isSound = (entry: JournalEntry): boolean => entryHash(entry.prevHash, entry.seq, entry) === entry.hash;

function anchorOf(head: unknown, heardAt: string): Anchor[] {
  const { service, seq, hash } = head as Partial<Record<'service' | 'seq' | 'hash', unknown>>;
  if (typeof service !== 'string' || typeof hash !== 'string') return [];
  return [{ service, seq: typeof seq === 'number' ? seq : null, hash, heardAt }];
}

/** Reads a bundle from a file's text. @throws TypeError when it is none */
export function readBundle(text: string): JournalBundle {
  const value = JSON.parse(text) as Partial<JournalBundle> | null;
  if (value?.format !== bundleFormat || !Array.isArray(value.chains) || !Array.isArray(value.anchors))
    throw new TypeError('this is no journal bundle');
  if (value.version !== 1) throw new TypeError(`bundles of version ${String(value.version)} are not known here`);
  return value as JournalBundle;
}
