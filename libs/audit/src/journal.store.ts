import { fileURLToPath } from 'node:url';
import type { Database, MigrationFolder, Tx } from '@arrears/persistence';
import { canonicalJson, type Json } from './canonical.js';
import { nextEntry, type JournalEntry, type JournalHead, type JournalRecord } from './chain.js';
import { verifyJournal, type JournalVerdict } from './verify.js';

/** Tables of this library; every service that keeps a journal runs them among its own migrations. */
export const auditMigrations: MigrationFolder = {
  name: 'audit',
  path: fileURLToPath(new URL('../migrations', import.meta.url)),
};

const instantPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/**
 * Appends one entry to the case's chain, in the transaction of what it tells. The head's row is locked until that
 * transaction ends, so entries of one case are appended one at a time and a rolled back one leaves no gap.
 * @throws TypeError when `data` is not plain JSON or `at` not an instant with milliseconds and Z
 */
export async function appendJournal(tx: Tx, record: JournalRecord): Promise<JournalHead> {
  if (!instantPattern.test(record.at)) throw new TypeError('at: an instant such as 2026-11-09T01:02:03.000Z');
  const entry = nextEntry(await lockJournalHead(tx, record.caseId), record);
  await tx.query(
    `WITH entry AS (
       INSERT INTO journal (case_id, seq, prev_hash, hash, kind, at, actor, data)
       VALUES ($1, $2, decode($3, 'hex'), decode($4, 'hex'), $5, $6, $7, $8::jsonb)
       RETURNING case_id, seq, hash
     )
     INSERT INTO journal_heads (case_id, seq, hash)
     SELECT case_id, seq, hash FROM entry
     ON CONFLICT (case_id) DO UPDATE
        SET seq = excluded.seq, hash = excluded.hash`,
    [entry.caseId, entry.seq, entry.prevHash, entry.hash, entry.kind, entry.at, entry.actor, canonicalJson(entry.data)],
  );
  return { seq: entry.seq, hash: entry.hash };
}

/** The end of a case's chain as the transaction sees it; null when nothing was told of it yet. Goes into `ce_journalhead`. */
export async function journalHead(tx: Pick<Tx, 'query'>, caseId: string): Promise<JournalHead | null> {
  return selectHead(tx, caseId, '');
}

/**
 * The head, locked, for a service that writes the next entry (`nextEntry`) in a statement of its own. Two first entries of
 * one case at once: the advisory lock lets one wait for the other.
 */
export async function lockJournalHead(tx: Tx, caseId: string): Promise<JournalHead | null> {
  const known = await selectHead(tx, caseId, 'FOR UPDATE');
  if (known !== null) return known;
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('journal ' || $1::text, 0))`, [caseId.toLowerCase()]);
  return selectHead(tx, caseId, 'FOR UPDATE');
}

async function selectHead(tx: Pick<Tx, 'query'>, caseId: string, lock: '' | 'FOR UPDATE'): Promise<JournalHead | null> {
  const [row] = await tx.query<JournalHead>(
    `SELECT seq, encode(hash, 'hex') AS hash
       FROM journal_heads
      WHERE case_id = $1 ${lock}`,
    [caseId],
  );
  return row ?? null;
}

type Row = Omit<JournalEntry, 'at' | 'data'> & { at: Date; data: Json };

/**
 * Entries in order, at most `limit` (default 100, at most 500) after number `after`.
 * @returns `next`: the number to go on after, or null at the end
 */
export async function readJournal(
  db: Pick<Tx, 'query'>,
  caseId: string,
  cursor: { after?: number; limit?: number } = {},
): Promise<{ entries: JournalEntry[]; next: number | null }> {
  const limit = Math.min(Math.max(cursor.limit ?? 100, 1), 500);
  const rows = await db.query<Row>(
    `SELECT case_id AS "caseId", seq, encode(prev_hash, 'hex') AS "prevHash", encode(hash, 'hex') AS hash,
            kind, at, actor, data
       FROM journal
      WHERE case_id = $1 AND seq > $2
      ORDER BY seq
      LIMIT $3`,
    [caseId, cursor.after ?? 0, limit + 1],
  );
  const entries = rows.slice(0, limit).map((row) => ({ ...row, at: row.at.toISOString() }));
  return { entries, next: rows.length > limit ? (entries.at(-1)?.seq ?? null) : null };
}

/** A page of the chain with the end of the whole chain at the same moment, for whoever reads it page by page from outside. */
export async function readJournalPage(
  db: Pick<Database, 'transaction'>,
  caseId: string,
  cursor: { after: number; limit: number },
): Promise<{ entries: JournalEntry[]; next: number | null; head: JournalHead | null }> {
  return db.transaction(
    async (tx) => ({ ...(await readJournal(tx, caseId, cursor)), head: await journalHead(tx, caseId) }),
    { isolation: 'repeatable read' },
  );
}

/** Reads a case's whole chain and its head in one snapshot and verifies them. */
export async function verifyCaseJournal(db: Pick<Database, 'transaction'>, caseId: string): Promise<JournalVerdict> {
  return db.transaction(
    async (tx) => {
      const entries: JournalEntry[] = [];
      for (let after: number | null = 0; after !== null;) {
        const page = await readJournal(tx, caseId, { after, limit: 500 });
        entries.push(...page.entries);
        after = page.next;
      }
      return verifyJournal(entries, await journalHead(tx, caseId));
    },
    { isolation: 'repeatable read' },
  );
}
