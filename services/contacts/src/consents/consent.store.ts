import type { Tx } from '@arrears/persistence';
import type { ConsentKind } from './consent.js';

export interface ConsentRow {
  consentId: string;
  personId: string;
  agreementId: string;
  kind: ConsentKind;
  contactPointId: string | null;
  givenAt: Date;
  proof: string;
  recordedBy: string;
  withdrawnAt: Date | null;
  withdrawalProof: string | null;
  withdrawnBy: string | null;
}

const columns = `
  consent_id AS "consentId", person_id AS "personId", agreement_id AS "agreementId", kind,
  contact_point_id AS "contactPointId", given_at AS "givenAt", proof, recorded_by AS "recordedBy",
  withdrawn_at AS "withdrawnAt", withdrawal_proof AS "withdrawalProof", withdrawn_by AS "withdrawnBy"`;

export async function insertConsent(
  tx: Tx,
  consent: Omit<ConsentRow, 'withdrawnAt' | 'withdrawalProof' | 'withdrawnBy' | 'givenAt'> & { givenAt: string },
): Promise<void> {
  const { consentId, personId, agreementId, kind, contactPointId, givenAt, proof, recordedBy } = consent;
  await tx.execute(
    `INSERT INTO consents (consent_id, person_id, agreement_id, kind, contact_point_id, given_at, proof, recorded_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [consentId, personId, agreementId, kind, contactPointId, givenAt, proof, recordedBy],
  );
}

export async function readConsent(tx: Tx, consentId: string, lock: '' | 'FOR UPDATE' = ''): Promise<ConsentRow | null> {
  const [row] = await tx.query<ConsentRow>(`SELECT ${columns} FROM consents WHERE consent_id = $1 ${lock}`, [
    consentId,
  ]);
  return row ?? null;
}

export async function withdrawConsent(
  tx: Tx,
  of: { consentId: string; at: string; proof: string | null; actor: string },
): Promise<void> {
  await tx.execute(
    'UPDATE consents SET withdrawn_at = $2, withdrawal_proof = $3, withdrawn_by = $4 WHERE consent_id = $1',
    [of.consentId, of.at, of.proof, of.actor],
  );
}

export async function listConsents(
  tx: Tx,
  personId: string,
  agreements: readonly string[] | null,
): Promise<ConsentRow[]> {
  return tx.query<ConsentRow>(
    `SELECT ${columns}
       FROM consents
      WHERE person_id = $1 AND ($2::text[] IS NULL OR agreement_id = ANY ($2))
      ORDER BY given_at DESC, consent_id DESC
      LIMIT 200`,
    [personId, agreements],
  );
}

export interface HistoryEntry {
  personId: string;
  agreementId: string;
  what: 'given' | 'withdrawn' | 'opted-out' | 'opted-in';
  kind: string;
  contactPointId: string | null;
  source: string;
  recordedBy: string;
  at: string;
}

export async function addHistory(tx: Tx, entry: HistoryEntry): Promise<void> {
  const { personId, agreementId, what, kind, contactPointId, source, recordedBy, at } = entry;
  await tx.execute(
    `INSERT INTO consent_history (person_id, agreement_id, what, kind, contact_point_id, source, recorded_by, at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [personId, agreementId, what, kind, contactPointId, source, recordedBy, at],
  );
}

export async function readHistory(
  tx: Tx,
  personId: string,
  agreements: readonly string[] | null,
): Promise<(Omit<HistoryEntry, 'at'> & { at: Date })[]> {
  return tx.query(
    `SELECT person_id AS "personId", agreement_id AS "agreementId", what, kind, contact_point_id AS "contactPointId",
            source, recorded_by AS "recordedBy", at
       FROM consent_history
      WHERE person_id = $1 AND ($2::text[] IS NULL OR agreement_id = ANY ($2))
      ORDER BY entry DESC
      LIMIT 200`,
    [personId, agreements],
  );
}
