import type { Database } from '@arrears/persistence';

/** The agreement of a case as this service knows it: of its facts, or of a message that came before them. */
export async function agreementOfCase(db: Database, caseId: string): Promise<string | undefined> {
  const [row] = await db.query<{ agreementId: string }>(
    `(SELECT facts ->> 'agreementId' AS "agreementId" FROM case_facts WHERE case_id = $1)
     UNION ALL
     (SELECT agreement_id FROM messages WHERE case_id = $1 ORDER BY created_at LIMIT 1)
     LIMIT 1`,
    [caseId],
  );
  return row?.agreementId;
}
