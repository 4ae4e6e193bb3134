import type { Tx } from '@arrears/persistence';

export interface CeaseDemandRow {
  demandId: string;
  personId: string;
  agreementId: string;
  channels: string[];
  proof: string;
  recordedBy: string;
  at: Date;
  withdrawnAt: Date | null;
  withdrawalProof: string | null;
  withdrawnBy: string | null;
}

const columns = `
  demand_id AS "demandId", person_id AS "personId", agreement_id AS "agreementId", channels, proof,
  recorded_by AS "recordedBy", at, withdrawn_at AS "withdrawnAt", withdrawal_proof AS "withdrawalProof",
  withdrawn_by AS "withdrawnBy"`;

export async function insertDemand(
  tx: Tx,
  demand: Pick<CeaseDemandRow, 'demandId' | 'personId' | 'agreementId' | 'channels' | 'proof' | 'recordedBy'> & {
    at: string;
  },
): Promise<void> {
  const { demandId, personId, agreementId, channels, proof, recordedBy, at } = demand;
  await tx.execute(
    `INSERT INTO cease_demands (demand_id, person_id, agreement_id, channels, proof, recorded_by, at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [demandId, personId, agreementId, channels, proof, recordedBy, at],
  );
}

export async function readDemand(
  tx: Tx,
  demandId: string,
  lock: '' | 'FOR UPDATE' = '',
): Promise<CeaseDemandRow | null> {
  const [row] = await tx.query<CeaseDemandRow>(`SELECT ${columns} FROM cease_demands WHERE demand_id = $1 ${lock}`, [
    demandId,
  ]);
  return row ?? null;
}

export async function withdrawDemand(
  tx: Tx,
  of: { demandId: string; proof: string; actor: string; at: string },
): Promise<void> {
  await tx.execute(
    'UPDATE cease_demands SET withdrawn_at = $2, withdrawal_proof = $3, withdrawn_by = $4 WHERE demand_id = $1',
    [of.demandId, of.at, of.proof, of.actor],
  );
}

/** Newest first. */
export async function demandsOf(
  tx: Tx,
  personId: string,
  agreements: readonly string[] | null,
): Promise<CeaseDemandRow[]> {
  return tx.query<CeaseDemandRow>(
    `SELECT ${columns}
       FROM cease_demands
      WHERE person_id = $1 AND ($2::text[] IS NULL OR agreement_id = ANY ($2))
      ORDER BY at DESC, demand_id DESC
      LIMIT 200`,
    [personId, agreements],
  );
}
