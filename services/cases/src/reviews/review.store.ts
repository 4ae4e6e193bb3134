import type { OpenReview } from '@arrears/contracts/activities';
import type { Tx } from '@arrears/persistence';

export interface ReviewRow {
  review_id: string;
  case_id: string;
  step: string;
  occurrence: number;
  covers: string[];
  by_role: string;
  outcomes: string[];
  on_timeout: string;
  deadline: Date;
  opened_at: Date;
  status: string;
  outcome: string | null;
}

export const reviewStore = {
  async insert(
    tx: Tx,
    reviewId: string,
    key: { step: string; occurrence: number },
    review: OpenReview,
    at: string,
  ): Promise<void> {
    await tx.query(
      `INSERT INTO reviews (review_id, case_id, step, occurrence, covers, by_role, outcomes, on_timeout, deadline, opened_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
       ON CONFLICT (case_id, step, occurrence) DO NOTHING`,
      [
        reviewId,
        review.caseId,
        key.step,
        key.occurrence,
        review.covers,
        review.by,
        review.outcomes,
        review.onTimeout,
        review.deadline,
        at,
      ],
    );
  },

  async find(tx: Tx, reviewId: string): Promise<ReviewRow | null> {
    const [row] = await tx.query<ReviewRow>('SELECT * FROM reviews WHERE review_id = $1', [reviewId]);
    return row ?? null;
  },

  /** The answer ends the review and its step. */
  async answer(tx: Tx, row: ReviewRow, outcome: string, at: string, actor: string): Promise<void> {
    await tx.query(
      `WITH answered AS (
         UPDATE reviews
            SET status = 'answered', outcome = $4, answered_at = $5, answered_by = $6
          WHERE review_id = $7
       )
       UPDATE steps SET ended_at = $5, outcome = $4 WHERE case_id = $1 AND step = $2 AND occurrence = $3 AND ended_at IS NULL`,
      [row.case_id, row.step, row.occurrence, outcome, at, actor, row.review_id],
    );
  },

  /** Worklist: open reviews and what the planner asks people to look at, the most urgent first. */
  async list(
    tx: Tx,
    of: {
      scope: readonly string[] | null;
      role: string | null;
      caseId: string | null;
      after: { due: string; id: string } | null;
      limit: number;
    },
  ): Promise<WorkItem[]> {
    return tx.query<WorkItem>(
      `SELECT w.*
         FROM (SELECT 'review' AS kind, r.review_id::text AS id, r.case_id, r.step, r.by_role AS role, r.outcomes, r.deadline AS due,
                      r.opened_at AS since, '' AS code
                 FROM reviews r
                WHERE r.status = 'open'
                UNION ALL
               SELECT 'attention', a.case_id || '/' || a.code || '/' || a.step, a.case_id, a.step, a.owner, '{}', a.since, a.since, a.code
                 FROM attention a
                WHERE a.cleared_at IS NULL) w
         JOIN cases c ON c.case_id = w.case_id
        WHERE ($1::text[] IS NULL OR c.agreement_id = ANY ($1))
          AND ($2::text IS NULL OR w.role = $2)
          AND ($3::uuid IS NULL OR w.case_id = $3)
          AND ($4::timestamptz IS NULL OR (w.due, w.id) > ($4, $5))
        ORDER BY w.due, w.id
        LIMIT $6`,
      [of.scope, of.role, of.caseId, of.after?.due ?? null, of.after?.id ?? '', of.limit],
    );
  },
};

export interface WorkItem {
  kind: 'review' | 'attention';
  id: string;
  case_id: string;
  step: string;
  role: string;
  outcomes: string[];
  due: Date;
  since: Date;
  code: string;
}
