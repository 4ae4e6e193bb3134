import type { Tx } from '@arrears/persistence';
import type { Refusal } from './refusal.service.js';

export async function refuseLedger(tx: Tx, personId: string, at: string): Promise<void> {
  await tx.execute(
    `UPDATE person_ledgers
        SET refused_since = COALESCE(refused_since, $2), version = version + 1
      WHERE person_id = $1`,
    [personId, at],
  );
}

/** Blind indexes in hex of all his phones. */
export async function numbersOf(tx: Tx, personId: string): Promise<string[]> {
  const rows = await tx.query<{ number: string }>(
    `SELECT DISTINCT encode(value_index, 'hex') AS number
       FROM contact_points
      WHERE person_id = $1 AND kind IN ('mobile', 'landline')`,
    [personId],
  );
  return rows.map(({ number }) => number);
}

export async function insertRefusal(tx: Tx, refusal: Refusal & { refusalId: string; at: string }): Promise<void> {
  const { refusalId, personId, debtorId, agreementId, caseId, evidence, actor, at } = refusal;
  await tx.execute(
    `INSERT INTO third_party_refusals (
       refusal_id, person_id, debtor_id, agreement_id, case_id, evidence, recorded_by, at
     ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [refusalId, personId, debtorId, agreementId, caseId, evidence, actor, at],
  );
}
