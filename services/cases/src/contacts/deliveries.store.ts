import type { Tx } from '@arrears/persistence';

export interface StepKey {
  caseId: string;
  step: string;
  occurrence: number;
}

export const deliveryStore = {
  /** The step and its case, both locked; null when we never planned it. */
  async lockStep(tx: Tx, key: StepKey): Promise<{ outcome: string | null } | null> {
    const [row] = await tx.query<{ outcome: string | null }>(
      'SELECT outcome FROM steps WHERE case_id = $1 AND step = $2 AND occurrence = $3 FOR UPDATE',
      [key.caseId, key.step, key.occurrence],
    );
    return row ?? null;
  },

  async endStep(tx: Tx, key: StepKey, outcome: string, at: string): Promise<void> {
    await tx.query(
      `UPDATE steps SET outcome = $4, ended_at = $5 WHERE case_id = $1 AND step = $2 AND occurrence = $3`,
      [key.caseId, key.step, key.occurrence, outcome, at],
    );
  },

  /** What the gate said last for a step, by rule. */
  async keepDenials(
    tx: Tx,
    caseId: string,
    step: string,
    denials: readonly { rule: string; until: string }[],
    at: string,
  ): Promise<void> {
    await tx.query(
      `INSERT INTO denials AS old (case_id, step, rule, until_at, denied_at)
       SELECT c.case_id, $2, d.rule, CASE WHEN d.until = 'never' THEN 'infinity' ELSE d.until::timestamptz END, $4
         FROM cases c
        CROSS JOIN jsonb_to_recordset($3) AS d (rule text, until text)
        WHERE c.case_id = $1
       ON CONFLICT (case_id, step, rule) DO UPDATE
          SET until_at = excluded.until_at, denied_at = excluded.denied_at
        WHERE old.denied_at <= excluded.denied_at`,
      [caseId, step, JSON.stringify(denials), at],
    );
  },

  /** Keeps what `contacts` says of a point. @returns whether it is news that bars or frees somebody */
  async keepPoint(
    tx: Tx,
    of: { agreementId: string; personId: string; point: object & { id: string; version: number } },
  ): Promise<boolean> {
    const rows = await tx.query<{ changed: boolean }>(
      `WITH old AS (
         SELECT points FROM persons WHERE agreement_id = $1 AND person_id = $2 FOR UPDATE
       ), known AS (
         SELECT p FROM old, jsonb_array_elements(old.points) p WHERE p ->> 'id' = $3
       )
       UPDATE persons
          SET points = (SELECT coalesce(jsonb_agg(p), '[]')
                          FROM jsonb_array_elements(persons.points) p
                         WHERE p ->> 'id' <> $3) || $4::jsonb
        WHERE agreement_id = $1 AND person_id = $2
          AND coalesce((SELECT (p ->> 'version')::int FROM known), -1) < $5
       RETURNING coalesce((SELECT p - 'version' FROM known) <> ($4::jsonb - 'version'), true) AS changed`,
      [of.agreementId, of.personId, of.point.id, JSON.stringify(of.point), of.point.version],
    );
    return rows[0]?.changed ?? false;
  },

  async openCasesOf(tx: Tx, agreementId: string, personId: string): Promise<string[]> {
    const rows = await tx.query<{ case_id: string }>(
      `SELECT DISTINCT c.case_id
         FROM case_persons p
         JOIN cases c ON c.case_id = p.case_id
        WHERE p.person_id = $2 AND c.agreement_id = $1 AND c.status = 'open'
        ORDER BY c.case_id`,
      [agreementId, personId],
    );
    return rows.map((row) => row.case_id);
  },
};
