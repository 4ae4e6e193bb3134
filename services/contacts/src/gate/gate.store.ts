import type { CompiledPacks, CountedEvent, Denial, EventKind } from '@arrears/compliance';
import type { PermitRequest } from '@arrears/contracts';
import type { Tx } from '@arrears/persistence';
import type { PermitState } from '../settle/settle.js';

export interface PermitRow {
  permitId: string;
  contactId: string;
  contentKey: string;
  caseId: string;
  agreementId: string;
  debtorId: string;
  personId: string;
  contactPointId: string;
  channel: PermitRequest['channel'];
  purpose: PermitRequest['purpose'];
  state: PermitState;
  contentHash: string | null;
  language: string;
  timeZone: string;
  grantedAt: Date;
  validUntil: Date;
  expiresAt: Date;
}

const permitColumns = `
  permit_id AS "permitId", contact_id AS "contactId", content_key AS "contentKey", case_id AS "caseId",
  agreement_id AS "agreementId", debtor_id AS "debtorId", person_id AS "personId",
  contact_point_id AS "contactPointId", channel, purpose, state, content_hash AS "contentHash", language,
  time_zone AS "timeZone", granted_at AS "grantedAt", valid_until AS "validUntil", expires_at AS "expiresAt"`;

/**
 * Everything the gate counts is counted under these locks, so that parallel requests about one person stand in line.
 * In one order, since a guarantor of one debtor may be a debtor himself.
 */
export async function lockLedgers(tx: Tx, personIds: readonly string[]): Promise<{ barred: Set<string> }> {
  const ids = [...new Set(personIds)].sort();
  await tx.execute(
    `INSERT INTO person_ledgers (person_id)
     SELECT person_id FROM unnest($1::uuid[]) AS wanted (person_id) ORDER BY person_id
     ON CONFLICT DO NOTHING`,
    [ids],
  );
  const rows = await tx.query<{ person_id: string; barred: boolean }>(
    `SELECT person_id, never_contact_since IS NOT NULL AS barred
       FROM person_ledgers
      WHERE person_id = ANY ($1::uuid[])
      ORDER BY person_id
        FOR UPDATE`,
    [ids],
  );
  return { barred: new Set(rows.filter(({ barred }) => barred).map(({ person_id }) => person_id)) };
}

/** Where a rule counts by number, two persons with one number must not pass it side by side. */
export async function lockNumbers(tx: Tx, numbers: readonly string[]): Promise<void> {
  for (const number of [...new Set(numbers)].sort())
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('number ' || $1, 0))`, [number]);
}

export async function newestPermit(tx: Tx, contactId: string): Promise<PermitRow | null> {
  const [row] = await tx.query<PermitRow>(
    `SELECT ${permitColumns} FROM permits WHERE contact_id = $1 ORDER BY created_at DESC, permit_id DESC LIMIT 1`,
    [contactId],
  );
  return row ?? null;
}

export async function readPermit(tx: Tx, permitId: string, lock: 'lock' | 'read' = 'read'): Promise<PermitRow | null> {
  const [row] = await tx.query<PermitRow>(
    `SELECT ${permitColumns} FROM permits WHERE permit_id = $1 ${lock === 'lock' ? 'FOR UPDATE' : ''}`,
    [permitId],
  );
  return row ?? null;
}

/** Events that some rule may count for this contact: of the kinds it counts, by any of its keys, within its reach. */
export async function countedEvents(
  tx: Tx,
  of: {
    packs: CompiledPacks;
    since: Date;
    exceptPermit: string | null;
    personId: string;
    numbers: readonly string[];
    caseId: string;
    debts: readonly string[];
  },
): Promise<CountedEvent[]> {
  const kinds = [...new Set(of.packs.counted.map(({ kind }) => kind))];
  if (kinds.length === 0) return [];
  const rows = await tx.query<{
    kind: EventKind;
    at: Date;
    person_id: string;
    number: string | null;
    case_id: string;
    debts: string[];
  }>(
    `SELECT kind, at, person_id, encode(number, 'hex') AS number, case_id, debts
       FROM counted_events
      WHERE state <> 'given-back'
        AND kind = ANY ($1::text[])
        AND at > $2
        AND permit_id IS DISTINCT FROM $7::uuid
        AND (person_id = $3
             OR number = ANY (SELECT decode(hex, 'hex') FROM unnest($4::text[]) AS wanted (hex))
             OR case_id = $5
             OR debts && $6::uuid[])`,
    [kinds, of.since, of.personId, of.numbers, of.caseId, of.debts, of.exceptPermit],
  );
  return rows.map(({ kind, at, person_id, number, case_id, debts }) => ({
    kind,
    at: at.toISOString(),
    person: person_id,
    ...(number === null ? {} : { number }),
    caseId: case_id,
    debts,
  }));
}

export interface NewPermit {
  permitId: string;
  request: PermitRequest;
  contactPointId: string;
  /** Hex. */
  number: string;
  rulePacks: readonly { pack: string; packVersion: string }[];
  factsHash: string;
  language: string;
  timeZone: string;
  grantedAt: string;
  localDate: string;
  validUntil: string;
  expiresAt: string;
  reserves: readonly EventKind[];
}

/** The permit with one reservation for each event that its outcome could raise. */
export async function insertPermit(tx: Tx, permit: NewPermit): Promise<void> {
  const { request } = permit;
  await tx.execute(
    `INSERT INTO permits (
       permit_id, contact_id, content_key, effect_key, step, case_id, case_seq, agreement_id, debtor_id, person_id,
       contact_point_id, channel, purpose, covers, template_id, template_version, actor, state, rule_packs, facts_hash,
       time_zone, language, granted_at, valid_until, expires_at
     ) VALUES (
       $1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
       $11, $12, $13, $14::uuid[], $15, $16, $17, 'granted', $18::jsonb, $19,
       $20, $21, $22, $23, $24
     )`,
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
      JSON.stringify(permit.rulePacks),
      permit.factsHash,
      permit.timeZone,
      permit.language,
      permit.grantedAt,
      permit.validUntil,
      permit.expiresAt,
    ],
  );
  await tx.execute(
    `INSERT INTO counted_events (permit_id, kind, at, local_date, person_id, number, case_id, debts, state)
     SELECT $1, kind, $2, $3, $4, decode($5, 'hex'), $6, $7::uuid[], 'reserved'
       FROM unnest($8::text[]) AS reserved (kind)`,
    [
      permit.permitId,
      permit.grantedAt,
      permit.localDate,
      request.personId,
      permit.number,
      request.caseId,
      request.covers,
      permit.reserves,
    ],
  );
}

/** True the first time this answer is given about this message. */
export async function insertDenial(
  tx: Tx,
  denial: {
    contactId: string;
    answerHash: string;
    caseId: string;
    effectKey: string;
    denials: readonly Denial[];
    earliest: string | 'never';
    rulePacks: readonly { pack: string; packVersion: string }[];
    factsHash: string;
    at: string;
  },
): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO permit_denials (contact_id, answer_hash, case_id, effect_key, denials, earliest, rule_packs, facts_hash, at)
     VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7::jsonb, $8, $9)
     ON CONFLICT DO NOTHING
     RETURNING contact_id`,
    [
      denial.contactId,
      denial.answerHash,
      denial.caseId,
      denial.effectKey,
      JSON.stringify(denial.denials),
      denial.earliest === 'never' ? null : denial.earliest,
      JSON.stringify(denial.rulePacks),
      denial.factsHash,
      denial.at,
    ],
  );
  return rows.length > 0;
}
