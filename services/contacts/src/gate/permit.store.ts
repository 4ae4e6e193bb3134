import { nextEntry, type JournalHead, type JournalRecord } from '@arrears/audit';
import type { Denial } from '@arrears/compliance';
import type { PermitRequest } from '@arrears/contracts';
import type { Tx } from '@arrears/persistence';
import type { PermitState } from '../settle/settle.js';
import type { StopOrder } from '../stop-orders/stop-order.js';
import type { Asked } from './gate.js';
import type { NewPermit } from './grant.js';

export interface PermitRow {
  permitId: string;
  contactId: string;
  contentKey: string;
  effectKey: string;
  step: string;
  caseId: string;
  agreementId: string;
  debtorId: string;
  personId: string;
  contactPointId: string;
  channel: PermitRequest['channel'];
  purpose: PermitRequest['purpose'];
  actor: string;
  state: PermitState;
  contentHash: string | null;
  language: string;
  timeZone: string;
  grantedAt: Date;
  validUntil: Date;
  expiresAt: Date;
}

export const permitColumns = `
  permit.permit_id AS "permitId", permit.contact_id AS "contactId", permit.content_key AS "contentKey",
  permit.effect_key AS "effectKey", permit.step, permit.case_id AS "caseId", permit.agreement_id AS "agreementId",
  permit.debtor_id AS "debtorId", permit.person_id AS "personId", permit.contact_point_id AS "contactPointId",
  permit.channel, permit.purpose, permit.actor, permit.state, permit.content_hash AS "contentHash", permit.language,
  permit.time_zone AS "timeZone", permit.granted_at AS "grantedAt", permit.valid_until AS "validUntil",
  permit.expires_at AS "expiresAt"`;

export async function readPermit(tx: Tx, permitId: string, lock: 'lock' | 'read' = 'read'): Promise<PermitRow | null> {
  const [row] = await tx.query<PermitRow>(
    `SELECT ${permitColumns} FROM permits permit WHERE permit_id = $1 ${lock === 'lock' ? 'FOR UPDATE' : ''}`,
    [permitId],
  );
  return row ?? null;
}

export interface Basis {
  packs: readonly { pack: string; packVersion: string }[];
  factsHash: string;
  asked: Asked | null;
}

/** What the permit was decided on. Where one of these no longer stands so, nothing is written. */
export interface Seen {
  ledgers: readonly { personId: string; version: number }[];
  stops: readonly StopOrder[];
  caseSeq: number;
  head: JournalHead;
}
export interface PermitWrite {
  permit: NewPermit;
  record: JournalRecord;
  seen: Seen;
}

/**
 * Permits, the reservation of everything their outcomes could raise, and the journal's entries, in one statement: each of
 * them if its ledgers, its case, the stop orders and its journal stand as they were seen. Ledgers are locked first and in
 * order, the journals' heads last, as everywhere. No two of them may share a person or a case.
 * @returns for each where its journal stands with it; null where something came in between: nothing was written of that one
 * then, and it must be asked again
 */
export async function insertPermits(
  tx: Pick<Tx, 'query'>,
  writes: readonly PermitWrite[],
): Promise<(JournalHead | null)[]> {
  const rows = writes.map(({ permit, record, seen }) => ({ ...permit, entry: nextEntry(seen.head, record), seen }));
  const of = <Value>(value: (row: (typeof rows)[number]) => Value) => rows.map(value);
  const ledgers = rows.flatMap(({ seen }, place) => seen.ledgers.map((ledger) => ({ ...ledger, place })));
  // An order that one of them has not seen stops all: they are asked again, one by one.
  const stops = (rows[0]?.seen.stops ?? []).filter((stop) =>
    rows.every(({ seen }) => seen.stops.some(({ stopOrderId }) => stopOrderId === stop.stopOrderId)),
  );
  const written = await tx.query<{ place: number }>(
    insertSql,
    [
      of(({ row }) => row.permitId),
      of(({ request }) => request.contactId),
      of(({ request }) => request.contentKey),
      of(({ request }) => request.effectKey),
      of(({ request }) => request.step),
      of(({ request }) => request.caseId),
      of(({ request }) => request.expects.caseSeq),
      of(({ request }) => request.agreementId),
      of(({ request }) => request.debtorId),
      of(({ request }) => request.personId),
      of(({ row }) => row.contactPointId),
      of(({ request }) => request.channel),
      of(({ request }) => request.purpose),
      of(({ request }) => `{${request.covers.join(',')}}`),
      of(({ request }) => request.templateId ?? null),
      of(({ request }) => request.templateVersion ?? null),
      of(({ request }) => request.actor),
      of(({ request }) => request.agencyId ?? null),
      of(({ basis }) => JSON.stringify(basis.packs)),
      of(({ basis }) => basis.factsHash),
      of(({ basis }) => keptBasis(basis.asked)),
      of(({ row }) => row.timeZone),
      of(({ row }) => row.language),
      of(({ row }) => row.grantedAt),
      of(({ row }) => row.validUntil),
      of(({ row }) => row.expiresAt),
      of(({ number }) => number),
      of(({ reserves }) => `{${reserves.join(',')}}`),
      of(({ entry }) => entry.seq),
      of(({ entry }) => entry.prevHash),
      of(({ entry }) => entry.hash),
      of(({ entry }) => JSON.stringify(entry.data)),
      of(({ seen }) => seen.caseSeq),
      rows.map((_, place) => place),
      ledgers.map(({ personId }) => personId),
      ledgers.map(({ version }) => version),
      ledgers.map(({ place }) => place),
      stops.map(({ stopOrderId }) => stopOrderId),
    ],
    { prepare: 'insert-permits' },
  );
  const places = new Set(written.map(({ place }) => place));
  return rows.map(({ entry }, place) => (places.has(place) ? { seq: entry.seq, hash: entry.hash } : null));
}

const insertSql = `
  WITH asked AS (
    SELECT *
      FROM unnest(
             $1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::bigint[], $8::text[], $9::uuid[],
             $10::uuid[], $11::uuid[], $12::text[], $13::text[], $14::text[], $15::text[], $16::integer[], $17::text[],
             $18::text[], $19::text[], $20::text[], $21::text[], $22::text[], $23::text[], $24::timestamptz[],
             $25::timestamptz[], $26::timestamptz[], $27::text[], $28::text[], $29::integer[], $30::text[], $31::text[],
             $32::text[], $33::bigint[], $34::integer[]
           ) AS given (
             permit_id, contact_id, content_key, effect_key, step, case_id, expected_seq, agreement_id, debtor_id,
             person_id, contact_point_id, channel, purpose, covers, template_id, template_version, actor,
             agency_id, rule_packs, facts_hash, basis, time_zone, language, granted_at,
             valid_until, expires_at, number, reserves, seq, prev_hash, hash,
             entry, known_seq, place
           )
  ), seen AS (
    SELECT * FROM unnest($35::uuid[], $36::integer[], $37::integer[]) AS given (person_id, version, place)
  ), locked AS (
    SELECT person_id, version FROM person_ledgers WHERE person_id = ANY ($35::uuid[]) ORDER BY person_id FOR UPDATE
  ), fresh AS (
    SELECT seen.place
      FROM seen
      LEFT JOIN locked USING (person_id)
     GROUP BY seen.place
    HAVING bool_and(COALESCE(seen.version = locked.version, false))
  ), heads AS (
    SELECT case_id, seq, hash
      FROM journal_heads
     WHERE case_id IN (SELECT asked.case_id FROM asked JOIN fresh USING (place))
     ORDER BY case_id
       FOR UPDATE
  ), granted AS (
    SELECT asked.*
      FROM asked
      JOIN fresh USING (place)
      JOIN heads ON heads.case_id = asked.case_id AND heads.seq = asked.seq - 1
                AND heads.hash = decode(asked.prev_hash, 'hex')
     WHERE EXISTS (SELECT FROM case_facts known WHERE known.case_id = asked.case_id AND known.case_seq = asked.known_seq)
       AND NOT EXISTS (SELECT FROM stop_orders WHERE state = 'in-force' AND stop_order_id <> ALL ($38::uuid[]))
  ), ledgers AS (
    UPDATE person_ledgers ledger
       SET version = ledger.version + 1
      FROM seen JOIN granted USING (place)
     WHERE ledger.person_id = seen.person_id
  ), head AS (
    UPDATE journal_heads
       SET seq = granted.seq, hash = decode(granted.hash, 'hex')
      FROM granted
     WHERE journal_heads.case_id = granted.case_id
  ), permit AS (
    INSERT INTO permits (
      permit_id, contact_id, content_key, effect_key, step, case_id, case_seq, agreement_id, debtor_id, person_id,
      contact_point_id, channel, purpose, covers, template_id, template_version, actor, agency_id, state, rule_packs,
      facts_hash, basis, time_zone, language, granted_at, valid_until, expires_at
    )
    SELECT permit_id, contact_id, content_key, effect_key, step, case_id, expected_seq, agreement_id, debtor_id, person_id,
           contact_point_id, channel, purpose, covers::uuid[], template_id, template_version, actor, agency_id, 'granted',
           rule_packs::jsonb, facts_hash, basis::json, time_zone, language, granted_at, valid_until, expires_at
      FROM granted
  ), counted AS (
    INSERT INTO counted_contacts (
      contact_ref, direction, at, person_id, number, case_id, debts, reserved, counted, given_back, changed_at
    )
    SELECT permit_id, 'outbound', granted_at, person_id, decode(number, 'hex'), case_id, covers::uuid[], reserves::text[],
           '{}', '{}', granted_at
      FROM granted
  ), dial AS (
    INSERT INTO open_dials (permit_id, granted_at)
    SELECT permit_id, granted_at FROM granted WHERE channel = 'call'
  ), entry AS (
    INSERT INTO journal (case_id, seq, prev_hash, hash, kind, at, actor, data)
    SELECT case_id, seq, decode(prev_hash, 'hex'), decode(hash, 'hex'), 'permit-granted', granted_at, actor, entry::jsonb
      FROM granted
  )
  SELECT place FROM granted`;

/** The row that the first entry of a case moves on; never seen outside the transaction that begins it. */
export async function beginJournal(tx: Tx, caseId: string, genesis: JournalHead): Promise<void> {
  await tx.execute(`INSERT INTO journal_heads (case_id, seq, hash) VALUES ($1, $2, decode($3, 'hex'))`, [
    caseId,
    genesis.seq,
    genesis.hash,
  ]);
}

/** Events are not kept with it: they lie in their own table and can be read again as they stood. */
function keptBasis(asked: Asked | null): string | null {
  if (asked === null) return null;
  const { events: _, holidays: __, ...facts } = asked.facts;
  return JSON.stringify({ contact: asked.contact, facts });
}

/** True the first time this answer is given about this message. */
export async function insertDenial(
  tx: Tx,
  denial: {
    contactId: string;
    answerHash: string;
    caseId: string;
    agreementId: string;
    effectKey: string;
    denials: readonly Denial[];
    earliest: string | 'never';
    basis: Basis;
    at: string;
  },
): Promise<boolean> {
  const { basis } = denial;
  const rows = await tx.query(
    `INSERT INTO permit_denials (
       contact_id, answer_hash, case_id, agreement_id, effect_key, denials, earliest, rule_packs, facts_hash, basis, at
     ) VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, $8::jsonb, $9, $10::json, $11)
     ON CONFLICT DO NOTHING
     RETURNING contact_id`,
    [
      denial.contactId,
      denial.answerHash,
      denial.caseId,
      denial.agreementId,
      denial.effectKey,
      JSON.stringify(denial.denials),
      denial.earliest === 'never' ? null : denial.earliest,
      JSON.stringify(basis.packs),
      basis.factsHash,
      keptBasis(basis.asked),
      denial.at,
    ],
  );
  return rows.length > 0;
}
