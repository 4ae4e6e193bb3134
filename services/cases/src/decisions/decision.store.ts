import type { DecideResult } from '@arrears/contracts/activities';
import type { Tx } from '@arrears/persistence';
import type { Decision } from '@arrears/treatment';
import { pack, unpack } from './compact.js';

export interface StoredDecision {
  decision: Decision;
  result: DecideResult;
}
export interface NewStep {
  step: string;
  occurrence: number;
  kind: string;
  covers: readonly string[];
  personId: string | null;
  anchor: string;
  policyVersion: number;
  /** Set for steps that ended as they were planned: lapsed ones. */
  outcome: string | null;
}
export interface EndedStep {
  step: string;
  occurrence: number;
  outcome: string;
}

export const decisionStore = {
  async find(tx: Tx, caseId: string, decisionNo: number): Promise<StoredDecision | null> {
    const [row] = await tx.query<{ body: Buffer }>(
      'SELECT body FROM decisions WHERE case_id = $1 AND decision_no = $2',
      [caseId, decisionNo],
    );
    return row === undefined ? null : unpack<StoredDecision>(row.body);
  },

  async last(tx: Tx, caseId: string): Promise<StoredDecision | null> {
    const [row] = await tx.query<{ body: Buffer }>(
      'SELECT body FROM decisions WHERE case_id = $1 ORDER BY decision_no DESC LIMIT 1',
      [caseId],
    );
    return row === undefined ? null : unpack<StoredDecision>(row.body);
  },

  async snapshotOf(tx: Tx, caseId: string, decisionNo: number): Promise<unknown> {
    const [row] = await tx.query<{ body: Buffer }>(
      `SELECT s.body
         FROM decisions d
         JOIN snapshots s ON s.hash = d.snapshot_hash
        WHERE d.case_id = $1 AND d.decision_no = $2`,
      [caseId, decisionNo],
    );
    return row === undefined ? null : unpack(row.body);
  },

  /** Decision, snapshot (once per content), its steps, what ended with it and what is due next: one statement. */
  async insert(
    tx: Tx,
    of: {
      caseId: string;
      decisionNo: number;
      at: string;
      snapshotHash: Buffer;
      snapshot: unknown;
      stored: StoredDecision;
      steps: readonly NewStep[];
      ended: readonly EndedStep[];
      due: { step: string; at: string } | null;
    },
  ): Promise<void> {
    await tx.query(
      `WITH snapshot AS (
         INSERT INTO snapshots (hash, body) VALUES ($4, $5) ON CONFLICT (hash) DO NOTHING
       ), planned AS (
         INSERT INTO steps (case_id, step, occurrence, kind, covers, person_id, anchor, policy_version, decision_no,
                planned_at, ended_at, outcome)
         SELECT $1::uuid, s.step, s.occurrence, s.kind, s.covers, s."personId", s.anchor, s."policyVersion", $2::int,
                $3::timestamptz, CASE WHEN s.outcome IS NULL THEN NULL ELSE $3::timestamptz END, s.outcome
           FROM jsonb_to_recordset($7) AS s (step text, occurrence int, kind text, covers uuid[], "personId" uuid,
                anchor date, "policyVersion" int, outcome text)
         ON CONFLICT (case_id, step, occurrence) DO NOTHING
       ), ended AS (
         UPDATE steps s
            SET ended_at = $3, outcome = e.outcome
           FROM jsonb_to_recordset($8) AS e (step text, occurrence int, outcome text)
          WHERE s.case_id = $1 AND s.step = e.step AND s.occurrence = e.occurrence AND s.ended_at IS NULL
       ), withdrawn AS (
         UPDATE reviews r
            SET status = 'withdrawn', answered_at = $3
           FROM jsonb_to_recordset($8) AS e (step text, occurrence int, outcome text)
          WHERE r.case_id = $1 AND r.step = e.step AND r.occurrence = e.occurrence AND r.status = 'open'
       ), numbered AS (
         UPDATE cases
            SET decision_no = greatest(decision_no, $2), due_step = $10, due_at = $11
          WHERE case_id = $1
       )
       INSERT INTO decisions (case_id, decision_no, decided_for, snapshot_hash, body, wake_at)
       VALUES ($1, $2, $3, $4, $6, $9)`,
      [
        of.caseId,
        of.decisionNo,
        of.at,
        of.snapshotHash,
        pack(of.snapshot),
        pack(of.stored),
        JSON.stringify(of.steps),
        JSON.stringify(of.ended),
        of.stored.result.wakeAt,
        of.due?.step ?? null,
        of.due?.at ?? null,
      ],
    );
  },

  /**
   * Steps that should have been thought of before, by name: the case has not decided when their time came, or a review is
   * open past its deadline, which the case ends by itself as soon as it decides.
   */
  async overdueBySteps(tx: Tx, before: string): Promise<{ step: string; n: number }[]> {
    return tx.query(
      `SELECT late.step, count(*)::int AS n
         FROM (SELECT due_step AS step FROM cases WHERE status = 'open' AND due_at < $1
                UNION ALL
               SELECT step FROM reviews WHERE status = 'open' AND deadline < $1) late
        GROUP BY late.step
        ORDER BY late.step`,
      [before],
    );
  },

  /** Ends steps that are still open; a step that has ended keeps its outcome. */
  async endSteps(tx: Tx, caseId: string, ended: readonly EndedStep[], at: string): Promise<void> {
    if (ended.length === 0) return;
    await tx.query(
      `WITH reviewed AS (
         UPDATE reviews r
            SET status = 'timed-out', outcome = e.outcome, answered_at = $3
           FROM jsonb_to_recordset($2) AS e (step text, occurrence int, outcome text)
          WHERE r.case_id = $1 AND r.step = e.step AND r.occurrence = e.occurrence AND r.status = 'open'
       )
       UPDATE steps s
          SET ended_at = $3, outcome = e.outcome
         FROM jsonb_to_recordset($2) AS e (step text, occurrence int, outcome text)
        WHERE s.case_id = $1 AND s.step = e.step AND s.occurrence = e.occurrence AND s.ended_at IS NULL`,
      [caseId, JSON.stringify(ended), at],
    );
  },

  async applyCommands(tx: Tx, caseId: string, at: string): Promise<void> {
    await tx.query(
      `UPDATE commands SET status = 'applied', applied_at = $2 WHERE case_id = $1 AND status = 'accepted'`,
      [caseId, at],
    );
  },

  /** The full set of what needs somebody's attention: new ones are added, those no longer named are cleared. */
  async keepAttention(
    tx: Tx,
    caseId: string,
    items: readonly { code: string; step: string; owner: string }[],
    at: string,
  ): Promise<void> {
    await tx.query(
      `WITH now AS (
         SELECT * FROM jsonb_to_recordset($2) AS n (code text, step text, owner text)
       ), cleared AS (
         UPDATE attention a
            SET cleared_at = $3
          WHERE a.case_id = $1 AND a.cleared_at IS NULL
            AND NOT EXISTS (SELECT FROM now n WHERE n.code = a.code AND n.step = a.step)
       )
       INSERT INTO attention AS old (case_id, code, step, owner, since)
       SELECT $1::uuid, code, step, owner, $3::timestamptz FROM now
       ON CONFLICT (case_id, code, step) DO UPDATE
          SET since = CASE WHEN old.cleared_at IS NULL THEN old.since ELSE excluded.since END, cleared_at = NULL`,
      [caseId, JSON.stringify(items), at],
    );
  },

  async moveAccounts(tx: Tx, moves: readonly { accountId: string; stage: string }[]): Promise<void> {
    await tx.query(
      `UPDATE accounts a
          SET stage = m.stage
         FROM jsonb_to_recordset($1) AS m ("accountId" uuid, stage text)
        WHERE a.account_id = m."accountId" AND a.stage <> m.stage`,
      [JSON.stringify(moves)],
    );
  },

  async reclassify(tx: Tx, accounts: readonly { account_id: string; class: string }[]): Promise<void> {
    await tx.query(
      `UPDATE accounts a
          SET class = c.class
         FROM jsonb_to_recordset($1) AS c (account_id uuid, class text)
        WHERE a.account_id = c.account_id AND a.class <> c.class`,
      [JSON.stringify(accounts.map(({ account_id, class: to }) => ({ account_id, class: to })))],
    );
  },
};
