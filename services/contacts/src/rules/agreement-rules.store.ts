import type { Contactor } from '@arrears/compliance';
import type { Tx } from '@arrears/persistence';

/** What may be said about the rules of an agreement. */
export interface RulesContent {
  packs: string[] | null;
  jurisdiction: string | null;
  actsAs: Contactor;
}

export interface AgreementRulesRow extends RulesContent {
  agreementId: string;
  version: number;
  changedBy: string;
  changedAt: Date;
}

/** One wish to change them, and what came of it: applied ones are the versions that were in force. */
export interface RuleChangeRow extends RulesContent {
  changeId: string;
  agreementId: string;
  state: 'requested' | 'applied' | 'refused';
  version: number | null;
  requestedBy: string;
  requestedAt: Date;
  decidedBy: string | null;
  decidedAt: Date | null;
}

const columns = `
  agreement_id AS "agreementId", rule_packs AS packs, jurisdiction, acts_as AS "actsAs", version,
  changed_by AS "changedBy", changed_at AS "changedAt"`;
const changeColumns = `
  change_id AS "changeId", agreement_id AS "agreementId", rule_packs AS packs, jurisdiction, acts_as AS "actsAs", state,
  version, requested_by AS "requestedBy", requested_at AS "requestedAt", decided_by AS "decidedBy",
  decided_at AS "decidedAt"`;

/** Puts new rules into force, as the next version. */
export async function saveAgreementRules(
  tx: Tx,
  rules: RulesContent & { agreementId: string; by: string; at: string },
): Promise<AgreementRulesRow> {
  const [row] = await tx.query<AgreementRulesRow>(
    `INSERT INTO agreement_rules AS known (agreement_id, rule_packs, jurisdiction, acts_as, changed_by, changed_at)
     VALUES ($1, $2::text[], $3, $4, $5, $6)
     ON CONFLICT (agreement_id) DO UPDATE
        SET rule_packs   = excluded.rule_packs,
            jurisdiction = excluded.jurisdiction,
            acts_as      = excluded.acts_as,
            version      = known.version + 1,
            changed_by   = excluded.changed_by,
            changed_at   = excluded.changed_at
     RETURNING ${columns}`,
    [rules.agreementId, rules.packs, rules.jurisdiction, rules.actsAs, rules.by, rules.at],
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

/** False when another change of this agreement waits for its decision. */
export async function insertRuleChange(
  tx: Tx,
  change: RulesContent & { changeId: string; agreementId: string; by: string; at: string },
): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO agreement_rule_changes (
       change_id, agreement_id, rule_packs, jurisdiction, acts_as, state, requested_by, requested_at
     ) VALUES ($1, $2, $3::text[], $4, $5, 'requested', $6, $7)
     ON CONFLICT (agreement_id) WHERE state = 'requested' DO NOTHING
     RETURNING change_id`,
    [change.changeId, change.agreementId, change.packs, change.jurisdiction, change.actsAs, change.by, change.at],
  );
  return rows.length > 0;
}

export async function readRuleChange(
  tx: Tx,
  changeId: string,
  lock: '' | 'FOR UPDATE' = '',
): Promise<RuleChangeRow | null> {
  const [row] = await tx.query<RuleChangeRow>(
    `SELECT ${changeColumns} FROM agreement_rule_changes WHERE change_id = $1 ${lock}`,
    [changeId],
  );
  return row ?? null;
}

export async function decideRuleChange(
  tx: Tx,
  of: { changeId: string; state: 'applied' | 'refused'; version: number | null; by: string; at: string },
): Promise<void> {
  await tx.execute(
    `UPDATE agreement_rule_changes
        SET state = $2, version = $3, decided_by = $4, decided_at = $5
      WHERE change_id = $1`,
    [of.changeId, of.state, of.version, of.by, of.at],
  );
}

/** Newest first. */
export async function ruleChanges(tx: Tx, agreementId: string): Promise<RuleChangeRow[]> {
  return tx.query<RuleChangeRow>(
    `SELECT ${changeColumns}
       FROM agreement_rule_changes
      WHERE agreement_id = $1
      ORDER BY requested_at DESC, version DESC NULLS FIRST
      LIMIT 200`,
    [agreementId],
  );
}
