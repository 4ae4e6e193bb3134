import { nextEntry, canonicalJson, type JournalHead, type JournalRecord } from '@arrears/audit';
import type { Denial, EventKind } from '@arrears/compliance';
import type { PermitRequest } from '@arrears/contracts';
import type { Tx } from '@arrears/persistence';
import type { PermitState } from '../settle/settle.js';
import type { Asked } from './gate.js';

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

export interface NewPermit {
  permitId: string;
  request: PermitRequest;
  contactPointId: string;
  /** Hex. */
  number: string;
  basis: Basis;
  language: string;
  timeZone: string;
  grantedAt: string;
  validUntil: string;
  expiresAt: string;
  reserves: readonly EventKind[];
}

/**
 * The permit, the reservation of everything its outcome could raise, and the journal's entry, in one statement: others wait
 * for the ledger meanwhile. The caller holds the head of the case's journal.
 */
export async function insertPermit(
  tx: Tx,
  permit: NewPermit,
  told: { head: JournalHead | null; record: JournalRecord },
): Promise<void> {
  const { request, basis } = permit;
  const entry = nextEntry(told.head, told.record);
  await tx.query(
    insertSql,
    [
      permit.permitId,
      request.contactId,
      request.contentKey,
      request.effectKey,
      request.step,
      request.caseId,
      request.expects.caseSeq,
      request.agreementId,
      request.debtorId,
      request.personId,
      permit.contactPointId,
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
      permit.timeZone,
      permit.language,
      permit.grantedAt,
      permit.validUntil,
      permit.expiresAt,
      permit.number,
      permit.reserves,
      entry.seq,
      entry.prevHash,
      entry.hash,
      entry.kind,
      canonicalJson(entry.data),
    ],
    { prepare: 'insert-permit' },
  );
}

const insertSql = `
  WITH permit AS (
    INSERT INTO permits (
      permit_id, contact_id, content_key, effect_key, step, case_id, case_seq, agreement_id, debtor_id, person_id,
      contact_point_id, channel, purpose, covers, template_id, template_version, actor, agency_id, state, rule_packs,
      facts_hash, basis, time_zone, language, granted_at, valid_until, expires_at
    ) VALUES (
      $1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
      $11, $12, $13, $14::uuid[], $15, $16, $17, $18, 'granted', $19::jsonb,
      $20, $21::jsonb, $22, $23, $24::timestamptz, $25, $26
    )
  ), counted AS (
    INSERT INTO counted_contacts (
      contact_ref, direction, at, person_id, number, case_id, debts, reserved, counted, given_back, changed_at
    ) VALUES ($1, 'outbound', $24::timestamptz, $10, decode($27, 'hex'), $6, $14::uuid[], $28::text[], '{}', '{}', $24)
  ), dial AS (
    INSERT INTO open_dials (permit_id, granted_at)
    SELECT $1, $24::timestamptz WHERE $12 = 'call'
  ), entry AS (
    INSERT INTO journal (case_id, seq, prev_hash, hash, kind, at, actor, data)
    VALUES ($6, $29, decode($30, 'hex'), decode($31, 'hex'), $32, $24::timestamptz, $17, $33::jsonb)
  )
  INSERT INTO journal_heads (case_id, seq, hash)
  VALUES ($6, $29, decode($31, 'hex'))
  ON CONFLICT (case_id) DO UPDATE
     SET seq = excluded.seq, hash = excluded.hash`;

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
     ) VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, $8::jsonb, $9, $10::jsonb, $11)
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
