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

/**
 * The permit, the reservation of everything its outcome could raise, and the journal's entry, in one statement, if the
 * ledgers, the case, the stop orders and the journal stand as they were seen. Ledgers are taken first and in order, the
 * journal's head last, as everywhere.
 * @returns where the journal stands with it; null when something came in between: nothing was written then, and it must be
 * asked again
 */
export async function insertPermit(
  tx: Pick<Tx, 'query'>,
  { row, request, number, basis, reserves }: NewPermit,
  record: JournalRecord,
  seen: Seen,
): Promise<JournalHead | null> {
  const entry = nextEntry(seen.head, record);
  const ledgers = [...seen.ledgers].sort((one, other) => (one.personId < other.personId ? -1 : 1));
  const dial = request.channel === 'call' ? 'a-dial' : 'no-dial';
  const written = await tx.query(
    insertSql(dial),
    [
      row.permitId,
      request.contactId,
      request.contentKey,
      request.effectKey,
      request.step,
      request.caseId,
      request.expects.caseSeq,
      request.agreementId,
      request.debtorId,
      request.personId,
      row.contactPointId,
      request.channel,
      request.purpose,
      request.covers,
      request.templateId ?? null,
      request.templateVersion ?? null,
      request.actor,
      request.agencyId ?? null,
      JSON.stringify(basis.packs),
      basis.factsHash,
      keptBasis(basis.asked),
      row.timeZone,
      row.language,
      row.grantedAt,
      row.validUntil,
      row.expiresAt,
      number,
      reserves,
      entry.seq,
      entry.prevHash,
      entry.hash,
      entry.kind,
      JSON.stringify(entry.data),
      ledgers.map(({ personId }) => personId),
      ledgers.map(({ version }) => version),
      seen.caseSeq,
      seen.stops.map(({ stopOrderId }) => stopOrderId),
    ],
    { prepare: `insert-permit-${dial}` },
  );
  return written.length === 1 ? { seq: entry.seq, hash: entry.hash } : null;
}

const openDial = `
  ), dial AS (
    INSERT INTO open_dials (permit_id, granted_at)
    SELECT $1::uuid, $24::timestamptz FROM head`;

const insertSql = (dial: 'a-dial' | 'no-dial') => `
  WITH ledgers AS (
    UPDATE person_ledgers ledger
       SET version = ledger.version + 1
      FROM unnest($34::uuid[], $35::integer[]) AS seen (person_id, version)
     WHERE ledger.person_id = seen.person_id AND ledger.version = seen.version
    RETURNING ledger.person_id
  ), head AS (
    UPDATE journal_heads
       SET seq = $29, hash = decode($31, 'hex')
     WHERE case_id = $6 AND seq = $29 - 1 AND hash = decode($30, 'hex')
       AND (SELECT count(*) FROM ledgers) = cardinality($34::uuid[])
       AND EXISTS (SELECT FROM case_facts known WHERE known.case_id = $6 AND known.case_seq = $36)
       AND NOT EXISTS (SELECT FROM stop_orders WHERE state = 'in-force' AND stop_order_id <> ALL ($37::uuid[]))
    RETURNING case_id
  ), permit AS (
    INSERT INTO permits (
      permit_id, contact_id, content_key, effect_key, step, case_id, case_seq, agreement_id, debtor_id, person_id,
      contact_point_id, channel, purpose, covers, template_id, template_version, actor, agency_id, state, rule_packs,
      facts_hash, basis, time_zone, language, granted_at, valid_until, expires_at
    )
    SELECT $1::uuid, $2::uuid, $3, $4, $5, case_id, $7::bigint, $8, $9::uuid, $10::uuid,
           $11::uuid, $12, $13, $14::uuid[], $15, $16::integer, $17, $18, 'granted', $19::jsonb,
           $20, $21::json, $22, $23, $24::timestamptz, $25::timestamptz, $26::timestamptz
      FROM head
  ), counted AS (
    INSERT INTO counted_contacts (
      contact_ref, direction, at, person_id, number, case_id, debts, reserved, counted, given_back, changed_at
    )
    SELECT $1::uuid, 'outbound', $24::timestamptz, $10::uuid, decode($27, 'hex'), case_id, $14::uuid[], $28::text[], '{}', '{}',
           $24::timestamptz
      FROM head
${dial === 'a-dial' ? openDial : ''}  ), entry AS (
    INSERT INTO journal (case_id, seq, prev_hash, hash, kind, at, actor, data)
    SELECT case_id, $29, decode($30, 'hex'), decode($31, 'hex'), $32, $24::timestamptz, $17, $33::jsonb
      FROM head
  )
  SELECT case_id FROM head`;

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
