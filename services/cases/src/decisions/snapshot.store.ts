import type { Tx } from '@arrears/persistence';
import type { SnapshotPerson } from '@arrears/treatment';
import { accountColumns, accountOfJson, type AccountJson, type AccountRow } from '../accounts/account.store.js';
import type { HoldRow, StoredPoint } from '../cases/case.store.js';

export interface StepRow {
  case_id: string;
  step: string;
  occurrence: number;
  kind: string;
  covers: string[];
  person_id: string | null;
  anchor: string;
  policy_version: number;
  planned_at: string;
  ended_at: string | null;
  outcome: string | null;
}
export interface Gathered {
  accounts: AccountRow[];
  persons: {
    person_id: string;
    role: string;
    accounts: string[];
    time_zone: string;
    language: string;
    points: StoredPoint[];
    status: SnapshotPerson['status'] | null;
    never_contact: boolean | null;
    last_rpc_at: string | null;
  }[];
  holds: HoldRow[];
  steps: StepRow[];
  denials: { step: string; rule: string; until: string }[];
  proofs: { id: string; kind: string; covers: string[]; at: string; compliant: boolean }[];
  /** Open reviews by deadline. */
  reviews: { step: string; occurrence: number; deadline: string; on_timeout: string }[];
  attention: { code: string; step: string }[];
  waitingCommands: number;
  /** When the last decision asked to be thought of again. */
  wakeAt: string | null;
}

type Row = Omit<Gathered, 'accounts'> & { accounts: AccountJson[] };

/** Everything a decision looks at, in one statement: one moment of the database, whatever commits meanwhile. */
export async function gather(
  tx: Tx,
  caseId: string,
  agreementId: string,
  continues: readonly string[],
): Promise<Gathered> {
  const [row] = await tx.query<Row>(
    `SELECT
       (SELECT coalesce(jsonb_agg(to_jsonb(a) ORDER BY a.account_id), '[]')
          FROM (SELECT ${accountColumns} FROM accounts WHERE case_id = $1) a) AS accounts,
       (SELECT coalesce(jsonb_agg(to_jsonb(p) ORDER BY p.role, p.person_id), '[]')
          FROM (SELECT c.person_id, c.role, c.accounts, p.time_zone, p.language, p.points, s.status, s.never_contact,
                       s.last_rpc_at
                  FROM case_persons c
                  JOIN persons p ON p.agreement_id = $2 AND p.person_id = c.person_id
                  LEFT JOIN person_standing s ON s.person_id = c.person_id
                 WHERE c.case_id = $1) p) AS persons,
       (SELECT coalesce(jsonb_agg(to_jsonb(h) ORDER BY h.from_at, h.hold_id), '[]')
          FROM (SELECT hold_id, kind, effects, allows, accounts, persons, from_at, until_at, lifted_at
                  FROM holds
                 WHERE case_id = $1) h) AS holds,
       (SELECT coalesce(jsonb_agg(to_jsonb(s) ORDER BY s.planned_at, s.step, s.occurrence), '[]')
          FROM (SELECT case_id, step, occurrence, kind, covers, person_id, anchor, policy_version, planned_at, ended_at, outcome
                  FROM steps
                 WHERE case_id = $1 OR case_id = ANY ($3::uuid[])) s) AS steps,
       (SELECT coalesce(jsonb_agg(to_jsonb(d) ORDER BY d.step, d.rule), '[]')
          FROM (SELECT step, rule, CASE WHEN until_at = 'infinity' THEN 'never' ELSE to_jsonb(until_at) #>> '{}' END AS until
                  FROM denials
                 WHERE case_id = $1) d) AS denials,
       (SELECT coalesce(jsonb_agg(to_jsonb(v) ORDER BY v.at, v.id), '[]')
          FROM (SELECT effect_key || '/' || kind AS id, kind, covers, at, compliant
                  FROM proofs
                 WHERE case_id = $1 OR case_id = ANY ($3::uuid[])) v) AS proofs,
       (SELECT coalesce(jsonb_agg(to_jsonb(r) ORDER BY r.deadline), '[]')
          FROM (SELECT step, occurrence, deadline, on_timeout
                  FROM reviews
                 WHERE case_id = $1 AND status = 'open') r) AS reviews,
       (SELECT coalesce(jsonb_agg(to_jsonb(i)), '[]')
          FROM (SELECT code, step FROM attention WHERE case_id = $1 AND cleared_at IS NULL) i) AS attention,
       (SELECT count(*)::int FROM commands WHERE case_id = $1 AND status = 'accepted') AS "waitingCommands",
       (SELECT to_jsonb(wake_at) #>> '{}' FROM decisions WHERE case_id = $1 ORDER BY decision_no DESC LIMIT 1) AS "wakeAt"`,
    [caseId, agreementId, continues],
  );
  if (row === undefined) throw new Error('a select without FROM gives one row');
  return { ...row, accounts: row.accounts.map(accountOfJson) };
}
