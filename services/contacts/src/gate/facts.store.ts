import type { Contactor, EventKind } from '@arrears/compliance';
import type { CaseFacts } from '@arrears/contracts';
import type { Tx } from '@arrears/persistence';
import { consumerName } from '../case-facts/case-facts.store.js';
import type { StopOrder } from '../stop-orders/stop-order.js';
import type { LedgerRow } from './ledgers.store.js';
import type { NamedRules } from './packs.js';
import { permitColumns, type PermitRow } from './permit.store.js';

/** What is asked of the database for one answer. */
export interface FactsQuestion {
  caseId: string;
  agreementId: string;
  debtorId: string;
  personId: string;
  /** Of the points asked for; their values come along, encrypted. */
  contactPointIds: readonly string[];
  debts: readonly string[];
  /** Business time before which nothing counts any more. */
  since: string;
  actor: string;
  agencyId: string | null;
  /** The message, dial or visit that is asked for. */
  contactId: string;
  /** Ids of debtor and person, with everybody who is one human with one of them, as far as that is known. */
  ids: readonly string[];
}

export interface FactsRow {
  facts: CaseFacts | null;
  heartbeatAt: Date | null;
  /** A fact of the case waits for another try, or for people to look; later ones wait behind it, while heartbeats pass. */
  parked: boolean;
  /** Where the case's journal stands; null: nothing was told of it yet. */
  head: { seq: number; hash: string } | null;
  /** The newest permit of this contact. */
  earlier: PermitRow | null;
  /** Of the ids asked for. */
  ledgers: LedgerRow[];
  /** Packs set at the gate, and a jurisdiction; the case's facts may name packs too. */
  rules: (NamedRules & { actsAs: Contactor }) | null;
  /** `name` in hex, encrypted. */
  person: { timeZone: string | null; language: string | null; name: string | null } | null;
  roles: { loanId: string; role: string; relation: string | null }[];
  points: PointRow[];
  consents: { kind: string; pointId: string | null; personId: string }[];
  /** Channels, or `all`, on which he demanded that contact cease. */
  ceased: { personId: string; channels: string[] }[];
  stops: StopOrder[];
  collector: { trainedUntil: string; violentRecord: boolean; agencyId: string | null } | null;
  agency: AgencyFacts | null;
  events: EventRow[];
}
export interface AgencyFacts {
  listed: boolean;
  publishedOn: string | null;
  inspectedUntil: string | null;
  evaluatedUntil: string | null;
  contractTerms: string[];
}
export interface PointRow {
  contactPointId: string;
  kind: 'mobile' | 'landline' | 'email' | 'address';
  number: string;
  /** In hex, encrypted; null for points that were not asked for. */
  value: string | null;
  source: string;
  reserved: boolean;
  valid: 'yes' | 'no' | 'unknown';
  optedOut: string[];
  /** What was said from the same number under other ids of those asked for. */
  optedOutAs: { personId: string; channels: string[] }[];
  bars: ('wrong-person' | 'third-party-refused')[];
}
export interface EventRow {
  ref: string;
  inbound: boolean;
  /** Epoch milliseconds. */
  at: number;
  personId: string;
  number: string | null;
  caseId: string | null;
  debts: string[];
  kinds: EventKind[];
}

/**
 * Everything in one statement and so in one snapshot, for one question or several. Under the ledger's lock it begins after
 * that was taken, and therefore sees what the holder before us wrote; with `lock` it also takes the head of the case's journal.
 */
export async function readFacts(tx: Tx, of: FactsQuestion, lock: 'lock' | 'read'): Promise<FactsRow> {
  const [row] = await read(tx, [of], lock === 'lock' ? statements.lock : statements.read);
  if (row === undefined) throw new Error('one answer for one question');
  return row;
}

/** Answers in the order of the questions. */
export async function readManyFacts(tx: Pick<Tx, 'query'>, of: readonly FactsQuestion[]): Promise<FactsRow[]> {
  const parties = of.some(
    ({ personId, debtorId, actor, agencyId }) => personId !== debtorId || actor !== 'machine' || agencyId !== null,
  );
  return read(tx, of, parties ? statements.read : statements.plain);
}

async function read(
  tx: Pick<Tx, 'query'>,
  of: readonly FactsQuestion[],
  { name, sql }: { name: string; sql: string },
): Promise<FactsRow[]> {
  const rows = await tx.query<FactsRow>(
    sql,
    [
      of.map(({ caseId }) => caseId),
      of.map(({ agreementId }) => agreementId),
      of.map(({ personId }) => personId),
      of.map(({ debtorId }) => debtorId),
      of.map(({ contactPointIds }) => list(contactPointIds)),
      of.map(({ debts }) => list(debts)),
      of.map(({ ids }) => list(ids)),
      of.map(({ since }) => since),
      of.map(({ actor }) => actor),
      of.map(({ agencyId }) => agencyId),
      of.map(({ contactId }) => contactId),
      consumerName,
    ],
    { prepare: name },
  );
  return rows.map((row) => ({ ...row, earlier: row.earlier === null ? null : permitFromJson(row.earlier) }));
}

/** A list of ids inside a list: PostgreSQL knows no arrays of unequal arrays. */
const list = (ids: readonly string[]): string => `{${ids.join(',')}}`;

/** JSON has no dates. */
function permitFromJson(permit: PermitRow): PermitRow {
  const { grantedAt, validUntil, expiresAt } = permit;
  return {
    ...permit,
    ...{ grantedAt: new Date(grantedAt), validUntil: new Date(validUntil), expiresAt: new Date(expiresAt) },
  };
}

/** What a person is in a loan, and what he who makes the contact is allowed: no matter where the machine writes to the debtor. */
const partiesSql = `
         ARRAY (
           SELECT json_build_object('loanId', loan_id, 'role', role, 'relation', relation)
             FROM person_roles
            WHERE person_id = asked.person_id AND agreement_id = asked.agreement_id AND asked.person_id <> asked.debtor_id
            ORDER BY loan_id, role, ordinal
         ) AS roles,
         (SELECT json_build_object('trainedUntil', trained_until, 'violentRecord', violent_record, 'agencyId', agency_id)
            FROM collectors
           WHERE collector_id = asked.actor) AS collector,
         (SELECT json_build_object(
                   'listed', listed, 'publishedOn', published_on,
                   'inspectedUntil', inspected_until, 'evaluatedUntil', evaluated_until, 'contractTerms', contract_terms
                 )
            FROM agencies
           WHERE agency_id = asked.agency_id) AS agency`;
const withoutParties = 'ARRAY[]::json[] AS roles, NULL::json AS collector, NULL::json AS agency';

/** What other ids said about the same number: theirs are asked for only with the ids themselves. */
const optOutsSql = `
         ARRAY (
           SELECT json_build_object('personId', other.person_id, 'channels', other.opted_out)
             FROM contact_points other
            WHERE other.value_index = contact_points.value_index AND other.agreement_id = asked.agreement_id
              AND other.person_id = ANY (asked.ids) AND other.person_id <> asked.person_id
              AND other.opted_out <> '{}'
         )`;

const everybody = { parties: partiesSql, optOuts: optOutsSql };
/** The machine writes to the debtor himself, who is known by one id only. */
const debtorAlone = { parties: withoutParties, optOuts: 'ARRAY[]::json[]' };

const factsSql = (lock: '' | 'FOR UPDATE', asked: { parties: string; optOuts: string }) => `
  SELECT known.facts,
         beat.at AS "heartbeatAt",
         EXISTS (
           SELECT
             FROM inbox_keys
            WHERE consumer = $12 AND topic = 'collections.cases.v1' AND key = asked.case_id::text
         ) AS parked,
         head.entry AS head,
         points.rows AS points,
         ARRAY (
           SELECT json_build_object(
                    'personId', person_id, 'status', status, 'barred', never_contact_since IS NOT NULL,
                    'refused', refused_since IS NOT NULL, 'groupId', group_id, 'version', version
                  )
             FROM person_ledgers
            WHERE person_id = ANY (asked.ids)
         ) AS ledgers,
         (SELECT row_to_json(newest)
            FROM (SELECT ${permitColumns}
                    FROM permits permit
                   WHERE contact_id = asked.contact_id
                   ORDER BY created_at DESC
                   LIMIT 1) AS newest) AS earlier,
         (SELECT json_build_object('packs', rule_packs, 'jurisdiction', jurisdiction, 'actsAs', acts_as)
            FROM agreement_rules
           WHERE agreement_id = asked.agreement_id) AS rules,
         (SELECT json_build_object('timeZone', time_zone, 'language', language, 'name', encode(name, 'hex'))
            FROM persons
           WHERE person_id = asked.person_id AND agreement_id = asked.agreement_id) AS person,
         ARRAY (
           SELECT json_build_object('kind', kind, 'pointId', contact_point_id, 'personId', person_id)
             FROM consents
            WHERE person_id = ANY (asked.ids) AND agreement_id = asked.agreement_id AND withdrawn_at IS NULL
         ) AS consents,
         ARRAY (
           SELECT json_build_object('personId', person_id, 'channels', channels)
             FROM cease_demands
            WHERE person_id = ANY (asked.ids) AND agreement_id = asked.agreement_id AND withdrawn_at IS NULL
         ) AS ceased,
         ARRAY (
           SELECT json_build_object('stopOrderId', stop_order_id, 'scope', scope, 'value', value)
             FROM stop_orders
            WHERE state = 'in-force'
         ) AS stops,
         ${asked.parties},
         ARRAY (
           SELECT json_build_object(
                    'ref', contact_ref, 'inbound', direction = 'inbound', 'at', floor(extract(epoch FROM at) * 1000),
                    'personId', person_id, 'number', encode(number, 'hex'), 'caseId', case_id, 'debts', debts,
                    'kinds', reserved || counted
                  )
             FROM counted_contacts
            WHERE at > asked.since
              AND (person_id = ANY (asked.ids)
                   OR number = ANY (points.numbers)
                   OR case_id = asked.case_id
                   OR debts && asked.debts)
         ) AS events
    FROM (SELECT case_id, agreement_id, person_id, debtor_id, points::uuid[] AS points, debts::uuid[] AS debts,
                 ids::uuid[] AS ids, since, actor, agency_id, contact_id, place
            FROM unnest(
                   $1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::timestamptz[],
                   $9::text[], $10::text[], $11::uuid[]
                 ) WITH ORDINALITY AS given (
                   case_id, agreement_id, person_id, debtor_id, points, debts, ids, since, actor, agency_id, contact_id, place
                 )) AS asked
    LEFT JOIN case_facts known ON known.case_id = asked.case_id
    LEFT JOIN feed_heartbeats beat
           ON beat.consumer = $12 AND beat.topic = 'collections.cases.v1' AND beat.partition = known.partition
    LEFT JOIN LATERAL (
           SELECT json_build_object('seq', seq, 'hash', encode(hash, 'hex')) AS entry
             FROM journal_heads
            WHERE journal_heads.case_id = asked.case_id
              ${lock}
         ) AS head ON true
   CROSS JOIN LATERAL (
           SELECT COALESCE(json_agg(json_build_object(
                    'contactPointId', contact_point_id, 'kind', kind, 'number', encode(value_index, 'hex'), 'source', source,
                    'value', CASE WHEN contact_point_id = ANY (asked.points) THEN encode(value, 'hex') END,
                    'reserved', reserved, 'valid', valid, 'optedOut', opted_out,
                    'bars', ARRAY (SELECT because FROM barred_numbers WHERE number = value_index),
                    'optedOutAs', ${asked.optOuts}
                  )), '[]') AS rows,
                  array_agg(value_index) AS numbers
             FROM contact_points
            WHERE person_id = asked.person_id AND agreement_id = asked.agreement_id
         ) AS points
   ORDER BY asked.place`;
const statements = {
  lock: { name: 'gate-facts-lock', sql: factsSql('FOR UPDATE', everybody) },
  read: { name: 'gate-facts-read', sql: factsSql('', everybody) },
  plain: { name: 'gate-facts', sql: factsSql('', debtorAlone) },
};

/** A debtor's phones under an agreement, and what came of the tries to reach him. */
export interface ReachRow {
  timeZone: string | null;
  phones: { usable: boolean }[];
  tries: { at: number; inbound: boolean; counted: EventKind[] }[];
}

export async function readReach(
  tx: Tx,
  of: { debtorId: string; ids: readonly string[]; agreementId: string; since: string },
): Promise<ReachRow> {
  const [row] = await tx.query<ReachRow>(
    `SELECT (SELECT time_zone FROM persons WHERE person_id = $1 AND agreement_id = $3) AS "timeZone",
            ARRAY (
              SELECT json_build_object(
                       'usable', valid <> 'no' AND NOT EXISTS (
                         SELECT FROM barred_numbers WHERE number = value_index AND because = 'wrong-person'
                       )
                     )
                FROM contact_points
               WHERE person_id = $1 AND agreement_id = $3 AND kind IN ('mobile', 'landline')
            ) AS phones,
            ARRAY (
              SELECT json_build_object(
                       'at', floor(extract(epoch FROM at) * 1000), 'inbound', direction = 'inbound', 'counted', counted
                     )
                FROM counted_contacts
               WHERE person_id = ANY ($2::uuid[]) AND at > $4::timestamptz
            ) AS tries`,
    [of.debtorId, of.ids, of.agreementId, of.since],
    { prepare: 'debtor-reach' },
  );
  return row ?? { timeZone: null, phones: [], tries: [] };
}
