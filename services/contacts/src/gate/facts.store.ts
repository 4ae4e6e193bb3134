import type { EventKind } from '@arrears/compliance';
import type { CaseFacts } from '@arrears/contracts';
import type { Tx } from '@arrears/persistence';
import { consumerName } from '../case-facts/case-facts.store.js';
import { permitColumns, type PermitRow } from './permit.store.js';
import type { StopOrder } from '../stop-orders/stop-order.js';

/** What is asked of the database for one answer. */
export interface FactsQuestion {
  caseId: string;
  agreementId: string;
  personId: string;
  /** Every id of that human. */
  ids: readonly string[];
  /** Blind indexes in hex of the points asked for. */
  numbers: readonly string[];
  debts: readonly string[];
  /** Business time before which nothing counts any more. */
  since: string;
  actor: string;
  agencyId: string | null;
  /** The message, dial or visit that is asked for. */
  contactId: string;
  /** The head of the case's journal is locked, for an entry to follow. */
  lock: boolean;
}

export interface FactsRow {
  facts: CaseFacts | null;
  heartbeatAt: Date | null;
  parked: boolean;
  head: { seq: number; hash: string } | null;
  /** The newest permit of this contact. */
  earlier: PermitRow | null;
  person: { timeZone: string | null; language: string | null } | null;
  roles: { loanId: string; role: string; relation: string | null }[];
  points: PointRow[];
  consents: { kind: string; pointId: string | null }[];
  stops: StopOrder[];
  collector: { trainedUntil: string; violentRecord: boolean; agencyId: string | null } | null;
  agency: { listed: boolean; published: boolean; inspectedUntil: string | null; evaluatedUntil: string | null } | null;
  events: EventRow[];
}
export interface PointRow {
  contactPointId: string;
  kind: 'mobile' | 'landline' | 'email' | 'address';
  number: string;
  source: string;
  reserved: boolean;
  valid: 'yes' | 'no' | 'unknown';
  optedOut: string[];
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
 * Everything in one statement and so in one snapshot, since it is asked while others wait for the ledger. It begins after
 * the ledger is locked and therefore sees what the holder before us wrote.
 */
export async function readFacts(tx: Tx, of: FactsQuestion): Promise<FactsRow> {
  const [row] = await tx.query<FactsRow>(
    of.lock ? lockingSql : readingSql,
    [
      of.caseId,
      of.agreementId,
      of.personId,
      of.ids,
      of.numbers,
      of.debts,
      of.since,
      of.actor,
      of.agencyId,
      consumerName,
      of.contactId,
    ],
    { prepare: of.lock ? 'gate-facts-lock' : 'gate-facts' },
  );
  if (row === undefined) throw new Error('a SELECT without FROM gives one row');
  return { ...row, earlier: row.earlier === null ? null : permitFromJson(row.earlier) };
}

/** JSON has no dates. */
function permitFromJson(permit: PermitRow): PermitRow {
  const { grantedAt, validUntil, expiresAt } = permit;
  return {
    ...permit,
    ...{ grantedAt: new Date(grantedAt), validUntil: new Date(validUntil), expiresAt: new Date(expiresAt) },
  };
}

const factsSql = (lock: '' | 'FOR UPDATE') => `
  SELECT known.facts,
         beat.at AS "heartbeatAt",
         EXISTS (
           SELECT
             FROM inbox
            WHERE consumer = $10 AND topic = 'collections.cases.v1' AND key = $1::text AND state = 'parked' AND blocks_key
         ) AS parked,
         head.entry AS head,
         (SELECT row_to_json(newest)
            FROM (SELECT ${permitColumns}
                    FROM permits permit
                   WHERE contact_id = $11::uuid
                   ORDER BY created_at DESC, permit_id DESC
                   LIMIT 1) AS newest) AS earlier,
         (SELECT json_build_object('timeZone', time_zone, 'language', language)
            FROM persons
           WHERE person_id = $3 AND agreement_id = $2) AS person,
         ARRAY (
           SELECT json_build_object('loanId', loan_id, 'role', role, 'relation', relation)
             FROM person_roles
            WHERE person_id = $3 AND agreement_id = $2
            ORDER BY loan_id, role, ordinal
         ) AS roles,
         ARRAY (
           SELECT json_build_object(
                    'contactPointId', contact_point_id, 'kind', kind, 'number', encode(value_index, 'hex'), 'source', source,
                    'reserved', reserved, 'valid', valid, 'optedOut', opted_out,
                    'bars', ARRAY (SELECT because FROM barred_numbers WHERE number = value_index ORDER BY because)
                  )
             FROM contact_points
            WHERE person_id = $3 AND agreement_id = $2
         ) AS points,
         ARRAY (
           SELECT json_build_object('kind', kind, 'pointId', contact_point_id)
             FROM consents
            WHERE person_id = ANY ($4::uuid[]) AND agreement_id = $2 AND withdrawn_at IS NULL
            ORDER BY consent_id
         ) AS consents,
         ARRAY (
           SELECT json_build_object('stopOrderId', stop_order_id, 'scope', scope, 'value', value)
             FROM stop_orders
            WHERE state = 'in-force'
         ) AS stops,
         (SELECT json_build_object('trainedUntil', trained_until, 'violentRecord', violent_record, 'agencyId', agency_id)
            FROM collectors
           WHERE collector_id = $8) AS collector,
         (SELECT json_build_object(
                   'listed', listed, 'published', published_on IS NOT NULL,
                   'inspectedUntil', inspected_until, 'evaluatedUntil', evaluated_until
                 )
            FROM agencies
           WHERE agency_id = $9) AS agency,
         ARRAY (
           SELECT json_build_object(
                    'ref', contact_ref, 'inbound', direction = 'inbound', 'at', floor(extract(epoch FROM at) * 1000),
                    'personId', person_id, 'number', encode(number, 'hex'), 'caseId', case_id, 'debts', debts,
                    'kinds', reserved || counted
                  )
             FROM counted_contacts
            WHERE at > $7::timestamptz
              AND (person_id = ANY ($4::uuid[])
                   OR number = ANY (ARRAY (SELECT decode(hex, 'hex') FROM unnest($5::text[]) AS given (hex)))
                   OR case_id = $1
                   OR debts && $6::uuid[])
         ) AS events
    FROM (SELECT $1::uuid AS case_id) AS asked
    LEFT JOIN case_facts known USING (case_id)
    LEFT JOIN feed_heartbeats beat
           ON beat.consumer = $10 AND beat.topic = 'collections.cases.v1' AND beat.partition = known.partition
    LEFT JOIN LATERAL (
           SELECT json_build_object('seq', seq, 'hash', encode(hash, 'hex')) AS entry
             FROM journal_heads
            WHERE journal_heads.case_id = asked.case_id
              ${lock}
         ) AS head ON true`;
const lockingSql = factsSql('FOR UPDATE');
const readingSql = factsSql('');

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
