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

export interface Move {
  permitId: string;
  state: PermitState;
  contentHash: string | null;
  settled: boolean;
  counts: Counts;
  /** False: they already are so. */
  countsMove: boolean;
  at: string;
  head: JournalHead;
  record: JournalRecord;
}

/**
 * New states of permits, their counters and the journals' entries, in one statement: each if its journal's head stands as it
 * was read, since whoever changes a permit moves the head of its case. No two of them may be of one case.
 * @returns for each where its journal stands with it; null where it does not: nothing was written of that one then
 */
export async function saveMoves(tx: Pick<Tx, 'query'>, moves: readonly Move[]): Promise<(JournalHead | null)[]> {
  const entries = moves.map(({ head, record }) => nextEntry(head, record));
  const moved = await tx.query<{ place: number }>(
    moveSql,
    [
      moves.map(({ permitId }) => permitId),
      moves.map(({ state }) => state),
      moves.map(({ contentHash }) => contentHash),
      moves.map(({ settled }) => settled),
      moves.map(({ countsMove }) => countsMove),
      moves.map(({ counts }) => `{${counts.reserved.join(',')}}`),
      moves.map(({ counts }) => `{${counts.counted.join(',')}}`),
      moves.map(({ counts }) => `{${counts.givenBack.join(',')}}`),
      moves.map(({ at }) => at),
      entries.map(({ caseId }) => caseId),
      entries.map(({ seq }) => seq),
      entries.map(({ prevHash }) => prevHash),
      entries.map(({ hash }) => hash),
      entries.map(({ kind }) => kind),
      entries.map(({ actor }) => actor),
      entries.map(({ data }) => JSON.stringify(data)),
      moves.map((_, place) => place),
    ],
    { prepare: 'move-permits' },
  );
  const places = new Set(moved.map(({ place }) => place));
  return entries.map(({ seq, hash }, place) => (places.has(place) ? { seq, hash } : null));
}

const moveSql = `
  WITH asked AS (
    SELECT *
      FROM unnest(
             $1::uuid[], $2::text[], $3::text[], $4::boolean[], $5::boolean[], $6::text[], $7::text[], $8::text[],
             $9::timestamptz[], $10::uuid[], $11::integer[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[],
             $17::integer[]
           ) AS given (
             permit_id, state, content_hash, settled, counts_move, reserved, counted, given_back,
             at, case_id, seq, prev_hash, hash, kind, actor, entry,
             place
           )
  ), heads AS (
    SELECT case_id, seq, hash FROM journal_heads WHERE case_id = ANY ($10::uuid[]) ORDER BY case_id FOR UPDATE
  ), move AS (
    SELECT asked.*
      FROM asked
      JOIN heads ON heads.case_id = asked.case_id AND heads.seq = asked.seq - 1
                AND heads.hash = decode(asked.prev_hash, 'hex')
  ), head AS (
    UPDATE journal_heads
       SET seq = move.seq, hash = decode(move.hash, 'hex')
      FROM move
     WHERE journal_heads.case_id = move.case_id
  ), moved AS (
    UPDATE permits
       SET state        = move.state,
           content_hash = COALESCE(permits.content_hash, move.content_hash),
           settled_at   = CASE WHEN move.settled THEN COALESCE(permits.settled_at, now()) ELSE permits.settled_at END
      FROM move
     WHERE permits.permit_id = move.permit_id
  ), counts AS (
    UPDATE counted_contacts
       SET reserved   = move.reserved::text[],
           counted    = move.counted::text[],
           given_back = move.given_back::text[],
           changed_at = move.at
      FROM move
     WHERE counted_contacts.contact_ref = move.permit_id AND move.counts_move
  ), dial AS (
    DELETE FROM open_dials USING move WHERE open_dials.permit_id = move.permit_id AND move.settled
  ), entry AS (
    INSERT INTO journal (case_id, seq, prev_hash, hash, kind, at, actor, data)
    SELECT case_id, seq, decode(prev_hash, 'hex'), decode(hash, 'hex'), kind, at, actor, entry::jsonb
      FROM move
  )
  SELECT place FROM move`;

/** Dials granted before a business time of which nobody told the outcome, the oldest first. */
export async function openDials(tx: Tx, before: string, limit: number): Promise<string[]> {
  const rows = await tx.query<{ permit_id: string }>(
    `SELECT permit_id FROM open_dials WHERE granted_at <= $1 ORDER BY granted_at LIMIT $2`,
    [before, limit],
  );
  return rows.map(({ permit_id }) => permit_id);
}
