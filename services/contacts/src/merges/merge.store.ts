import type { Tx } from '@arrears/persistence';
import type { Merge } from './groups.js';

export interface MergeRow extends Merge {
  members: string[];
  reason: string;
  evidence: string | null;
  state: 'requested' | 'in-force' | 'refused' | 'split-requested' | 'split';
  requestedBy: string;
  requestedAt: Date;
  decidedBy: string | null;
  decidedAt: Date | null;
  splitReason: string | null;
  splitRequestedBy: string | null;
  splitRequestedAt: Date | null;
  splitBy: string | null;
  splitAt: Date | null;
}

const columns = `
  merge_id AS "mergeId", members, reason, evidence, state, requested_by AS "requestedBy", requested_at AS "requestedAt",
  decided_by AS "decidedBy", decided_at AS "decidedAt", split_reason AS "splitReason",
  split_requested_by AS "splitRequestedBy", split_requested_at AS "splitRequestedAt", split_by AS "splitBy",
  split_at AS "splitAt"`;

export async function insertMerge(
  tx: Tx,
  merge: {
    mergeId: string;
    members: readonly string[];
    reason: string;
    evidence: string | null;
    by: string;
    at: string;
  },
): Promise<void> {
  await tx.execute(
    `INSERT INTO person_merges (merge_id, members, reason, evidence, state, requested_by, requested_at)
     VALUES ($1, $2::uuid[], $3, $4, 'requested', $5, $6)`,
    [merge.mergeId, merge.members, merge.reason, merge.evidence, merge.by, merge.at],
  );
}

export async function readMerge(tx: Tx, mergeId: string, lock: '' | 'FOR UPDATE' = ''): Promise<MergeRow | null> {
  const [row] = await tx.query<MergeRow>(`SELECT ${columns} FROM person_merges WHERE merge_id = $1 ${lock}`, [mergeId]);
  return row ?? null;
}

export async function decideMerge(
  tx: Tx,
  of: { mergeId: string; state: 'in-force' | 'refused'; by: string; at: string },
): Promise<void> {
  await tx.execute('UPDATE person_merges SET state = $2, decided_by = $3, decided_at = $4 WHERE merge_id = $1', [
    of.mergeId,
    of.state,
    of.by,
    of.at,
  ]);
}

export async function requestSplit(
  tx: Tx,
  of: { mergeId: string; reason: string; by: string; at: string },
): Promise<void> {
  await tx.execute(
    `UPDATE person_merges
        SET state = 'split-requested', split_reason = $2, split_requested_by = $3, split_requested_at = $4
      WHERE merge_id = $1`,
    [of.mergeId, of.reason, of.by, of.at],
  );
}

export async function decideSplit(
  tx: Tx,
  of: { mergeId: string; state: 'in-force' | 'split'; by: string; at: string },
): Promise<void> {
  await tx.execute(
    `UPDATE person_merges
        SET state    = $2,
            split_by = CASE WHEN $2 = 'split' THEN $3 END,
            split_at = CASE WHEN $2 = 'split' THEN $4::timestamptz END
      WHERE merge_id = $1`,
    [of.mergeId, of.state, of.by, of.at],
  );
}

/** Merges in force that link any of these ids to others, directly or over others. */
export async function linksAmong(tx: Tx, personIds: readonly string[]): Promise<Merge[]> {
  return tx.query<Merge>(
    `WITH RECURSIVE linked (person_id) AS (
       SELECT unnest($1::uuid[])
        UNION
       SELECT unnest(merge.members)
         FROM linked
         JOIN person_merges merge
           ON merge.members @> ARRAY[linked.person_id] AND merge.state IN ('in-force', 'split-requested')
     )
     SELECT DISTINCT merge.merge_id AS "mergeId", merge.members
       FROM linked
       JOIN person_merges merge
         ON merge.members @> ARRAY[linked.person_id] AND merge.state IN ('in-force', 'split-requested')`,
    [personIds],
  );
}

export async function saveGroups(
  tx: Tx,
  groups: readonly { personId: string; groupId: string | null }[],
): Promise<void> {
  await tx.execute(
    `UPDATE person_ledgers AS ledger
        SET group_id = given.group_id, version = ledger.version + 1
       FROM unnest($1::uuid[], $2::uuid[]) AS given (person_id, group_id)
      WHERE ledger.person_id = given.person_id`,
    [groups.map(({ personId }) => personId), groups.map(({ groupId }) => groupId)],
  );
}

export interface MemberSummary {
  personId: string;
  status: string;
  agreements: string[];
  openCases: number;
  consents: number;
  /** Counted contacts since the time asked for, by kind. */
  events: Record<string, number>;
}

/** What a merge would bring together, or a split take apart. */
export async function summarise(
  tx: Tx,
  of: { personIds: readonly string[]; agreements: readonly string[] | null; since: string },
): Promise<MemberSummary[]> {
  return tx.query<MemberSummary>(
    `SELECT member.person_id AS "personId", COALESCE(ledger.status, 'normal') AS status,
            ARRAY (
              SELECT DISTINCT agreement_id
                FROM persons
               WHERE person_id = member.person_id AND ($2::text[] IS NULL OR agreement_id = ANY ($2))
               ORDER BY agreement_id
            ) AS agreements,
            (SELECT count(*)::int
               FROM case_facts
              WHERE debtor_id = member.person_id AND status = 'open') AS "openCases",
            (SELECT count(*)::int
               FROM consents
              WHERE person_id = member.person_id AND withdrawn_at IS NULL) AS consents,
            COALESCE((
              SELECT json_object_agg(kind, times)
                FROM (SELECT kind, count(*)::int AS times
                        FROM counted_contacts, unnest(reserved || counted) AS raised (kind)
                       WHERE person_id = member.person_id AND at > $3
                       GROUP BY kind) AS counts
            ), '{}') AS events
       FROM unnest($1::uuid[]) AS member (person_id)
       LEFT JOIN person_ledgers ledger USING (person_id)
      ORDER BY member.person_id`,
    [of.personIds, of.agreements, of.since],
  );
}
