import type { AccountFacts, CaseFacts } from '@arrears/contracts';
import { daysPastDue, money, sum, toJson, type Money } from '@arrears/money';
import { addCalendarDays } from '@arrears/calendar';
import { showMoney } from './format.js';
import type { Language, Row, Value, VariableType, Variables, cellTypes } from './shape.js';

interface Supplied {
  type: VariableType;
  columns?: Readonly<Record<string, (typeof cellTypes)[number]>>;
  /** It tells of the debt: no third person may read it. */
  debt: boolean;
  /** There are cases in which it has no value. */
  maybe: boolean;
  zh: string;
  en: string;
}

/** Every variable that a message can have. */
export const catalogue: Readonly<Record<string, Supplied>> = {
  salutation: { type: 'text', debt: false, maybe: false, zh: '称呼', en: 'how the person is addressed' },
  creditor: { type: 'text', debt: false, maybe: false, zh: '债权人', en: 'the creditor, as the agreement names it' },
  complaintChannel: { type: 'text', debt: false, maybe: false, zh: '投诉渠道', en: 'where to complain' },
  reference: { type: 'text', debt: false, maybe: false, zh: '案件编号', en: 'number of the case, for people' },
  date: { type: 'date', debt: false, maybe: false, zh: '今日', en: 'today in the agreement\u2019s zone' },
  count: { type: 'integer', debt: true, maybe: false, zh: '逾期笔数', en: 'how many of the debts are overdue' },
  debts: { type: 'list', debt: true, maybe: false, zh: '各笔欠款', en: 'each debt with its overdue amount' },
  debtRows: {
    type: 'rows',
    columns: { name: 'text', amount: 'money', asOf: 'date', daysPastDue: 'integer' },
    ...{
      debt: true,
      maybe: false,
      zh: '欠款明细表',
      en: 'each debt as a row: name, overdue amount, as of, days past due',
    },
  },
  total: { type: 'money', debt: true, maybe: false, zh: '合计', en: 'sum of the overdue amounts, one a currency' },
  days: { type: 'integer', debt: true, maybe: false, zh: '逾期天数', en: 'days past due of the oldest' },
  nextDue: { type: 'date', debt: true, maybe: true, zh: '下一还款日', en: 'next date on which something falls due' },
  deadline: { type: 'date', debt: true, maybe: false, zh: '还款期限', en: 'last day of the term that the text sets' },
  termDays: { type: 'integer', debt: true, maybe: false, zh: '期限天数', en: 'days of that term' },
};

/** The term that a demand sets: it runs from delivery, and delivery may count from days after posting. */
export interface Term {
  days: number;
  deemedAfterDays: number;
}
/** Of steps that say none. */
export const usualTerm: Term = { days: 10, deemedAfterDays: 3 };

/**
 * What a text may say, computed from the case as it stands now; never from the time the step was planned. Amounts of
 * different currencies are listed one after another, since they do not add.
 * @param covers accounts that the message is about; an account that owes nothing any more is not named
 * @param businessDate today in the agreement's zone
 */
export function variablesFor(
  facts: CaseFacts,
  covers: readonly string[],
  businessDate: string,
  language: Language,
  term: Term = usualTerm,
): Variables {
  const accounts = facts.accounts.filter(({ accountId }) => covers.includes(accountId));
  const owing = accounts.filter(({ overdue }) => overdue !== '0');
  const nextDue = earliest(accounts.map((account) => account.nextDue));
  const anchor = earliest(owing.map((account) => account.earliestUnpaidDue));
  const values: Record<string, Value | undefined> = {
    creditor: facts.creditorName,
    complaintChannel: facts.complaintChannel ?? ownService(facts.creditorName, language),
    reference: facts.caseNo,
    date: businessDate,
    count: owing.length,
    debts: owing.length > 0 ? owing.map((account) => nameWithAmount(account, language)) : undefined,
    debtRows: owing.length > 0 ? owing.map((account) => rowOf(account, businessDate, language)) : undefined,
    total: owing.length > 0 ? totals(owing).map(toJson) : undefined,
    days: anchor === undefined ? undefined : overdueDays(businessDate, anchor),
    nextDue,
    // Whoever gets it on the day it counts as delivered still has the whole term.
    deadline: addCalendarDays(businessDate, term.deemedAfterDays + term.days),
    termDays: term.days,
  };
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, Value] => entry[1] !== undefined));
}

/** Of an agreement that names no channel of its own. */
const ownService = (creditor: string, language: Language): string =>
  language === 'zh' ? `${creditor}客服` : `the service line of ${creditor}`;

/** A loan is named by the last four characters of the bank's own number: enough for its owner, useless to others. */
const tailOf = ({ loanId }: AccountFacts): string => loanId.slice(-4);
const overdueOf = ({ overdue, currency }: AccountFacts): Money => money(BigInt(overdue), currency);
const overdueDays = (today: string, due: string): number => Math.max(1, daysPastDue(today, due));

function nameWithAmount(account: AccountFacts, language: Language): string {
  const owed = showMoney(toJson(overdueOf(account)));
  return language === 'zh' ? `尾号 ${tailOf(account)} 应还 ${owed}` : `no. …${tailOf(account)} ${owed}`;
}

function rowOf(account: AccountFacts, today: string, language: Language): Row {
  const { earliestUnpaidDue } = account;
  return {
    name: language === 'zh' ? `尾号 ${tailOf(account)}` : `no. …${tailOf(account)}`,
    amount: toJson(overdueOf(account)),
    asOf: today,
    daysPastDue: earliestUnpaidDue === null ? 0 : overdueDays(today, earliestUnpaidDue),
  };
}

function totals(accounts: readonly AccountFacts[]): Money[] {
  const currencies = [...new Set(accounts.map(({ currency }) => currency))].sort();
  return currencies.map((currency) =>
    sum(accounts.filter((account) => account.currency === currency).map(overdueOf), currency),
  );
}

function earliest(dates: readonly (string | null)[]): string | undefined {
  return dates.filter((date) => date !== null).sort()[0];
}
