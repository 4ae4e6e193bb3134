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

/** What is known of a case, how fresh that is, and which rules bind its agreement. */
export interface Situation {
  facts: CaseFacts | null;
  /** Real time of the newest heartbeat on the case's partition: all that was committed before it is known here. */
  heartbeatAt: Date | null;
  /** A parked event of the case holds back all later ones of it, while heartbeats pass. */
  parked: boolean;
  rulePacks: string[] | null;
}

/** One statement, since it is asked while others wait for the ledger. */
export async function readSituation(tx: Tx, caseId: string, agreementId: string): Promise<Situation> {
  const [row] = await tx.query<Situation>(
    `SELECT known.facts,
            beat.at AS "heartbeatAt",
            EXISTS (
              SELECT
                FROM inbox
               WHERE consumer = $3 AND topic = 'collections.cases.v1' AND key = $1::text AND state = 'parked'
                 AND blocks_key
            ) AS parked,
            rules.rule_packs AS "rulePacks"
       FROM (SELECT $1::uuid AS case_id, $2::text AS agreement_id) AS asked
       LEFT JOIN case_facts known USING (case_id)
       LEFT JOIN feed_heartbeats beat
              ON beat.consumer = $3 AND beat.topic = 'collections.cases.v1' AND beat.partition = known.partition
       LEFT JOIN agreement_rules rules ON rules.agreement_id = asked.agreement_id`,
    [caseId, agreementId, consumerName],
  );
  return row ?? { facts: null, heartbeatAt: null, parked: false, rulePacks: null };
}
