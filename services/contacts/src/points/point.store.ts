import type { Tx } from '@arrears/persistence';
import type { ChangedPoint } from '../persons/person.store.js';

export interface PointRef {
  contactPointId: string;
  personId: string;
  agreementId: string;
  /** Hex of the blind index. */
  number: string;
}
export type ChangedRow = ChangedPoint & { personId: string; agreementId: string };

const changed = `
  point.contact_point_id AS "contactPointId", point.person_id AS "personId", point.agreement_id AS "agreementId",
  point.kind, point.reserved, point.valid, point.opted_out AS "optedOut", point.version`;

/** A point under every agreement that knows it: its id is of the person and the value, not of the agreement. */
export async function findPoint(tx: Tx, contactPointId: string): Promise<PointRef[]> {
  return tx.query<PointRef>(
    `SELECT contact_point_id AS "contactPointId", person_id AS "personId", agreement_id AS "agreementId",
            encode(value_index, 'hex') AS number
       FROM contact_points
      WHERE contact_point_id = $1
      ORDER BY agreement_id`,
    [contactPointId],
  );
}

/** Everybody who is known with this number, under any agreement. */
export async function pointsWithNumber(tx: Tx, number: string): Promise<PointRef[]> {
  return tx.query<PointRef>(
    `SELECT contact_point_id AS "contactPointId", person_id AS "personId", agreement_id AS "agreementId",
            encode(value_index, 'hex') AS number
       FROM contact_points
      WHERE value_index = decode($1, 'hex')
      ORDER BY person_id, agreement_id`,
    [number],
  );
}

/** Rows that were not yet marked so. */
export async function markInvalid(
  tx: Tx,
  of: { contactPointIds: readonly string[]; because: string },
): Promise<ChangedRow[]> {
  return tx.query<ChangedRow>(
    `UPDATE contact_points AS point
        SET valid = 'no', invalid_because = $2, version = version + 1, updated_at = now()
      WHERE contact_point_id = ANY ($1::uuid[]) AND (valid <> 'no' OR invalid_because IS DISTINCT FROM $2)
     RETURNING ${changed}`,
    [of.contactPointIds, of.because],
  );
}

export async function barNumber(
  tx: Tx,
  bar: { numbers: readonly string[]; because: 'wrong-person' | 'third-party-refused'; at: string; actor: string },
): Promise<void> {
  await tx.execute(
    `INSERT INTO barred_numbers (number, because, since, barred_by)
     SELECT decode(hex, 'hex'), $2, $3, $4 FROM unnest($1::text[]) AS given (hex)
     ON CONFLICT DO NOTHING`,
    [bar.numbers, bar.because, bar.at, bar.actor],
  );
}

/** Numbers of these that belong to somebody else than whom they were given for. */
export async function wrongNumbers(tx: Tx, numbers: readonly Buffer[]): Promise<Set<string>> {
  const rows = await tx.query<{ number: string }>(
    `SELECT encode(number, 'hex') AS number
       FROM barred_numbers
      WHERE number = ANY ($1::bytea[]) AND because = 'wrong-person'`,
    [numbers],
  );
  return new Set(rows.map(({ number }) => number));
}

/** Null when nothing changes: he had already said so. */
export async function setOptedOut(
  tx: Tx,
  of: { contactPointId: string; agreementId: string; channel: string; out: boolean },
): Promise<ChangedRow | null> {
  const [row] = await tx.query<ChangedRow>(
    `UPDATE contact_points AS point
        SET opted_out = CASE WHEN $4::boolean THEN opted_out || $3::text ELSE array_remove(opted_out, $3::text) END,
            version = version + 1, updated_at = now()
      WHERE contact_point_id = $1 AND agreement_id = $2 AND ($3::text = ANY (opted_out)) <> $4::boolean
     RETURNING ${changed}`,
    [of.contactPointId, of.agreementId, of.channel, of.out],
  );
  return row ?? null;
}

/** A person's points under one agreement; those that the bank reserved for us first. */
export async function pointsOfPerson(tx: Tx, of: { personId: string; agreementId: string }): Promise<PointRef[]> {
  return tx.query<PointRef>(
    `SELECT contact_point_id AS "contactPointId", person_id AS "personId", agreement_id AS "agreementId",
            encode(value_index, 'hex') AS number
       FROM contact_points
      WHERE person_id = $1 AND agreement_id = $2
      ORDER BY reserved DESC, created_at, contact_point_id
      LIMIT 20`,
    [of.personId, of.agreementId],
  );
}
