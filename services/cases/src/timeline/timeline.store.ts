import type { Tx } from '@arrears/persistence';

export interface TimelineRow {
  at: Date;
  at_text: string;
  /** Orders what happened in the same moment. */
  n: string;
  kind: string;
  data: Record<string, unknown>;
}

const instantText = `'YYYY-MM-DD HH24:MI:SS.US'`;

export const timelineStore = {
  /** Journal, facts of the case's loans, contacts, and steps with what came of them, newest first. */
  async list(tx: Tx, caseId: string, after: { at: string; n: string } | null, limit: number): Promise<TimelineRow[]> {
    return tx.query<TimelineRow>(
      `SELECT t.at, to_char(t.at AT TIME ZONE 'UTC', ${instantText}) AS at_text, t.n, t.kind, t.data
         FROM (SELECT j.at, 'j' || lpad(j.seq::text, 12, '0') AS n, j.kind, j.data || jsonb_build_object('actor', j.actor) AS data
                 FROM journal j
                WHERE j.case_id = $1
                UNION ALL
               SELECT f.known_at, 'f' || lpad(f.fact_no::text, 12, '0'), 'bank-' || f.kind,
                      jsonb_build_object('loanId', f.loan_id, 'factId', f.fact_id, 'sequence', f.sequence, 'valueDate', f.value_date,
                                         'applied', f.applied) || f.data
                 FROM loan_facts f
                WHERE (f.agreement_id, f.loan_id) IN (SELECT a.agreement_id, a.loan_id FROM accounts a WHERE a.case_id = $1)
                UNION ALL
               SELECT o.at, 'c' || lpad(o.story_no::text, 12, '0'), o.kind, o.data
                 FROM contact_story o
                WHERE o.case_id = $1
                UNION ALL
               SELECT s.planned_at, 's' || s.step || '/' || s.occurrence, 'step-planned',
                      jsonb_build_object('step', s.step, 'occurrence', s.occurrence, 'does', s.kind, 'covers', s.covers,
                                         'decisionNo', s.decision_no)
                 FROM steps s
                WHERE s.case_id = $1
                UNION ALL
               SELECT s.ended_at, 't' || s.step || '/' || s.occurrence, 'step-ended',
                      jsonb_build_object('step', s.step, 'occurrence', s.occurrence, 'does', s.kind, 'outcome', s.outcome)
                 FROM steps s
                WHERE s.case_id = $1 AND s.ended_at IS NOT NULL
                UNION ALL
               SELECT d.decided_for, 'd' || lpad(d.decision_no::text, 12, '0'), 'decision',
                      jsonb_build_object('decisionNo', d.decision_no, 'snapshot', encode(d.snapshot_hash, 'hex'))
                 FROM decisions d
                WHERE d.case_id = $1) t
        WHERE $2::text IS NULL
           OR (to_char(t.at AT TIME ZONE 'UTC', ${instantText}), t.n) < ($2, $3)
        ORDER BY t.at DESC, t.n DESC
        LIMIT $4`,
      [caseId, after?.at ?? null, after?.n ?? '', limit],
    );
  },
};

export function timelineView(row: TimelineRow) {
  return { ...row.data, at: row.at.toISOString(), id: row.n, kind: row.kind };
}
