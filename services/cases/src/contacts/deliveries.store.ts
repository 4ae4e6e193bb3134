import type { Tx } from '@arrears/persistence';

export interface StepKey {
  caseId: string;
  step: string;
  occurrence: number;
}

export interface KnownStep {
  outcome: string | null;
  policyVersion: number;
  pins: { policyId: string; version: number }[];
}
export interface Proofs {
  caseId: string;
  effectKey: string;
  messageId: string;
  covers: readonly string[];
  kinds: readonly string[];
  at: string;
  compliant: boolean;
  fileHash: string | null;
}

export const deliveryStore = {
  /** The step, locked, and the policies that its case is treated under; null when we never planned it. */
  async lockStep(tx: Tx, key: StepKey): Promise<KnownStep | null> {
    const [row] = await tx.query<KnownStep>(
      `SELECT s.outcome, s.policy_version AS "policyVersion",
              (SELECT coalesce(jsonb_agg(DISTINCT jsonb_build_object('policyId', policy_id, 'version', policy_version)), '[]')
                 FROM accounts a
                WHERE a.case_id = s.case_id AND a.status <> 'closed') AS pins
         FROM steps s
        WHERE s.case_id = $1 AND s.step = $2 AND s.occurrence = $3
          FOR UPDATE OF s`,
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

  /** What a letter proves; a later and better informed fact takes the place of an earlier one. */
  async keepProofs(tx: Tx, of: Proofs): Promise<void> {
    await tx.query(
      `INSERT INTO proofs (case_id, effect_key, kind, message_id, covers, at, compliant, file_hash)
       SELECT $1, $2, kind, $4, $5, $6, $7, $8 FROM unnest($3::text[]) AS k (kind)
       ON CONFLICT (case_id, effect_key, kind) DO UPDATE
          SET at = excluded.at, compliant = excluded.compliant`,
      [of.caseId, of.effectKey, of.kinds, of.messageId, of.covers, of.at, of.compliant, of.fileHash],
    );
  },

  /** The person himself was reached. @returns whether it is newer than what was known */
  async reached(tx: Tx, personId: string, at: string): Promise<boolean> {
    const rows = await tx.query(
      `INSERT INTO person_standing AS old (person_id, last_rpc_at)
       VALUES ($1, $2)
       ON CONFLICT (person_id) DO UPDATE
          SET last_rpc_at = excluded.last_rpc_at
        WHERE old.last_rpc_at IS NULL OR old.last_rpc_at < excluded.last_rpc_at
       RETURNING person_id`,
      [personId, at],
    );
    return rows.length > 0;
  },

  /** Keeps the newest status of a person; a refusal for ever stays. @returns whether anything changed */
  async keepStatus(
    tx: Tx,
    of: { personId: string; status: string; neverContact: boolean; at: string },
  ): Promise<boolean> {
    const rows = await tx.query(
      `INSERT INTO person_standing AS old (person_id, status, never_contact, status_at)
       VALUES ($1, $2, $3, $4)
       ON CONFLICT (person_id) DO UPDATE
          SET status = excluded.status, never_contact = excluded.never_contact, status_at = excluded.status_at
        WHERE (old.status_at IS NULL OR old.status_at <= excluded.status_at)
          AND (old.status, old.never_contact) IS DISTINCT FROM (excluded.status, excluded.never_contact)
       RETURNING person_id`,
      [of.personId, of.status, of.neverContact, of.at],
    );
    return rows.length > 0;
  },

  async refused(tx: Tx, personId: string): Promise<boolean> {
    const rows = await tx.query(
      `INSERT INTO person_standing AS old (person_id, never_contact)
       VALUES ($1, true)
       ON CONFLICT (person_id) DO UPDATE SET never_contact = true
        WHERE NOT old.never_contact
       RETURNING person_id`,
      [personId],
    );
    return rows.length > 0;
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

  /** Open cases that a person is part of, in the order in which everybody locks them; no agreement: of all. */
  async openCasesOf(tx: Tx, of: { agreementId: string | null; personId: string }): Promise<string[]> {
    const rows = await tx.query<{ case_id: string }>(
      `SELECT DISTINCT c.case_id
         FROM case_persons p
         JOIN cases c ON c.case_id = p.case_id
        WHERE p.person_id = $2 AND ($1::text IS NULL OR c.agreement_id = $1) AND c.status = 'open'
        ORDER BY c.case_id`,
      [of.agreementId, of.personId],
    );
    return rows.map((row) => row.case_id);
  },
};
