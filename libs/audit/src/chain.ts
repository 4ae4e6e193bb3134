import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from './canonical.js';

/** What is told of one happening. `data` holds ids, codes, amounts and hashes; never what would name a person. */
export interface JournalRecord {
  caseId: string;
  /** What happened, such as `account-joined`. */
  kind: string;
  /** Business time, ISO 8601 with milliseconds and Z. */
  at: string;
  /** `sub` of a person, or `service:<name>`, `bank`. */
  actor: string;
  data: Json;
}
export interface JournalEntry extends JournalRecord {
  /** 1, 2, 3, … per case and service. */
  seq: number;
  /** Hex. */
  prevHash: string;
  hash: string;
}
export interface JournalHead {
  seq: number;
  hash: string;
}

/** What the first entry of a case follows. It names the case, so that a chain can't be passed off as another's. */
export function genesisHash(caseId: string): string {
  return createHash('sha256').update(`arrears journal|${caseId.toLowerCase()}`).digest('hex');
}

/** sha256 of the previous hash, a bar and the entry in canonical JSON. */
export function entryHash(prevHash: string, seq: number, { caseId, kind, at, actor, data }: JournalRecord): string {
  const content = canonicalJson({ caseId: caseId.toLowerCase(), seq, kind, at, actor, data });
  return createHash('sha256').update(`${prevHash}|${content}`).digest('hex');
}

/** The entry that comes after `head`; null for the first one of the case. */
export function nextEntry(head: JournalHead | null, record: JournalRecord): JournalEntry {
  const seq = (head?.seq ?? 0) + 1;
  const prevHash = head?.hash ?? genesisHash(record.caseId);
  return { ...record, seq, prevHash, hash: entryHash(prevHash, seq, record) };
}
