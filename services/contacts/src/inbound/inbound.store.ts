import type { EventKind } from '@arrears/compliance';
import type { Tx } from '@arrears/persistence';
import type { Inbound } from './inbound.service.js';

/** False when it was recorded before. */
export async function insertInbound(
  tx: Tx,
  inbound: Inbound & { number: string | null; counted: readonly EventKind[] },
): Promise<boolean> {
  const rows = await tx.query(
    `WITH contact AS (
       INSERT INTO inbound_contacts (
         inbound_id, person_id, debtor_id, agreement_id, case_id, contact_point_id, channel, outcome, recorded_by, at
       ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::timestamptz)
       ON CONFLICT DO NOTHING
       RETURNING inbound_id
     )
     INSERT INTO counted_contacts (
       contact_ref, direction, at, person_id, number, case_id, debts, reserved, counted, given_back, changed_at
     )
     SELECT inbound_id, 'inbound', $10::timestamptz, $2, decode($11, 'hex'), $5::uuid,
            COALESCE((
              SELECT array_agg((account ->> 'accountId')::uuid)
                FROM case_facts, jsonb_array_elements(facts -> 'accounts') AS account
               WHERE case_id = $5::uuid
            ), '{}'),
            '{}', $12::text[], '{}', $10::timestamptz
       FROM contact
     RETURNING contact_ref`,
    [
      inbound.inboundId,
      inbound.personId,
      inbound.debtorId,
      inbound.agreementId,
      inbound.caseId,
      inbound.contactPointId,
      inbound.channel,
      inbound.outcome,
      inbound.actor,
      inbound.at,
      inbound.number,
      inbound.counted,
    ],
  );
  return rows.length > 0;
}
