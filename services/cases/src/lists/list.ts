import { z } from 'zod';
import type { CaseAnswer } from '../cases/case.answer.js';

/** More than this is no list that somebody works through: he is asked to narrow it. */
export const mostListed = 100_000;
export const mostRows = 200;

const text = z.string().min(1).max(200).optional();

/** What a list of cases may be narrowed by. */
export const listFilters = z.strictObject({
  agreement: text,
  stage: text,
  bucket: text,
  branch: text,
  owner: text,
  loanId: text,
  customerNo: text,
  status: z.enum(['open', 'closed']).optional(),
});
export const listSorts = ['-dpd', 'dpd', '-openedAt', 'openedAt'] as const;
export type ListSort = (typeof listSorts)[number];

export const newList = z
  .strictObject({
    screen: z.literal('cases'),
    filters: listFilters.default({}),
    sort: z.enum(listSorts).default('-dpd'),
  })
  .meta({ id: 'NewList' });
export type NewList = z.infer<typeof newList>;

export const listAnswer = z.object({
  listId: z.uuid(),
  /** How many the filter found; the list holds the first 100,000 of them. */
  total: z.int(),
  truncated: z.boolean(),
  asOf: z.iso.datetime(),
});

/** One line of the grid: the case by its leading account, amounts summed where the currency is one. */
export const listRow = z.object({
  /** Its place in the list, from 0. */
  index: z.int(),
  caseId: z.uuid(),
  caseNo: z.string(),
  agreementId: z.string(),
  debtorId: z.uuid(),
  branch: z.string().nullable(),
  status: z.enum(['open', 'closed']),
  stage: z.string(),
  level: z.string(),
  owner: z.string().nullable(),
  product: z.string().nullable(),
  accounts: z.int(),
  dpd: z.int(),
  bucket: z.string().nullable(),
  class5: z.string().nullable(),
  /** Null when the accounts are in several currencies. */
  currency: z.string().nullable(),
  overdue: z.string().nullable(),
  balance: z.string().nullable(),
  /** Kinds of what holds it now. */
  holds: z.array(z.string()),
  openedAt: z.iso.datetime(),
});
export type ListRow = z.infer<typeof listRow>;

export const rowsAnswer = z.object({
  total: z.int(),
  items: z.array(listRow),
  /** Rows of the slice that are out of the reader's scope by now, or gone. */
  gone: z.int(),
});

type AccountView = CaseAnswer['accounts'][number];

export function rowOf(view: CaseAnswer, index: number, holds: readonly string[]): ListRow {
  const live = view.accounts.filter((account) => account.status !== 'closed');
  const counted = live.length > 0 ? live : view.accounts;
  const [lead] = [...counted].sort(leadsFirst);
  const currencies = new Set(counted.map((account) => account.currency));
  const sum = (amount: (account: AccountView) => bigint): string | null =>
    currencies.size === 1 ? counted.reduce((total, account) => total + amount(account), 0n).toString() : null;
  return {
    index,
    caseId: view.caseId,
    caseNo: view.caseNo,
    agreementId: view.agreementId,
    debtorId: view.debtorId,
    branch: view.branch,
    status: view.status,
    stage: view.stage,
    level: view.level,
    owner: view.assignee,
    product: lead?.product ?? null,
    accounts: counted.length,
    dpd: lead?.daysPastDue ?? 0,
    bucket: lead?.bucket ?? null,
    class5: lead?.classification ?? null,
    currency: currencies.size === 1 ? (lead?.currency ?? null) : null,
    overdue: sum((account) => BigInt(account.overdue)),
    balance: sum(balanceOf),
    holds: [...holds],
    openedAt: view.openedAt,
  };
}

/** The most days past due first, of equal ones the larger debt. */
function leadsFirst(a: AccountView, b: AccountView): number {
  if (a.daysPastDue !== b.daysPastDue) return b.daysPastDue - a.daysPastDue;
  return balanceOf(b) > balanceOf(a) ? 1 : -1;
}

const balanceOf = ({ balances: { principal, interest, fees } }: AccountView): bigint =>
  BigInt(principal) + BigInt(interest) + BigInt(fees);
