import type { Tx } from '@arrears/persistence';
import type { LastPayment, Position } from './account.js';
import type { LoanFact } from './loan-facts.js';
import type { PriorHistory } from './prior-actions.js';

/** A row of `accounts`. Amounts are decimal strings of minor units. */
export interface AccountRow {
  account_id: string;
  case_id: string;
  agreement_id: string;
  loan_id: string;
  episode: number;
  status: string;
  close_reason: string | null;
  stage: string;
  product: string;
  currency: string;
  principal: string;
  interest: string;
  fees: string;
  credit: string;
  unpaid: { due: string; amount: string }[];
  due_date: string;
  last_due: string;
  policy_id: string;
  policy_version: number;
  joined_at: Date;
  left_at: Date | null;
  class: string;
  last_payment: LastPayment | null;
  attributes: AccountAttributes;
  version: number;
}
export interface AccountAttributes {
  segment?: string;
  score?: number;
  branch?: string;
  secured?: boolean;
  customerNo?: string;
  guarantee?: { kind: 'joint' | 'general'; expires: string };
  /** What others had done before the account was opened. */
  prior?: PriorHistory;
}

export const accountColumns = `account_id, case_id, agreement_id, loan_id, episode, status, close_reason, stage, product,
  currency, principal::text, interest::text, fees::text, credit::text, unpaid, due_date, last_due, policy_id, policy_version, joined_at, left_at,
  class, last_payment, attributes, version`;

export interface LoanRow {
  sequence: number | null;
  as_of: string | null;
  content_hash: Buffer | null;
}

export const loanStore = {
  /** Locks the loan, known or not, until the transaction ends. */
  async lock(tx: Tx, agreementId: string, loanId: string): Promise<LoanRow> {
    const [row] = await tx.query<LoanRow>(
      `INSERT INTO loans (agreement_id, loan_id)
       VALUES ($1, $2)
       ON CONFLICT (agreement_id, loan_id) DO UPDATE SET loan_id = excluded.loan_id
       RETURNING sequence, as_of, content_hash`,
      [agreementId, loanId],
    );
    if (row === undefined) throw new Error('the loan row could not be locked');
    return row;
  },

  /** Everything known of a loan, as learned, and its newest account. One read, after the lock. */
  async read(tx: Tx, agreementId: string, loanId: string): Promise<{ facts: LoanFact[]; account: AccountRow | null }> {
    const rows = await tx.query<FactRow & { account: AccountJson | null }>(
      `SELECT f.kind, f.fact_id, f.sequence, f.value_date, f.known_at, f.applied, f.data, a.account
         FROM (SELECT (SELECT to_jsonb(x)
                         FROM (SELECT ${accountColumns}
                                 FROM accounts
                                WHERE agreement_id = $1 AND loan_id = $2
                                ORDER BY episode DESC
                                LIMIT 1) x) AS account) a
         LEFT JOIN loan_facts f ON f.agreement_id = $1 AND f.loan_id = $2
        ORDER BY f.fact_no`,
      [agreementId, loanId],
    );
    const account = rows[0]?.account ?? null;
    const facts = rows.flatMap((row) => (row.kind === null ? [] : [factOf(row)]));
    return { facts, account: account === null ? null : accountOfJson(account) };
  },

  /** Keeps a fact; an applied statement becomes the loan's newest. */
  async keep(
    tx: Tx,
    loan: { agreementId: string; loanId: string },
    fact: LoanFact,
    statement?: { asOf: string; contentHash: string },
  ): Promise<void> {
    const applied = statement !== undefined && fact.applied;
    await tx.query(
      `WITH newest AS (
         UPDATE loans
            SET sequence = $5, as_of = $10, content_hash = decode($11, 'hex')
          WHERE agreement_id = $1 AND loan_id = $2 AND $12
       )
       INSERT INTO loan_facts (agreement_id, loan_id, kind, fact_id, sequence, value_date, known_at, applied, data)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        loan.agreementId,
        loan.loanId,
        fact.kind,
        fact.id,
        fact.sequence,
        fact.valueDate,
        fact.knownAt,
        fact.applied,
        JSON.stringify(fact.data),
        statement?.asOf ?? null,
        statement?.contentHash ?? null,
        applied,
      ],
    );
  },

  /** Adds a version for every payment that is spread otherwise than its last stored one. */
  async keepAllocations(
    tx: Tx,
    loan: { agreementId: string; loanId: string },
    position: Position,
    at: string,
  ): Promise<void> {
    if (position.payments.length === 0) return;
    const list = position.payments.map((one) => ({
      payment_id: one.paymentId,
      order_id: one.order,
      dpd: one.dpd,
      parts: one.parts.map((part) => [part.claimId, part.component, part.minor.toString()]),
      excess: one.excess.toString(),
    }));
    await tx.query(
      `INSERT INTO allocations (agreement_id, loan_id, payment_id, version, known_at, order_id, days_past_due, parts, excess)
       SELECT $1, $2, p.payment_id, coalesce(old.version, 0) + 1, $3, p.order_id, p.dpd, p.parts, p.excess
         FROM jsonb_to_recordset($4) AS p (payment_id text, order_id text, dpd int, parts jsonb, excess bigint)
         LEFT JOIN LATERAL (
           SELECT version, parts, excess
             FROM allocations a
            WHERE a.agreement_id = $1 AND a.loan_id = $2 AND a.payment_id = p.payment_id
            ORDER BY version DESC
            LIMIT 1
         ) old ON true
        WHERE old.version IS NULL OR old.parts <> p.parts OR old.excess <> p.excess`,
      [loan.agreementId, loan.loanId, at, JSON.stringify(list)],
    );
  },
};

interface FactRow {
  kind: LoanFact['kind'];
  fact_id: string;
  sequence: number | null;
  value_date: string;
  known_at: Date;
  applied: boolean;
  data: never;
}
/** `to_jsonb` writes instants as text; amounts are text already, since a JSON number loses digits past 2^53. */
export type AccountJson = Omit<AccountRow, 'joined_at' | 'left_at'> & { joined_at: string; left_at: string | null };

const factOf = (row: FactRow): LoanFact => ({
  kind: row.kind,
  id: row.fact_id,
  sequence: row.sequence,
  valueDate: row.value_date,
  knownAt: row.known_at.toISOString(),
  applied: row.applied,
  data: row.data,
});

export const accountOfJson = (json: AccountJson): AccountRow => ({
  ...json,
  joined_at: new Date(json.joined_at),
  left_at: json.left_at === null ? null : new Date(json.left_at),
});
