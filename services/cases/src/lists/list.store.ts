import type { Actor } from '@arrears/auth';
import type { Tx } from '@arrears/persistence';
import { caseConditions, conditionValues, type CaseConditions } from '../cases/case.reads.js';
import { caseColumns, type CaseRow } from '../cases/case.store.js';
import type { ListSort } from './list.js';

export interface FrozenList {
  total: number;
  truncated: boolean;
}
export interface OpenList {
  caseIds: string[];
  total: number;
}

/** The oldest unpaid due date is the most days past due. */
const orders: Record<ListSort, string> = {
  '-dpd': 'c.anchor ASC NULLS LAST, c.case_id ASC',
  dpd: 'c.anchor DESC NULLS FIRST, c.case_id DESC',
  '-openedAt': 'c.opened_at DESC, c.case_id DESC',
  openedAt: 'c.opened_at ASC, c.case_id ASC',
};

/** SQL of frozen lists. */
export const listStore = {
  /** Finds, orders and keeps the ids in one statement. */
  async freeze(
    tx: Tx,
    of: { listId: string; actor: Actor; screen: string; filters: object; asOf: string; most: number },
    conditions: CaseConditions,
    sort: ListSort,
  ): Promise<FrozenList> {
    const [row] = await tx.query<{ found: number; truncated: boolean }>(
      `INSERT INTO lists (list_id, owner, screen, filters, case_ids, total, truncated, as_of)
       SELECT $11::uuid, $12::text, $13::text, $14::jsonb, ids[1:$16::int], cardinality(ids), cardinality(ids) > $16::int,
              $15::timestamptz
         FROM (SELECT coalesce(array_agg(case_id), '{}') AS ids
                 FROM (SELECT c.case_id
                         FROM cases c
                        WHERE ${caseConditions}
                        ORDER BY ${orders[sort]}
                        LIMIT $16::int + 1) c) found
       RETURNING total AS found, truncated`,
      [
        ...conditionValues(of.actor, conditions),
        of.listId,
        of.actor.sub,
        of.screen,
        JSON.stringify(of.filters),
        of.asOf,
        of.most,
      ],
    );
    if (row === undefined) throw new Error('a list was not written');
    if (!row.truncated) return { total: row.found, truncated: false };
    return { total: await countAll(tx, of, conditions), truncated: true };
  },

  /** A slice of the ids, if the list is the actor's and not forgotten; the use is noted to the minute. */
  async slice(tx: Tx, listId: string, owner: string, from: number, count: number): Promise<OpenList | null> {
    const [row] = await tx.query<{ case_ids: string[]; total: number; stale: boolean }>(
      `SELECT case_ids[$3::int + 1:$3::int + $4::int] AS case_ids, total, used_at < now() - interval '1 minute' AS stale
         FROM lists
        WHERE list_id = $1 AND owner = $2 AND used_at > now() - interval '30 minutes'`,
      [listId, owner, from, count],
    );
    if (row === undefined) return null;
    if (row.stale) await tx.execute('UPDATE lists SET used_at = now() WHERE list_id = $1', [listId]);
    return { caseIds: row.case_ids, total: row.total };
  },

  /** Cases in the order of the ids, with what holds them. */
  async cases(tx: Tx, actor: Actor, caseIds: readonly string[]): Promise<(CaseRow & { holds: string[] })[]> {
    if (caseIds.length === 0) return [];
    const [visible] = conditionValues(actor, {});
    return tx.query<CaseRow & { holds: string[] }>(
      `SELECT ${caseColumns
        .split(',')
        .map((column) => `c.${column.trim()}`)
        .join(', ')},
              ARRAY(SELECT DISTINCT h.kind FROM holds h WHERE h.case_id = c.case_id AND h.lifted_at IS NULL ORDER BY h.kind) AS holds
         FROM unnest($1::uuid[]) WITH ORDINALITY AS asked (case_id, n)
         JOIN cases c USING (case_id)
        WHERE ($2::text[] IS NULL OR c.agreement_id = ANY ($2))
        ORDER BY asked.n`,
      [caseIds, visible],
    );
  },

  /** Lists that nobody has used for half an hour. */
  async forget(tx: Tx): Promise<void> {
    await tx.execute(`DELETE FROM lists WHERE used_at < now() - interval '30 minutes'`);
  },
};

/** Only where the list was cut: otherwise its length is the answer. */
async function countAll(
  tx: Tx,
  { actor, listId }: { actor: Actor; listId: string },
  conditions: CaseConditions,
): Promise<number> {
  const [row] = await tx.query<{ total: number }>(
    `UPDATE lists
        SET total = (SELECT count(*)::int FROM cases c WHERE ${caseConditions})
      WHERE list_id = $11
      RETURNING total`,
    [...conditionValues(actor, conditions), listId],
  );
  return row?.total ?? 0;
}
