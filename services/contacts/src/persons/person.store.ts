import type { Tx } from '@arrears/persistence';

/** SQL of persons, roles and contact points. Values come in encrypted and go out encrypted. */

export interface PersonRow {
  personId: string;
  agreementId: string;
  name: Buffer | null;
  nameIndex: Buffer | null;
  idType: string | null;
  idNumber: Buffer | null;
  idIndex: Buffer | null;
  customerNo: string | null;
  language: string | null;
  timeZone: string | null;
}

export interface PointRow {
  contactPointId: string;
  agreementId: string;
  personId: string;
  kind: 'mobile' | 'landline' | 'email' | 'address';
  value: Buffer;
  valueIndex: Buffer;
  source: string;
  reserved: boolean;
  valid: 'yes' | 'no' | 'unknown';
  invalidBecause: string | null;
}

export interface ChangedPoint {
  contactPointId: string;
  kind: PointRow['kind'];
  reserved: boolean;
  valid: PointRow['valid'];
  optedOut: string[];
  version: number;
}

/** True when this message is the newest of its loan; an older one is history and changes nothing. */
export async function takeSequence(
  tx: Tx,
  feed: { agreementId: string; loanId: string; sequence: number; country: string },
): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO loan_feeds AS feed (agreement_id, loan_id, sequence, country)
     VALUES ($1, $2, $3, $4)
     ON CONFLICT (agreement_id, loan_id) DO UPDATE
        SET sequence = excluded.sequence, country = excluded.country
      WHERE feed.sequence <= excluded.sequence
     RETURNING loan_id`,
    [feed.agreementId, feed.loanId, feed.sequence, feed.country],
  );
  return rows.length > 0;
}

/** Locks the loan's feed, so that two messages about one loan never work at once. */
export async function loanFeed(
  tx: Tx,
  agreementId: string,
  loanId: string,
): Promise<{ debtorId: string | null; country: string } | null> {
  const [row] = await tx.query<{ country: string; person_id: string | null }>(
    `SELECT feed.country, debtor.person_id
       FROM loan_feeds feed
       LEFT JOIN person_roles debtor USING (agreement_id, loan_id)
      WHERE feed.agreement_id = $1 AND feed.loan_id = $2 AND COALESCE(debtor.role, 'debtor') = 'debtor'
        FOR UPDATE OF feed`,
    [agreementId, loanId],
  );
  return row === undefined ? null : { debtorId: row.person_id, country: row.country };
}

/** What a message leaves out stays as it was. The encrypted name is rewritten only when its index says it changed. */
export async function savePerson(tx: Tx, person: PersonRow): Promise<void> {
  await tx.execute(
    `INSERT INTO persons AS known (
       person_id, agreement_id, name, name_index, id_type, id_number, id_index, customer_no, language, time_zone
     ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     ON CONFLICT (person_id, agreement_id) DO UPDATE
        SET name        = COALESCE(excluded.name, known.name),
            name_index  = COALESCE(excluded.name_index, known.name_index),
            id_type     = COALESCE(excluded.id_type, known.id_type),
            id_number   = COALESCE(excluded.id_number, known.id_number),
            id_index    = COALESCE(excluded.id_index, known.id_index),
            customer_no = COALESCE(excluded.customer_no, known.customer_no),
            language    = COALESCE(excluded.language, known.language),
            time_zone   = COALESCE(excluded.time_zone, known.time_zone),
            version     = known.version + 1,
            updated_at  = now()
      WHERE (excluded.name_index IS NOT NULL AND known.name_index  IS DISTINCT FROM excluded.name_index)
         OR (excluded.id_index   IS NOT NULL AND known.id_index    IS DISTINCT FROM excluded.id_index)
         OR (excluded.language   IS NOT NULL AND known.language    IS DISTINCT FROM excluded.language)
         OR (excluded.time_zone  IS NOT NULL AND known.time_zone   IS DISTINCT FROM excluded.time_zone)
         OR (excluded.customer_no IS NOT NULL AND known.customer_no IS DISTINCT FROM excluded.customer_no)`,
    [
      person.personId,
      person.agreementId,
      person.name,
      person.nameIndex,
      person.idType,
      person.idNumber,
      person.idIndex,
      person.customerNo,
      person.language,
      person.timeZone,
    ],
  );
}

export interface RoleRow {
  role: string;
  ordinal: number;
  personId: string;
  relation: string | null;
}

/** A message names all persons of a loan: places that it leaves empty are empty. */
export async function replaceRoles(
  tx: Tx,
  loan: { agreementId: string; loanId: string },
  roles: readonly RoleRow[],
): Promise<void> {
  await tx.execute('DELETE FROM person_roles WHERE agreement_id = $1 AND loan_id = $2', [
    loan.agreementId,
    loan.loanId,
  ]);
  await tx.execute(
    `INSERT INTO person_roles (agreement_id, loan_id, role, ordinal, person_id, relation)
     SELECT $1, $2, role, ordinal, person_id, relation
       FROM unnest($3::text[], $4::int[], $5::uuid[], $6::text[]) AS given (role, ordinal, person_id, relation)`,
    [
      loan.agreementId,
      loan.loanId,
      roles.map(({ role }) => role),
      roles.map(({ ordinal }) => ordinal),
      roles.map(({ personId }) => personId),
      roles.map(({ relation }) => relation),
    ],
  );
}

/** The point as it now is when the message was news, null when it said nothing new. A known verdict on validity stays. */
export async function savePoint(tx: Tx, point: PointRow): Promise<ChangedPoint | null> {
  const [row] = await tx.query<{ reserved: boolean; valid: PointRow['valid']; opted_out: string[]; version: number }>(
    `INSERT INTO contact_points AS known (
       contact_point_id, agreement_id, person_id, kind, value, value_index, source, reserved, valid, invalid_because
     ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     ON CONFLICT (contact_point_id, agreement_id) DO UPDATE
        SET source      = excluded.source,
            reserved    = excluded.reserved,
            value_index = excluded.value_index,
            version     = known.version + 1,
            updated_at  = now()
      WHERE known.reserved IS DISTINCT FROM excluded.reserved
         OR known.value_index <> excluded.value_index
     RETURNING reserved, valid, opted_out, version`,
    [
      point.contactPointId,
      point.agreementId,
      point.personId,
      point.kind,
      point.value,
      point.valueIndex,
      point.source,
      point.reserved,
      point.valid,
      point.invalidBecause,
    ],
  );
  if (row === undefined) return null;
  const { reserved, valid, version } = row;
  return { contactPointId: point.contactPointId, kind: point.kind, reserved, valid, optedOut: row.opted_out, version };
}

export interface StoredPerson {
  personId: string;
  agreementId: string;
  name: Buffer | null;
  idType: string | null;
  idNumber: Buffer | null;
  language: string | null;
  timeZone: string | null;
}
export interface StoredPoint {
  contactPointId: string;
  agreementId: string;
  kind: PointRow['kind'];
  value: Buffer;
  /** Hex of the blind index. */
  number: string;
  source: string;
  reserved: boolean;
  valid: PointRow['valid'];
  optedOut: string[];
}

const personColumns = `
  person_id AS "personId", agreement_id AS "agreementId", name, id_type AS "idType", id_number AS "idNumber",
  language, time_zone AS "timeZone"`;
const pointColumns = `
  contact_point_id AS "contactPointId", agreement_id AS "agreementId", kind, value,
  encode(value_index, 'hex') AS number, source, reserved, valid, opted_out AS "optedOut"`;

export async function readPersons(tx: Tx, personId: string): Promise<StoredPerson[]> {
  return tx.query<StoredPerson>(`SELECT ${personColumns} FROM persons WHERE person_id = $1 ORDER BY agreement_id`, [
    personId,
  ]);
}

export async function readPoints(tx: Tx, personId: string): Promise<StoredPoint[]> {
  return tx.query<StoredPoint>(
    `SELECT ${pointColumns} FROM contact_points WHERE person_id = $1 ORDER BY agreement_id, created_at, contact_point_id`,
    [personId],
  );
}

export interface StoredRole {
  agreementId: string;
  loanId: string;
  role: string;
  relation: string | null;
}

export async function readRoles(tx: Tx, personId: string): Promise<StoredRole[]> {
  return tx.query<StoredRole>(
    `SELECT agreement_id AS "agreementId", loan_id AS "loanId", role, relation
       FROM person_roles
      WHERE person_id = $1
      ORDER BY agreement_id, loan_id, role, ordinal`,
    [personId],
  );
}
