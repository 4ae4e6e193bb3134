import type { PermitRequest } from '@arrears/contracts';
import type { Database, PersonKeys } from '@arrears/persistence';
import type { NamedRules } from './packs.js';

/** Whom and where a granted message goes, in clear, and what binds the agreement. Lives in memory for one answer. */
export interface Addressee {
  salutation: string;
  /** By contact point id; a point whose key was destroyed is missing. */
  destinations: ReadonlyMap<string, string>;
  numbers: readonly string[];
  rules: NamedRules;
}

interface Row {
  name: Buffer | null;
  /** Of the gate's own table. */
  rulePacks: string[] | null;
  jurisdiction: string | null;
  /** Of the agreement, as its case tells. */
  casePacks: string[] | null;
  pointIds: string[];
  values: Buffer[];
  numbers: string[];
}

/** A contact point's value never changes, since its id is made of it: reading it before the gate's locks is safe. */
export async function readAddressee(
  db: Database,
  keys: PersonKeys,
  request: Pick<PermitRequest, 'personId' | 'agreementId' | 'caseId' | 'contactPointIds'>,
): Promise<Addressee> {
  const { personId, agreementId, caseId, contactPointIds } = request;
  const owner = { personId, agreementId };
  const row = await readRow(db, [personId, agreementId, caseId, contactPointIds]);
  const name = row.name === null ? null : await keys.decrypt(owner, 'name', row.name);
  const destinations = new Map<string, string>();
  for (const [index, contactPointId] of row.pointIds.entries()) {
    const plain = await keys.decrypt(owner, `point:${contactPointId}`, row.values[index] ?? Buffer.alloc(0));
    if (plain !== null) destinations.set(contactPointId, plain);
  }
  return { salutation: name ?? '', destinations, numbers: row.numbers, rules: rulesOf(row) };
}

/** What was set at the gate comes first, then what the agreement names. */
function rulesOf({ rulePacks, jurisdiction, casePacks }: Row): NamedRules {
  if (rulePacks !== null || jurisdiction !== null) return { packs: rulePacks, jurisdiction };
  return { packs: casePacks, jurisdiction: null };
}

/** Only what binds an agreement, for answers without an addressee. */
export async function readNamedRules(
  db: Database,
  of: Pick<PermitRequest, 'agreementId' | 'caseId'>,
): Promise<Pick<Addressee, 'rules'>> {
  const nobody = '00000000-0000-0000-0000-000000000000';
  return { rules: rulesOf(await readRow(db, [nobody, of.agreementId, of.caseId, []])) };
}

async function readRow(db: Database, params: readonly unknown[]): Promise<Row> {
  const [row] = await db.query<Row>(
    `SELECT person.name, rules.rule_packs AS "rulePacks", rules.jurisdiction,
            (SELECT ARRAY (SELECT jsonb_array_elements_text(facts -> 'rulePacks'))
               FROM case_facts
              WHERE case_id = $3 AND facts ? 'rulePacks') AS "casePacks",
            COALESCE(points.ids, '{}') AS "pointIds", COALESCE(points.points, '{}') AS values,
            COALESCE(points.numbers, '{}') AS numbers
       FROM (SELECT $1::uuid AS person_id, $2::text AS agreement_id) AS asked
       LEFT JOIN persons person USING (person_id, agreement_id)
       LEFT JOIN agreement_rules rules ON rules.agreement_id = asked.agreement_id
      CROSS JOIN LATERAL (
              SELECT array_agg(contact_point_id ORDER BY contact_point_id) AS ids,
                     array_agg(value ORDER BY contact_point_id) AS points,
                     array_agg(encode(value_index, 'hex') ORDER BY contact_point_id) AS numbers
                FROM contact_points
               WHERE contact_point_id = ANY ($4::uuid[]) AND person_id = $1 AND agreement_id = $2
            ) AS points`,
    params,
    { prepare: 'addressee' },
  );
  return (
    row ?? {
      ...{ name: null, rulePacks: null, jurisdiction: null, casePacks: null },
      ...{ pointIds: [], values: [], numbers: [] },
    }
  );
}
