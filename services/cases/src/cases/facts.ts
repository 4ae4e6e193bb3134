import { caseNo, type AccountFacts, type CaseFacts, type HoldFacts } from '@arrears/contracts';
import { allowedDuring } from '@arrears/treatment';
import { standingOn, type Due, type Standing } from '../accounts/account.js';
import type { AccountRow } from '../accounts/account.store.js';
import type { Agreement } from '../agreements/agreement.js';
import type { CaseRow, HoldRow } from './case.store.js';

export const duesOf = (account: Pick<AccountRow, 'unpaid'>): Due[] =>
  account.unpaid.map(({ due, amount }) => ({ due, amount: BigInt(amount) }));

export const standingOf = (account: Pick<AccountRow, 'unpaid' | 'due_date'>, businessDate: string): Standing =>
  standingOn(duesOf(account), businessDate, account.due_date);

/** What other services may know of a case, as of a business date. No personal data. */
export function caseFacts(
  row: CaseRow,
  parts: { accounts: readonly AccountRow[]; holds: readonly HoldRow[] },
  agreement: Pick<Agreement, 'creditorName' | 'complaintChannel' | 'rulePacks'>,
  businessDate: string,
): CaseFacts {
  return {
    caseId: row.case_id,
    caseNo: caseNo(Number(row.case_number)),
    agreementId: row.agreement_id,
    debtorId: row.debtor_id,
    caseSeq: row.case_seq,
    voidBefore: row.void_before,
    status: row.status,
    stage: row.stage,
    level: row.level,
    branch: row.branch,
    creditorName: agreement.creditorName,
    ...(agreement.complaintChannel === undefined ? {} : { complaintChannel: agreement.complaintChannel }),
    ...(agreement.rulePacks.length === 0 ? {} : { rulePacks: agreement.rulePacks }),
    timeZone: row.time_zone,
    accounts: parts.accounts.map((account) => accountFacts(account, businessDate)),
    holds: parts.holds.filter((hold) => hold.lifted_at === null).map(holdFacts),
  };
}

function accountFacts(account: AccountRow, businessDate: string): AccountFacts {
  const standing = standingOf(account, businessDate);
  return {
    accountId: account.account_id,
    loanId: account.loan_id,
    episode: account.episode,
    status: account.status as AccountFacts['status'],
    ...(account.close_reason === null ? {} : { closeReason: account.close_reason }),
    product: account.product,
    currency: account.currency,
    principal: account.principal,
    interest: account.interest,
    fees: account.fees,
    overdue: standing.overdue.toString(),
    earliestUnpaidDue: standing.earliestUnpaidDue,
    nextDue: standing.nextDue,
    policyId: account.policy_id,
    policyVersion: account.policy_version,
  };
}

export function holdFacts(hold: HoldRow): HoldFacts {
  return {
    holdId: hold.hold_id,
    kind: hold.kind,
    effects: hold.effects,
    allows: allowedDuring(hold.kind, hold.allows),
    from: new Date(hold.from_at).toISOString(),
    ...(hold.until_at === null ? {} : { until: new Date(hold.until_at).toISOString() }),
    ...(hold.accounts === null ? {} : { accounts: hold.accounts }),
    ...(hold.persons === null ? {} : { persons: hold.persons }),
  };
}

/** Oldest overdue date of the accounts that are still in treatment: what lists sort and filter by. */
export function anchorOf(accounts: readonly AccountRow[], businessDate: string): string | null {
  const dues = accounts
    .filter((account) => account.status !== 'closed')
    .flatMap((account) => standingOf(account, businessDate).earliestUnpaidDue ?? []);
  return dues.length === 0 ? null : dues.reduce((oldest, due) => (due < oldest ? due : oldest));
}
