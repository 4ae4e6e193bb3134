import type { Tx } from '@arrears/persistence';

export interface AgreementRulesRow {
  agreementId: string;
  packs: string[] | null;
  jurisdiction: string | null;
  version: number;
  changedBy: string;
  changedAt: Date;
}

const columns = `
  agreement_id AS "agreementId", rule_packs AS packs, jurisdiction, version, changed_by AS "changedBy",
  changed_at AS "changedAt"`;

export async function saveAgreementRules(
  tx: Tx,
  rules: { agreementId: string; packs: readonly string[] | null; jurisdiction: string | null; by: string; at: string },
): Promise<AgreementRulesRow> {
  const [row] = await tx.query<AgreementRulesRow>(
    `INSERT INTO agreement_rules AS known (agreement_id, rule_packs, jurisdiction, changed_by, changed_at)
     VALUES ($1, $2::text[], $3, $4, $5)
     ON CONFLICT (agreement_id) DO UPDATE
        SET rule_packs   = excluded.rule_packs,
            jurisdiction = excluded.jurisdiction,
            version      = known.version + 1,
            changed_by   = excluded.changed_by,
            changed_at   = excluded.changed_at
     RETURNING ${columns}`,
    [rules.agreementId, rules.packs, rules.jurisdiction, rules.by, rules.at],
  );
  if (row === undefined) throw new Error('an upsert gives its row');
  return row;
}

export async function readAgreementRules(tx: Tx, agreementId: string): Promise<AgreementRulesRow | null> {
  const [row] = await tx.query<AgreementRulesRow>(`SELECT ${columns} FROM agreement_rules WHERE agreement_id = $1`, [
    agreementId,
  ]);
  return row ?? null;
}
