import type { Tx } from '@arrears/persistence';
import type { HoldInput, PlannedHold } from './hold.js';

export interface StoredHold {
  hold_id: string;
  kind: string;
  effects: string[];
  allows: string[];
  accounts: string[] | null;
  persons: string[] | null;
  from_at: Date;
  until_at: Date | null;
  lifted_at: Date | null;
  placed_by: string;
  lifted_by: string | null;
}

export const holdStore = {
  async insert(
    tx: Tx,
    of: { holdId: string; caseId: string; input: HoldInput; shape: PlannedHold; at: string; actor: string },
  ): Promise<void> {
    const { input, shape } = of;
    await tx.query(
      `INSERT INTO holds (hold_id, case_id, kind, effects, allows, accounts, persons, from_at, until_at, placed_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        of.holdId,
        of.caseId,
        input.kind,
        shape.effects,
        shape.allows,
        input.accounts ?? null,
        input.persons ?? null,
        of.at,
        shape.until,
        of.actor,
      ],
    );
  },

  async find(tx: Tx, caseId: string, holdId: string): Promise<StoredHold | null> {
    const [row] = await tx.query<StoredHold>('SELECT * FROM holds WHERE case_id = $1 AND hold_id = $2', [
      caseId,
      holdId,
    ]);
    return row ?? null;
  },

  /** Whether a hold of this kind that names the person, or nobody, stands at this moment. */
  async isHeld(tx: Tx, of: { caseId: string; personId: string; kind: string; at: string }): Promise<boolean> {
    const rows = await tx.query(
      `SELECT 1 FROM holds
        WHERE case_id = $1 AND kind = $2 AND lifted_at IS NULL AND (until_at IS NULL OR until_at > $4)
          AND (persons IS NULL OR $3 = ANY (persons))
        LIMIT 1`,
      [of.caseId, of.kind, of.personId, of.at],
    );
    return rows.length > 0;
  },

  async lift(tx: Tx, holdId: string, at: string, actor: string): Promise<void> {
    await tx.query('UPDATE holds SET lifted_at = $2, lifted_by = $3 WHERE hold_id = $1', [holdId, at, actor]);
  },

  async list(tx: Tx, caseId: string): Promise<StoredHold[]> {
    return tx.query<StoredHold>('SELECT * FROM holds WHERE case_id = $1 ORDER BY from_at DESC, hold_id', [caseId]);
  },

  /** Accounts and persons of the case among those named: a hold can't stop what is not there. */
  async known(
    tx: Tx,
    caseId: string,
  ): Promise<{ accounts: string[]; persons: string[]; pins: { policy_id: string; policy_version: number }[] }> {
    const [row] = await tx.query<{
      accounts: string[];
      persons: string[];
      pins: { policy_id: string; policy_version: number }[];
    }>(
      `SELECT (SELECT coalesce(jsonb_agg(account_id), '[]') FROM accounts WHERE case_id = $1 AND status <> 'closed') AS accounts,
              (SELECT coalesce(jsonb_agg(DISTINCT person_id), '[]') FROM case_persons WHERE case_id = $1) AS persons,
              (SELECT coalesce(jsonb_agg(to_jsonb(p)), '[]')
                 FROM (SELECT policy_id, policy_version
                         FROM accounts
                        WHERE case_id = $1 AND status <> 'closed'
                        ORDER BY earliest_unpaid NULLS LAST, account_id) p) AS pins`,
      [caseId],
    );
    return row ?? { accounts: [], persons: [], pins: [] };
  },
};
