import type { Tx } from '@arrears/persistence';

/** Whose debts, under which agreement, a person has to do with, and the open case of them, if there is one. */
export interface Concerned {
  personId: string;
  debtorId: string;
  agreementId: string;
  caseId: string | null;
}

/** In one order, so that journals of several cases are always appended to in the same. */
export async function concernedBy(tx: Tx, personIds: readonly string[]): Promise<Concerned[]> {
  return tx.query<Concerned>(
    `SELECT DISTINCT
            role.person_id AS "personId", debtor.person_id AS "debtorId", role.agreement_id AS "agreementId",
            known.case_id AS "caseId"
       FROM person_roles role
       JOIN person_roles debtor
         ON debtor.agreement_id = role.agreement_id AND debtor.loan_id = role.loan_id AND debtor.role = 'debtor'
       LEFT JOIN case_facts known
         ON known.debtor_id = debtor.person_id AND known.agreement_id = role.agreement_id AND known.status = 'open'
      WHERE role.person_id = ANY ($1::uuid[])
      ORDER BY known.case_id, role.person_id, debtor.person_id`,
    [personIds],
  );
}

/** The open case of a debtor under an agreement; there is at most one. */
export async function openCase(tx: Tx, debtorId: string, agreementId: string): Promise<string | null> {
  const [row] = await tx.query<{ case_id: string }>(
    `SELECT case_id FROM case_facts WHERE debtor_id = $1 AND agreement_id = $2 AND status = 'open'`,
    [debtorId, agreementId],
  );
  return row?.case_id ?? null;
}

/** Whether the case is one of this debtor under this agreement. */
export async function isCaseOf(tx: Tx, caseId: string, debtorId: string, agreementId: string): Promise<boolean> {
  const rows = await tx.query('SELECT FROM case_facts WHERE case_id = $1 AND debtor_id = $2 AND agreement_id = $3', [
    caseId,
    debtorId,
    agreementId,
  ]);
  return rows.length > 0;
}

/** Agreements under which a person is known. */
export async function agreementsOf(tx: Tx, personIds: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ agreement_id: string }>(
    'SELECT DISTINCT agreement_id FROM persons WHERE person_id = ANY ($1::uuid[]) ORDER BY agreement_id',
    [personIds],
  );
  return rows.map(({ agreement_id }) => agreement_id);
}
