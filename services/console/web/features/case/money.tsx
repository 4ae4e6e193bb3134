import { Amount } from '../../shared/money/amount.js';
import { formatCount } from '../../shared/money/money.js';
import { useText, wordFor } from '../../text/text.js';
import type { Account, OneCase } from './case.queries.js';
import { figuresOf } from './figures.js';

const parts = ['overdue', 'principal', 'interest', 'fees', 'balance'] as const;

/** What is owed: summed where the currency is one, and by account. */
export function Money({ of }: { of: OneCase }) {
  const text = useText();
  const { sums, currency, live } = figuresOf(of.accounts);
  return (
    <section className="panel" aria-label={text.case.money}>
      <h2>
        {text.case.money} {currency !== null && <span className="quiet">{currency}</span>}
      </h2>
      {sums !== null && (
        <dl className="facts">
          {parts.map((part) => (
            <Fact key={part} name={text.case[part]} amount={sums[part]} currency={currency} />
          ))}
        </dl>
      )}
      <h3 className="quiet">
        {text.case.accounts} {formatCount(live.length)}
      </h3>
      {live.map((account) => (
        <AccountFacts key={account.accountId} of={account} />
      ))}
    </section>
  );
}

function Fact({ name, amount, currency }: { name: string; amount: string; currency: string | null }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <Amount of={amount} currency={currency} />
      </dd>
    </>
  );
}

function AccountFacts({ of }: { of: Account }) {
  const text = useText();
  return (
    <div className="account">
      <div>
        <span className="amount">{of.loanId}</span> · {wordFor(text.products, of.product)} ·{' '}
        {wordFor(text.accountStatus, of.status)}
      </div>
      <div className="quiet">
        {text.case.pastDue(formatCount(of.daysPastDue))} · {of.bucket ?? '—'}
        {of.earliestUnpaidDue !== null && ` · ${text.case.dueSince(of.earliestUnpaidDue)}`}
      </div>
      <dl className="facts">
        <Fact name={text.case.overdue} amount={of.overdue} currency={of.currency} />
        {of.credit !== '0' && <Fact name={text.case.credit} amount={of.credit} currency={of.currency} />}
      </dl>
      <div className="quiet">{text.case.policy(of.policy.id, of.policy.version)}</div>
    </div>
  );
}
