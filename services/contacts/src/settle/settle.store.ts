import { nextEntry, type JournalHead, type JournalRecord } from '@arrears/audit';
import type { EventKind } from '@arrears/compliance';
import type { Tx } from '@arrears/persistence';
import { permitColumns, type PermitRow } from '../gate/permit.store.js';
import type { Counts, PermitState } from './settle.js';

/** A permit with what it may have raised and where its case's journal stands. */
export interface LockedPermit extends PermitRow {
  kinds: EventKind[];
  head: JournalHead;
}

/**
 * Locks the head of the case's journal and then the permit: whoever changes a permit holds its case's head. The ledger is
 * not needed, since settling never makes room that somebody has already been promised.
 */
export async function lockPermit(tx: Tx, permitId: string): Promise<LockedPermit | null> {
  const [row] = await tx.query<LockedPermit>(permitSql('FOR UPDATE OF head, permit'), [permitId], {
    prepare: 'lock-permit',
  });
  return row ?? null;
}

/** The same without a lock: a change is then written only if the journal's head still stands as it was read. */
export async function peekPermit(tx: Tx, permitId: string): Promise<LockedPermit | null> {
  const [row] = await tx.query<LockedPermit>(permitSql(''), [permitId], { prepare: 'peek-permit' });
  return row ?? null;
}

const permitSql = (lock: '' | 'FOR UPDATE OF head, permit') => `
  SELECT ${permitColumns},
         COALESCE(counts.reserved || counts.counted || counts.given_back, '{}') AS kinds,
         json_build_object('seq', head.seq, 'hash', encode(head.hash, 'hex')) AS head
    FROM permits permit
    JOIN journal_heads head USING (case_id)
    LEFT JOIN counted_contacts counts ON counts.contact_ref = permit.permit_id
   WHERE permit.permit_id = $1
     ${lock}`;

/**
 * The permit's new state, its counters and the journal's entry, in one statement, if the journal's head stands as it was
 * read: whoever changes a permit moves the head of its case.
 * @returns null when it does not: nothing was written then
 */
export async function saveMove(
  tx: Tx,
  permitId: string,
  to: {
    state: PermitState;
    contentHash: string | null;
    settled: boolean;
    counts: Counts;
    /** False: they already are so. */
    countsMove: boolean;
    at: string;
  },
  told: { head: JournalHead; record: JournalRecord },
): Promise<JournalHead | null> {
  const entry = nextEntry(told.head, told.record);
  const common = [permitId, to.state, to.contentHash, to.settled, entry.caseId, to.at, entry.seq, entry.prevHash];
  const entryParams = [entry.hash, entry.kind, entry.actor, JSON.stringify(entry.data)];
  const { reserved, counted, givenBack } = to.counts;
  const what = to.countsMove ? 'state-and-counts' : 'state';
  const moved = await tx.query(
    moveSql(what),
    [...common, ...entryParams, ...(to.countsMove ? [reserved, counted, givenBack] : [])],
    { prepare: `move-permit-${what}` },
  );
  return moved.length === 1 ? { seq: entry.seq, hash: entry.hash } : null;
}

/** Counters, and the list of dials that nobody told anything of: where both stay as they were, they are not touched. */
const moreMoved = `
  ), counts AS (
    UPDATE counted_contacts
       SET reserved = $13::text[], counted = $14::text[], given_back = $15::text[], changed_at = $6::timestamptz
      FROM head
     WHERE contact_ref = $1
  ), dial AS (
    DELETE FROM open_dials USING head WHERE permit_id = $1 AND $4::boolean`;

const moveSql = (what: 'state' | 'state-and-counts') => `
  WITH head AS (
    UPDATE journal_heads
       SET seq = $7, hash = decode($9, 'hex')
     WHERE case_id = $5 AND seq = $7 - 1 AND hash = decode($8, 'hex')
    RETURNING case_id
  ), moved AS (
    UPDATE permits
       SET state        = $2,
           content_hash = COALESCE(content_hash, $3),
           settled_at   = CASE WHEN $4::boolean THEN COALESCE(settled_at, now()) ELSE settled_at END
      FROM head
     WHERE permit_id = $1${what === 'state' ? '' : moreMoved}
  ), entry AS (
    INSERT INTO journal (case_id, seq, prev_hash, hash, kind, at, actor, data)
    SELECT case_id, $7, decode($8, 'hex'), decode($9, 'hex'), $10, $6::timestamptz, $11, $12::jsonb
      FROM head
  )
  SELECT case_id FROM head`;

/** Dials granted before a business time of which nobody told the outcome, the oldest first. */
export async function openDials(tx: Tx, before: string, limit: number): Promise<string[]> {
  const rows = await tx.query<{ permit_id: string }>(
    `SELECT permit_id FROM open_dials WHERE granted_at <= $1 ORDER BY granted_at LIMIT $2`,
    [before, limit],
  );
  return rows.map(({ permit_id }) => permit_id);
}
