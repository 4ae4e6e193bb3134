import type { CaseFacts } from '@arrears/contracts';
import type { Database, Tx } from '@arrears/persistence';

/** Keeps the newest state of a case; an older one that comes late changes nothing. */
export async function saveCaseFacts(tx: Tx, facts: CaseFacts): Promise<void> {
  await tx.query(
    `INSERT INTO case_facts (case_id, case_seq, void_before, facts) VALUES ($1, $2, $3, $4)
     ON CONFLICT (case_id) DO UPDATE
     SET case_seq = excluded.case_seq, void_before = excluded.void_before, facts = excluded.facts
     WHERE case_facts.case_seq < excluded.case_seq`,
    [facts.caseId, facts.caseSeq, facts.voidBefore, JSON.stringify(facts)],
  );
}

export async function findCaseFacts(db: Database | Tx, caseId: string): Promise<CaseFacts | undefined> {
  const [row] = await db.query<{ facts: CaseFacts }>('SELECT facts FROM case_facts WHERE case_id = $1', [caseId]);
  return row?.facts;
}
