import type { Tx } from '@arrears/persistence';

export interface NextStanding {
  openSteps: { step: string; occurrence: number; kind: string; covers: string[]; plannedAt: string }[];
  denials: { step: string; rule: string; until: string }[];
  holds: { holdId: string; kind: string; effects: string[]; until: string | null }[];
}

export const nextStore = {
  /** What is under way, and what stands in the way, beside the last decision. */
  async read(tx: Tx, caseId: string): Promise<NextStanding> {
    const [row] = await tx.query<NextStanding>(
      `SELECT (SELECT coalesce(jsonb_agg(jsonb_build_object('step', step, 'occurrence', occurrence, 'kind', kind, 'covers', covers, 'plannedAt', planned_at)
                                         ORDER BY planned_at), '[]')
                 FROM steps
                WHERE case_id = $1 AND ended_at IS NULL) AS "openSteps",
              (SELECT coalesce(jsonb_agg(jsonb_build_object('step', step, 'rule', rule, 'until',
                                         CASE WHEN until_at = 'infinity' THEN '"never"' ELSE to_jsonb(until_at) END)), '[]')
                 FROM denials
                WHERE case_id = $1) AS denials,
              (SELECT coalesce(jsonb_agg(jsonb_build_object('holdId', hold_id, 'kind', kind, 'effects', effects, 'until', until_at)), '[]')
                 FROM holds
                WHERE case_id = $1 AND lifted_at IS NULL) AS holds`,
      [caseId],
    );
    return row ?? { openSteps: [], denials: [], holds: [] };
  },
};
