import type { Tx } from '@arrears/persistence';
import type { Candidate } from './move.store.js';

/** The next case of a move, once it is its turn. */
export type Turn = { is: 'not-yet' } | { is: 'nothing-left' } | { is: 'item'; itemNo: number; caseId: string };

export const runStore = {
  async nextRunning(tx: Tx): Promise<string | null> {
    const [row] = await tx.query<{ move_id: string }>(
      `SELECT move_id FROM policy_moves WHERE status = 'running' ORDER BY requested_at LIMIT 1`,
    );
    return row?.move_id ?? null;
  },

  /**
   * Takes the move's turn: its row is locked until the case is moved, so that the rate holds over all processes and none
   * moves what another is moving. The case is read by a statement of its own, which sees what the one before has done.
   */
  async takeTurn(tx: Tx, moveId: string): Promise<Turn> {
    const turn = await tx.query(
      `UPDATE policy_moves
          SET next_at = clock_timestamp() + make_interval(secs => 1.0 / rate)
        WHERE move_id = $1 AND status = 'running' AND next_at <= clock_timestamp()
       RETURNING move_id`,
      [moveId],
    );
    if (turn.length === 0) return { is: 'not-yet' };
    const [item] = await tx.query<{ item_no: number; case_id: string }>(
      `SELECT item_no, case_id
         FROM policy_move_items
        WHERE move_id = $1 AND status = 'waiting'
        ORDER BY item_no
        LIMIT 1`,
      [moveId],
    );
    return item === undefined ? { is: 'nothing-left' } : { is: 'item', itemNo: item.item_no, caseId: item.case_id };
  },

  /** Accounts of the case under the version, and what was done for them; read under the case's lock. */
  async situation(
    tx: Tx,
    of: { caseId: string; continues: readonly string[]; policyId: string; version: number },
  ): Promise<{ accounts: string[]; records: Candidate['records'] }> {
    const [row] = await tx.query<{ accounts: string[]; records: Candidate['records'] }>(
      `WITH under AS (
         SELECT coalesce(array_agg(account_id ORDER BY account_id), '{}') AS accounts
           FROM accounts
          WHERE case_id = $1 AND policy_id = $3 AND policy_version = $4 AND status <> 'closed'
       )
       SELECT under.accounts,
              (SELECT coalesce(jsonb_agg(jsonb_build_object('step', s.step, 'policyVersion', s.policy_version, 'outcome', s.outcome)), '[]')
                 FROM steps s
                WHERE (s.case_id = $1 OR s.case_id = ANY ($2::uuid[])) AND s.covers && under.accounts) AS records
         FROM under`,
      [of.caseId, of.continues, of.policyId, of.version],
    );
    return row ?? { accounts: [], records: [] };
  },

  async pin(tx: Tx, accounts: readonly string[], version: number): Promise<void> {
    await tx.query(
      'UPDATE accounts SET policy_version = $2, version = version + 1 WHERE account_id = ANY ($1::uuid[])',
      [accounts, version],
    );
  },

  async ended(
    tx: Tx,
    of: { moveId: string; itemNo: number; status: 'moved' | 'skipped'; detail: string | null; at: string },
  ): Promise<void> {
    await tx.query(
      `UPDATE policy_move_items
          SET status = $3, detail = $4, ended_at = $5
        WHERE move_id = $1 AND item_no = $2 AND status = 'waiting'`,
      [of.moveId, of.itemNo, of.status, of.detail, of.at],
    );
  },

  async done(tx: Tx, moveId: string, at: string): Promise<void> {
    await tx.query(
      `UPDATE policy_moves SET status = 'done', finished_at = $2 WHERE move_id = $1 AND status = 'running'`,
      [moveId, at],
    );
  },
};
