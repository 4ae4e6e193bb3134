import type { CaseFacts } from '@arrears/contracts';
import type { Tx } from '@arrears/persistence';

/** Keeps the newest by `caseSeq`; an older event, delivered again, changes nothing. */
export async function saveCaseFacts(tx: Tx, facts: CaseFacts, partition: number): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO case_facts AS known (
       case_id, agreement_id, debtor_id, case_seq, void_before, status, partition, facts
     ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb)
     ON CONFLICT (case_id) DO UPDATE
        SET agreement_id = excluded.agreement_id,
            debtor_id    = excluded.debtor_id,
            case_seq     = excluded.case_seq,
            void_before  = excluded.void_before,
            status       = excluded.status,
            partition    = excluded.partition,
            facts        = excluded.facts,
            applied_at   = now()
      WHERE known.case_seq < excluded.case_seq
     RETURNING case_id`,
    [
      facts.caseId,
      facts.agreementId,
      facts.debtorId,
      facts.caseSeq,
      facts.voidBefore,
      facts.status,
      partition,
      JSON.stringify(facts),
    ],
  );
  return rows.length > 0;
}

/** The name under which this service reads topics: its inbox rows and heartbeats carry it. */
export const consumerName = 'contacts';
