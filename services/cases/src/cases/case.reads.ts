import { seesAgreement, visibleAgreements, type Actor } from '@arrears/auth';
import { caseNo, caseWorkflowId } from '@arrears/contracts';
import type { Tx } from '@arrears/persistence';
import { problem } from '@arrears/service';
import { accountColumns, type AccountRow } from '../accounts/account.store.js';
import type { AgreementCalendar } from '../agreements/agreement-calendar.js';
import type { PolicyBook } from '../policies/policy-book.js';
import { caseColumns, type CaseRow } from './case.store.js';
import { standingOf } from './facts.js';

export interface CaseFilter {
  loanId: string | null;
  customerNo: string | null;
  stage: string | null;
  branch: string | null;
  assignee: string | null;
  status: string | null;
  agreementId: string | null;
  /** A bucket translated to dates. */
  anchors: readonly AnchorRange[] | null;
  sort: CaseSort;
  after: { key: string; id: string } | null;
  limit: number;
}
/** Range of the anchor, inclusive, of cases whose agreement counts days so. */
export interface AnchorRange {
  timeZone: string;
  cutOff: string;
  from: string | null;
  to: string;
}
export const caseSorts = ['openedAt', '-openedAt', 'anchor', '-anchor'] as const;
export type CaseSort = (typeof caseSorts)[number];

/** What a page is sorted by, as text that compares like the value. */
const sortKeys: Record<CaseSort, { key: string; direction: 'ASC' | 'DESC' }> = {
  openedAt: { key: `to_char(c.opened_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')`, direction: 'ASC' },
  '-openedAt': { key: `to_char(c.opened_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')`, direction: 'DESC' },
  anchor: { key: `coalesce(c.anchor::text, '9999-12-31')`, direction: 'ASC' },
  '-anchor': { key: `coalesce(c.anchor::text, '0001-01-01')`, direction: 'DESC' },
};

export const caseReads = {
  async list(tx: Tx, actor: Actor, filter: CaseFilter): Promise<(CaseRow & { sort_key: string })[]> {
    const { key, direction } = sortKeys[filter.sort];
    const beyond = direction === 'ASC' ? '>' : '<';
    return tx.query<CaseRow & { sort_key: string }>(
      `SELECT ${caseColumns}, sort_key
         FROM (SELECT c.*, ${key} AS sort_key
                 FROM cases c
                WHERE ($1::text[] IS NULL OR c.agreement_id = ANY ($1))
                  AND ($2::text IS NULL OR c.agreement_id = $2)
                  AND ($3::text IS NULL OR c.customer_no = $3)
                  AND ($4::text IS NULL OR c.stage = $4)
                  AND ($5::text IS NULL OR c.branch = $5)
                  AND ($6::text IS NULL OR c.assignee = $6)
                  AND ($7::text IS NULL OR c.status = $7)
                  AND ($8::jsonb IS NULL
                       OR EXISTS (SELECT FROM agreements g
                                    JOIN jsonb_to_recordset($8) AS r ("timeZone" text, "cutOff" text, "from" date, "to" date)
                                      ON r."timeZone" = g.time_zone AND r."cutOff" = g.cut_off
                                   WHERE g.agreement_id = c.agreement_id
                                     AND c.anchor BETWEEN coalesce(r."from", '-infinity') AND r."to"))
                  AND ($9::text IS NULL
                       OR c.case_id IN (SELECT a.case_id FROM accounts a WHERE a.loan_id = $9))) c
        WHERE $10::text IS NULL OR (sort_key, case_id) ${beyond} ($10, $11::uuid)
        ORDER BY sort_key ${direction}, case_id ${direction}
        LIMIT $12`,
      [
        visibleAgreements(actor),
        filter.agreementId,
        filter.customerNo,
        filter.stage,
        filter.branch,
        filter.assignee,
        filter.status,
        filter.anchors === null ? null : JSON.stringify(filter.anchors),
        filter.loanId,
        filter.after?.key ?? null,
        filter.after?.id ?? null,
        filter.limit,
      ],
    );
  },

  async find(tx: Tx, caseId: string): Promise<CaseRow | null> {
    const [row] = await tx.query<CaseRow>(`SELECT ${caseColumns} FROM cases WHERE case_id = $1`, [caseId]);
    return row ?? null;
  },

  /** The case, if the actor may see it. @throws a `not-found` problem otherwise, so that ids can't be probed */
  async mustSee(tx: Tx, caseId: string, actor: Actor): Promise<CaseRow> {
    const row = await caseReads.find(tx, caseId);
    if (row === null || !seesAgreement(actor, row.agreement_id))
      throw problem('not-found', 'There is no such case, or it is out of your scope.');
    return row;
  },

  async accounts(tx: Tx, caseIds: readonly string[]): Promise<AccountRow[]> {
    if (caseIds.length === 0) return [];
    return tx.query<AccountRow>(
      `SELECT ${accountColumns}
         FROM accounts
        WHERE case_id = ANY ($1::uuid[])
        ORDER BY account_id`,
      [caseIds],
    );
  },

  async openByStage(tx: Tx): Promise<{ stage: string; n: number }[]> {
    return tx.query<{ stage: string; n: number }>(
      `SELECT stage, count(*)::int AS n FROM cases WHERE status = 'open' GROUP BY stage`,
    );
  },
};

/** A case as every caller sees it. Days past due, treatment day and bucket are those of this moment. */
export function caseView(
  row: CaseRow,
  accounts: readonly AccountRow[],
  of: { calendar: AgreementCalendar; now: number; policies: PolicyBook },
) {
  return {
    caseId: row.case_id,
    caseNo: caseNo(Number(row.case_number)),
    agreementId: row.agreement_id,
    customerNo: row.customer_no,
    status: row.status,
    stage: row.stage,
    level: row.level,
    branch: row.branch,
    assignee: row.assignee,
    openedAt: row.opened_at.toISOString(),
    closedAt: row.closed_at?.toISOString() ?? null,
    closeReason: row.close_reason,
    workflowId: caseWorkflowId(row.case_id, row.reopened),
    continues: row.continues,
    caseSeq: row.case_seq,
    version: row.version,
    accounts: accounts.map((account) => accountView(account, of)),
  };
}

function accountView(account: AccountRow, of: { calendar: AgreementCalendar; now: number; policies: PolicyBook }) {
  const standing = standingOf(account, of.calendar.businessDate(of.now));
  const pin = { policyId: account.policy_id, version: account.policy_version };
  const daysPastDue = account.status === 'closed' ? 0 : standing.daysPastDue;
  const grace = of.policies.get(pin)?.entry.graceDays ?? 0;
  return {
    accountId: account.account_id,
    loanId: account.loan_id,
    episode: account.episode,
    status: account.status,
    closeReason: account.close_reason,
    stage: account.stage,
    product: account.product,
    daysPastDue,
    treatmentDay: Math.max(0, daysPastDue - grace),
    bucket: of.policies.bucketOf(pin, daysPastDue),
    classification: account.status === 'closed' ? account.class : standing.class,
    currency: account.currency,
    balances: { principal: account.principal, interest: account.interest, fees: account.fees },
    overdue: standing.overdue.toString(),
    credit: account.credit,
    earliestUnpaidDue: standing.earliestUnpaidDue,
    nextDue: standing.nextDue,
    joinedAt: account.joined_at.toISOString(),
    leftAt: account.left_at?.toISOString() ?? null,
    policy: { id: account.policy_id, version: account.policy_version },
  };
}

const dayMs = 86_400_000;
const minusDays = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) - days * dayMs).toISOString().slice(0, 10);

/** A bucket is a range of days past due, and so, on a business date, a range of due dates: nothing is stored daily. */
export function bucketRange(
  bucket: { from: number; to: number | null },
  businessDate: string,
): { from: string | null; to: string } {
  return {
    from: bucket.to === null ? null : minusDays(businessDate, bucket.to),
    to: minusDays(businessDate, bucket.from),
  };
}
