import type { EventKind } from '@arrears/compliance';
import type { Tx } from '@arrears/persistence';
import type { Asked } from '../gate/gate.js';

/** `basis` as it was kept: events and holidays are not in it. */
export interface PastRow {
  id: string;
  contactId: string;
  caseId: string;
  effectKey: string;
  at: Date;
  basis: Asked;
  deniedBy: string[];
  ids: string[];
  events: {
    at: number;
    personId: string;
    number: string | null;
    caseId: string | null;
    debts: string[];
    kinds: EventKind[];
  }[];
}

export interface PastQuestion {
  from: string;
  to: string;
  /** Only answers by rules of this pack; null: all. */
  boundBy: string | null;
  reachMs: number;
  after: { at: string; id: string } | null;
  limit: number;
}

/**
 * What was counted at the moment of an answer: what lay before it, with everything that was given back only later. An id
 * of the same human counts as it does now.
 */
const asItStood = `
  ARRAY (
    SELECT json_build_object(
             'at', floor(extract(epoch FROM other.at) * 1000), 'personId', other.person_id,
             'number', encode(other.number, 'hex'), 'caseId', other.case_id, 'debts', other.debts,
             'kinds', other.reserved || other.counted
                      || CASE WHEN other.changed_at > past.at THEN other.given_back ELSE '{}' END
           )
      FROM counted_contacts other
     WHERE other.at <= past.at
       AND other.at > past.at - $5::double precision * interval '1 millisecond'
       AND other.contact_ref <> past.id
       AND (other.person_id = ANY (past.ids)
            OR other.number = past.number
            OR other.case_id = past."caseId"
            OR other.debts && past.debts)
  ) AS events`;

const idsOf = (person: string) => `
  COALESCE((
    SELECT array_agg(same.person_id)
      FROM person_ledgers known
      JOIN person_ledgers same USING (group_id)
     WHERE known.person_id = ${person}
  ), ARRAY[${person}]) AS ids`;

export async function pastPermits(tx: Tx, of: PastQuestion): Promise<PastRow[]> {
  return tx.query<PastRow>(
    `SELECT past.*, ${asItStood}
       FROM (SELECT permit_id AS id, contact_id AS "contactId", case_id AS "caseId", effect_key AS "effectKey",
                    granted_at AS at, basis, '{}'::text[] AS "deniedBy", covers AS debts,
                    decode(basis #>> '{contact,number}', 'hex') AS number, ${idsOf('granted.person_id')}
               FROM permits granted
              WHERE granted_at >= $1 AND granted_at < $2 AND basis IS NOT NULL
                AND state NOT IN ('released', 'never-left')
                AND ($3::text IS NULL OR rule_packs @> jsonb_build_array(jsonb_build_object('pack', $3::text)))
                AND ($6::timestamptz IS NULL OR (granted_at, permit_id) > ($6, $7::uuid))
              ORDER BY granted_at, permit_id
              LIMIT $4) AS past
      ORDER BY past.at, past.id`,
    [of.from, of.to, of.boundBy, of.limit, of.reachMs, of.after?.at ?? null, of.after?.id ?? null],
  );
}

/** The last answer about each contact: a sender that polls was denied once. */
export async function pastDenials(tx: Tx, of: PastQuestion): Promise<PastRow[]> {
  return tx.query<PastRow>(
    `SELECT past.*, ${asItStood}
       FROM (SELECT contact_id AS id, contact_id AS "contactId", case_id AS "caseId", effect_key AS "effectKey", at, basis,
                    ARRAY (SELECT DISTINCT denial ->> 'pack' FROM jsonb_array_elements(denials) AS denial) AS "deniedBy",
                    ARRAY (SELECT json_array_elements_text(basis #> '{contact,debts}')::uuid) AS debts,
                    decode(basis #>> '{contact,number}', 'hex') AS number,
                    ${idsOf(`(basis #>> '{contact,person}')::uuid`)}
               FROM permit_denials denied
              WHERE at >= $1 AND at < $2 AND basis IS NOT NULL
                AND NOT EXISTS (
                      SELECT FROM permit_denials later WHERE later.contact_id = denied.contact_id AND later.at > denied.at
                    )
                AND ($3::text IS NULL OR rule_packs @> jsonb_build_array(jsonb_build_object('pack', $3::text)))
                AND ($6::timestamptz IS NULL OR (at, contact_id) > ($6, $7::uuid))
              ORDER BY at, contact_id
              LIMIT $4) AS past
      ORDER BY past.at, past.id`,
    [of.from, of.to, of.boundBy, of.limit, of.reachMs, of.after?.at ?? null, of.after?.id ?? null],
  );
}
