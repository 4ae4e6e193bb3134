import type { Tx } from '@arrears/persistence';
import { accountColumns, accountOfJson, type AccountJson, type AccountRow } from '../accounts/account.store.js';

export interface CaseRow {
  case_id: string;
  case_number: string;
  agreement_id: string;
  debtor_id: string;
  customer_no: string;
  branch: string | null;
  time_zone: string;
  language: string;
  status: 'open' | 'closed';
  stage: string;
  level: string;
  assignee: string | null;
  close_reason: string | null;
  opened_at: Date;
  closed_at: Date | null;
  changed_at: Date;
  case_seq: number;
  void_before: number;
  version: number;
  reopened: number;
  decision_no: number;
  continues: string[];
}
export interface HoldRow {
  hold_id: string;
  kind: string;
  effects: ('contact' | 'treatmentDays' | 'interest' | 'escalation' | 'limitation')[];
  allows: string[];
  accounts: string[] | null;
  persons: string[] | null;
  from_at: string;
  until_at: string | null;
  lifted_at: string | null;
}

export const caseColumns = `case_id, case_number::text, agreement_id, debtor_id, customer_no, branch, time_zone, language,
  status, stage, level, assignee, close_reason, opened_at, closed_at, changed_at, case_seq, void_before, version, reopened,
  decision_no, continues`;

export interface NewCase {
  caseId: string;
  agreementId: string;
  debtorId: string;
  customerNo: string;
  branch: string | null;
  timeZone: string;
  language: string;
  at: string;
}

export const caseStore = {
  /** @returns null when the debtor has an open case under the agreement already */
  async insert(tx: Tx, one: NewCase): Promise<CaseRow | null> {
    const [row] = await tx.query<CaseRow>(
      `INSERT INTO cases (case_id, agreement_id, debtor_id, customer_no, branch, time_zone, language, opened_at, changed_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)
       ON CONFLICT (agreement_id, debtor_id) WHERE status = 'open' DO NOTHING
       RETURNING ${caseColumns}`,
      [one.caseId, one.agreementId, one.debtorId, one.customerNo, one.branch, one.timeZone, one.language, one.at],
    );
    return row ?? null;
  },

  /** Waits for whoever is closing it: a case that closed meanwhile is not found. */
  async lockOpen(tx: Tx, agreementId: string, debtorId: string): Promise<CaseRow | null> {
    const [row] = await tx.query<CaseRow>(
      `SELECT ${caseColumns}
         FROM cases
        WHERE agreement_id = $1 AND debtor_id = $2 AND status = 'open'
          FOR UPDATE`,
      [agreementId, debtorId],
    );
    return row ?? null;
  },

  async lock(tx: Tx, caseId: string): Promise<CaseRow | null> {
    const [row] = await tx.query<CaseRow>(`SELECT ${caseColumns} FROM cases WHERE case_id = $1 FOR UPDATE`, [caseId]);
    return row ?? null;
  },

  /** What an event tells of the case beside its own row. */
  async parts(tx: Tx, caseId: string): Promise<{ accounts: AccountRow[]; holds: HoldRow[] }> {
    const [row] = await tx.query<{ accounts: AccountJson[] | null; holds: HoldRow[] | null }>(
      `SELECT (SELECT jsonb_agg(to_jsonb(a) ORDER BY a.account_id)
                 FROM (SELECT ${accountColumns} FROM accounts WHERE case_id = $1) a) AS accounts,
              (SELECT jsonb_agg(to_jsonb(h) ORDER BY h.from_at)
                 FROM (SELECT hold_id, kind, effects, allows, accounts, persons, from_at, until_at, lifted_at
                         FROM holds
                        WHERE case_id = $1) h) AS holds`,
      [caseId],
    );
    return { accounts: (row?.accounts ?? []).map(accountOfJson), holds: row?.holds ?? [] };
  },

  async renumber(tx: Tx, caseId: string, reopened: number): Promise<void> {
    await tx.query('UPDATE cases SET reopened = $2 WHERE case_id = $1', [caseId, reopened]);
  },

  async save(tx: Tx, row: CaseRow, anchor: string | null, at: string): Promise<void> {
    await tx.query(
      `UPDATE cases
          SET status = $2, stage = $3, level = $4, close_reason = $5, closed_at = $6, case_seq = $7, void_before = $8,
              reopened = $9, decision_no = $10, continues = $11, anchor = $12, changed_at = $13, branch = $14,
              version = version + 1
        WHERE case_id = $1`,
      [
        row.case_id,
        row.status,
        row.stage,
        row.level,
        row.close_reason,
        row.closed_at?.toISOString() ?? null,
        row.case_seq,
        row.void_before,
        row.reopened,
        row.decision_no,
        row.continues,
        anchor,
        at,
        row.branch,
      ],
    );
  },
};

export interface NewAccount {
  accountId: string;
  caseId: string;
  agreementId: string;
  loanId: string;
  episode: number;
  stage: string;
  product: string;
  currency: string;
  dueDate: string;
  policy: { policyId: string; version: number };
  joinedAt: string;
  attributes: object;
}
/** What changes with every fact about the loan. */
export interface AccountState {
  status: string;
  principal: bigint;
  interest: bigint;
  fees: bigint;
  credit: bigint;
  unpaid: { due: string; amount: string }[];
  earliestUnpaid: string | null;
  lastDue: string;
  class: string;
  lastPayment: object | null;
}
export interface CasePerson {
  personId: string;
  role: string;
  timeZone: string;
  language: string;
  points: StoredPoint[];
}
export interface StoredPoint {
  id: string;
  kind: 'mobile' | 'landline' | 'email' | 'address';
  reserved: boolean;
  valid: 'yes' | 'no' | 'unknown';
  optedOut: string[];
  version: number;
}

export const accountStore = {
  async insert(tx: Tx, account: NewAccount, state: AccountState): Promise<void> {
    await tx.query(
      `INSERT INTO accounts (account_id, case_id, agreement_id, loan_id, episode, stage, product, currency, due_date,
              policy_id, policy_version, joined_at, attributes, status, principal, interest, fees, credit, unpaid,
              earliest_unpaid, last_due, class, last_payment)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)`,
      [
        account.accountId,
        account.caseId,
        account.agreementId,
        account.loanId,
        account.episode,
        account.stage,
        account.product,
        account.currency,
        account.dueDate,
        account.policy.policyId,
        account.policy.version,
        account.joinedAt,
        JSON.stringify(account.attributes),
        ...stateParams(state),
      ],
    );
  },

  async update(tx: Tx, accountId: string, state: AccountState, attributes: object | null): Promise<void> {
    await tx.query(
      `UPDATE accounts
          SET status = $2, principal = $3, interest = $4, fees = $5, credit = $6, unpaid = $7, earliest_unpaid = $8,
              last_due = $9, class = $10, last_payment = $11,
              attributes = CASE WHEN $12::jsonb IS NULL THEN attributes ELSE attributes || $12 END,
              version = version + 1
        WHERE account_id = $1`,
      [accountId, ...stateParams(state), attributes === null ? null : JSON.stringify(attributes)],
    );
  },

  /** All accounts of a case under one policy are treated under one version: one that comes in takes that of the others. */
  async joinVersion(tx: Tx, accountId: string): Promise<void> {
    await tx.query(
      `UPDATE accounts a
          SET policy_version = o.policy_version
         FROM accounts o
        WHERE a.account_id = $1 AND o.case_id = a.case_id AND o.account_id <> a.account_id AND o.policy_id = a.policy_id
          AND o.status <> 'closed' AND o.policy_version <> a.policy_version`,
      [accountId],
    );
  },

  /** Puts a closed account back, into its own case or into another open one of the debtor. */
  async reopen(tx: Tx, accountId: string, caseId: string, joinedAt: string): Promise<void> {
    await tx.query(
      `UPDATE accounts
          SET case_id = $2, status = 'open', close_reason = NULL, left_at = NULL, joined_at = $3, version = version + 1
        WHERE account_id = $1`,
      [accountId, caseId, joinedAt],
    );
  },

  async close(tx: Tx, accountId: string, reason: string, at: string): Promise<void> {
    await tx.query(
      `UPDATE accounts
          SET status = 'closed', close_reason = $2, left_at = $3, stage = 'closed', version = version + 1
        WHERE account_id = $1`,
      [accountId, reason, at],
    );
  },

  /** Persons of a loan become persons of the case; points that `contacts` has spoken of since stay as it said. */
  async addPersons(
    tx: Tx,
    of: { caseId: string; agreementId: string; accountId: string },
    persons: CasePerson[],
  ): Promise<void> {
    const list = JSON.stringify(persons.map((p) => ({ ...p, points: p.points })));
    await tx.query(
      `WITH given AS (
         SELECT *
           FROM jsonb_to_recordset($4) AS p ("personId" uuid, role text, "timeZone" text, language text, points jsonb)
       ), kept AS (
         INSERT INTO persons AS old (agreement_id, person_id, time_zone, language, points)
         SELECT DISTINCT ON ("personId") $2, "personId", "timeZone", language, points FROM given ORDER BY "personId", role
         ON CONFLICT (agreement_id, person_id) DO UPDATE
            SET points = old.points || (
                  SELECT coalesce(jsonb_agg(n), '[]')
                    FROM jsonb_array_elements(excluded.points) n
                   WHERE NOT EXISTS (SELECT FROM jsonb_array_elements(old.points) o WHERE o ->> 'id' = n ->> 'id'))
          WHERE NOT old.points @> excluded.points
       )
       INSERT INTO case_persons AS old (case_id, person_id, role, accounts)
       SELECT DISTINCT ON ("personId", role) $1::uuid, "personId", role, ARRAY[$3::uuid] FROM given
       ON CONFLICT (case_id, person_id, role) DO UPDATE
          SET accounts = CASE WHEN $3 = ANY (old.accounts) THEN old.accounts ELSE old.accounts || $3::uuid END`,
      [of.caseId, of.agreementId, of.accountId, list],
    );
  },

  /** The persons of an account, in the case it belonged to, become persons of the one it (or its next episode) goes to. */
  async copyPersons(tx: Tx, accountId: string, fromCase: string, toCase: string, fromAccount: string): Promise<void> {
    await tx.query(
      `INSERT INTO case_persons AS old (case_id, person_id, role, accounts)
       SELECT $3, person_id, role, ARRAY[$1::uuid]
         FROM case_persons
        WHERE case_id = $2 AND $4::uuid = ANY (accounts)
       ON CONFLICT (case_id, person_id, role) DO UPDATE
          SET accounts = CASE WHEN $1 = ANY (old.accounts) THEN old.accounts ELSE old.accounts || $1::uuid END`,
      [accountId, fromCase, toCase, fromAccount],
    );
  },
};

function stateParams(state: AccountState): unknown[] {
  return [
    state.status,
    state.principal.toString(),
    state.interest.toString(),
    state.fees.toString(),
    state.credit.toString(),
    JSON.stringify(state.unpaid),
    state.earliestUnpaid,
    state.lastDue,
    state.class,
    state.lastPayment === null ? null : JSON.stringify(state.lastPayment),
  ];
}
