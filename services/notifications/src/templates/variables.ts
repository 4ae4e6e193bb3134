import type { AccountFacts, CaseFacts } from '@arrears/contracts';
import { daysPastDue, formatMoney, money, sum, type Money } from '@arrears/money';
import type { Language, Variables } from './template.js';

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
): Variables {
  const accounts = facts.accounts.filter(({ accountId }) => covers.includes(accountId));
  const owing = accounts.filter(({ overdue }) => overdue !== '0');
  const named = owing.map((account) => nameDebt(account, language));
  const nextDue = accounts
    .map((account) => account.nextDue)
    .filter((date) => date !== null)
    .sort()[0];
  const anchors = owing
    .map((account) => account.earliestUnpaidDue)
    .filter((date) => date !== null)
    .sort();
  return {
    creditor: facts.creditorName,
    count: owing.length,
    ...(named.length > 0 && {
      debts: named,
      total: totals(owing)
        .map(showMoney)
        .join(language === 'zh' ? '、' : ' and '),
    }),
    ...(anchors[0] && { days: Math.max(1, daysPastDue(businessDate, anchors[0])) }),
    ...(nextDue && { nextDue }),
  };
}

/** A loan is named by the last four characters of the bank's own number: enough for its owner, useless to others. */
function nameDebt(account: AccountFacts, language: Language): string {
  const tail = account.loanId.slice(-4);
  const owed = showMoney(money(BigInt(account.overdue), account.currency));
  return language === 'zh' ? `尾号 ${tail} 应还 ${owed}` : `no. …${tail} ${owed}`;
}

function totals(accounts: readonly AccountFacts[]): Money[] {
  const currencies = [...new Set(accounts.map(({ currency }) => currency))].sort();
  return currencies.map((currency) =>
    sum(
      accounts
        .filter((account) => account.currency === currency)
        .map(({ overdue }) => money(BigInt(overdue), currency)),
      currency,
    ),
  );
}

/** `CNY 1,234.50`: the ISO code first, because one debtor may owe in two currencies. */
export function showMoney(amount: Money): string {
  const [whole = '', decimals] = formatMoney(amount).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return `${amount.currency} ${grouped}${decimals === undefined ? '' : `.${decimals}`}`;
}
