import type { Tx } from '@arrears/persistence';
import type { MoveFilter } from './move.js';

export interface MoveRow {
  move_id: string;
  policy_id: string;
  from_version: number;
  to_version: number;
  filter: MoveFilter;
  reason: string;
  rate: number;
  undo_of: string | null;
  status: 'waiting' | 'running' | 'done' | 'cancelled';
  total: number;
  requested_by: string;
  requested_at: Date;
  approved_by: string | null;
  approved_at: Date | null;
  finished_at: Date | null;
}
export interface MoveItem {
  item_no: number;
  case_id: string;
  status: 'waiting' | 'moved' | 'skipped';
  detail: string | null;
  ended_at: Date | null;
}
export interface Candidate {
  case_id: string;
  records: { step: string; policyVersion: number; outcome: string | null }[];
}
export interface Whose {
  policyId: string;
  version: number;
  /** Agreements that the actor may see; null: all. */
  scope: readonly string[] | null;
}

const columns = `move_id, policy_id, from_version, to_version, filter, reason, rate, undo_of, status, total, requested_by,
  requested_at, approved_by, approved_at, finished_at`;

export const moveStore = {
  /** Open cases with an account under a version. */
  async total(tx: Tx, { policyId, version, scope }: Whose): Promise<number> {
    const [row] = await tx.query<{ n: number }>(
      `SELECT count(DISTINCT a.case_id)::int AS n
         FROM accounts a
         JOIN cases c ON c.case_id = a.case_id
        WHERE a.policy_id = $1 AND a.policy_version = $2 AND a.status <> 'closed' AND c.status = 'open'
          AND ($3::text[] IS NULL OR c.agreement_id = ANY ($3))`,
      [policyId, version, scope],
    );
    return row?.n ?? 0;
  },

  /** A page of the cases that a filter names, in the order of their ids, with what was done for their accounts. */
  async candidates(tx: Tx, whose: Whose, filter: MoveFilter, after: string, limit: number): Promise<Candidate[]> {
    return tx.query<Candidate>(
      `SELECT c.case_id,
              (SELECT coalesce(jsonb_agg(jsonb_build_object('step', s.step, 'policyVersion', s.policy_version, 'outcome', s.outcome)), '[]')
                 FROM steps s
                WHERE (s.case_id = c.case_id OR s.case_id = ANY (c.continues)) AND s.covers && under.accounts) AS records
         FROM cases c
        CROSS JOIN LATERAL (
              SELECT array_agg(a.account_id) AS accounts, bool_or($7::text IS NULL OR a.product = $7) AS fits
                FROM accounts a
               WHERE a.case_id = c.case_id AND a.policy_id = $1 AND a.policy_version = $2 AND a.status <> 'closed') under
        WHERE c.case_id IN (SELECT case_id FROM accounts WHERE policy_id = $1 AND policy_version = $2 AND status <> 'closed')
          AND c.status = 'open' AND under.fits
          AND ($3::text[] IS NULL OR c.agreement_id = ANY ($3))
          AND c.case_id > $4
          AND ($5::text IS NULL OR c.agreement_id = $5)
          AND ($6::text IS NULL OR c.branch = $6)
          AND ($8::text IS NULL OR c.stage = $8)
          AND ($9::uuid[] IS NULL OR c.case_id = ANY ($9))
        ORDER BY c.case_id
        LIMIT $10`,
      [
        whose.policyId,
        whose.version,
        whose.scope,
        after,
        filter.agreementId ?? null,
        filter.branch ?? null,
        filter.product ?? null,
        filter.stage ?? null,
        filter.caseIds ?? null,
        limit,
      ],
    );
  },

  /** The request with its frozen cases; those that can't go are told at once. */
  async insert(
    tx: Tx,
    move: Omit<MoveRow, 'requested_at' | 'approved_at' | 'finished_at'> & { at: string },
    items: readonly { caseId: string; detail: string | null }[],
  ): Promise<void> {
    await tx.query(
      `INSERT INTO policy_moves (move_id, policy_id, from_version, to_version, filter, reason, rate, undo_of, status, total,
              requested_by, requested_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        move.move_id,
        move.policy_id,
        move.from_version,
        move.to_version,
        JSON.stringify(move.filter),
        move.reason,
        move.rate,
        move.undo_of,
        move.status,
        move.total,
        move.requested_by,
        move.at,
      ],
    );
    await tx.query(
      `INSERT INTO policy_move_items (move_id, item_no, case_id, status, detail, ended_at)
       SELECT $1, i.n, i."caseId", CASE WHEN i.detail IS NULL THEN 'waiting' ELSE 'skipped' END, i.detail,
              CASE WHEN i.detail IS NULL THEN NULL ELSE $3::timestamptz END
         FROM ROWS FROM (jsonb_to_recordset($2) AS ("caseId" uuid, detail text)) WITH ORDINALITY AS i ("caseId", detail, n)`,
      [move.move_id, JSON.stringify(items), move.at],
    );
  },

  async find(tx: Tx, moveId: string, lock: '' | 'FOR UPDATE' = ''): Promise<MoveRow | null> {
    const [row] = await tx.query<MoveRow>(`SELECT ${columns} FROM policy_moves WHERE move_id = $1 ${lock}`, [moveId]);
    return row ?? null;
  },

  async list(tx: Tx, after: { at: string; id: string } | null, limit: number): Promise<MoveRow[]> {
    return tx.query<MoveRow>(
      `SELECT ${columns}
         FROM policy_moves
        WHERE $1::timestamptz IS NULL OR (requested_at, move_id) < ($1, $2::uuid)
        ORDER BY requested_at DESC, move_id DESC
        LIMIT $3`,
      [after?.at ?? null, after?.id ?? null, limit],
    );
  },

  async counts(tx: Tx, moveId: string): Promise<Record<MoveItem['status'], number>> {
    const rows = await tx.query<{ status: MoveItem['status']; n: number }>(
      'SELECT status, count(*)::int AS n FROM policy_move_items WHERE move_id = $1 GROUP BY status',
      [moveId],
    );
    const of = (status: MoveItem['status']) => rows.find((row) => row.status === status)?.n ?? 0;
    return { waiting: of('waiting'), moved: of('moved'), skipped: of('skipped') };
  },

  async items(tx: Tx, moveId: string, after: number, limit: number): Promise<MoveItem[]> {
    return tx.query<MoveItem>(
      `SELECT item_no, case_id, status, detail, ended_at
         FROM policy_move_items
        WHERE move_id = $1 AND item_no > $2
        ORDER BY item_no
        LIMIT $3`,
      [moveId, after, limit],
    );
  },

  async movedCases(tx: Tx, moveId: string): Promise<string[]> {
    const rows = await tx.query<{ case_id: string }>(
      `SELECT case_id FROM policy_move_items WHERE move_id = $1 AND status = 'moved' ORDER BY item_no`,
      [moveId],
    );
    return rows.map((row) => row.case_id);
  },

  async undoneBy(tx: Tx, moveId: string): Promise<boolean> {
    const rows = await tx.query(`SELECT 1 FROM policy_moves WHERE undo_of = $1 AND status <> 'cancelled'`, [moveId]);
    return rows.length > 0;
  },

  async approve(tx: Tx, moveId: string, by: string, at: string): Promise<void> {
    await tx.query(
      `UPDATE policy_moves SET status = 'running', approved_by = $2, approved_at = $3 WHERE move_id = $1`,
      [moveId, by, at],
    );
  },

  /** What was moved stays moved; what waits is left alone. */
  async cancel(tx: Tx, moveId: string, at: string): Promise<void> {
    await tx.query(`UPDATE policy_moves SET status = 'cancelled', finished_at = $2 WHERE move_id = $1`, [moveId, at]);
  },
};
