interface AccountFigures {
  status: string;
  currency: string;
  daysPastDue: number;
  bucket: string | null;
  classification: string;
  balances: { principal: string; interest: string; fees: string };
  overdue: string;
}

export interface CaseFigures<Of> {
  /** The accounts that still count: those that have not left, or all of a closed case. */
  live: Of[];
  /** The one that leads: most days past due, then the larger debt. */
  lead: Of | undefined;
  /** Null when they are in several currencies: nothing is added up over currencies. */
  currency: string | null;
  sums: { overdue: string; principal: string; interest: string; fees: string; balance: string } | null;
}

const total = ({ principal, interest, fees }: AccountFigures['balances']): bigint =>
  BigInt(principal) + BigInt(interest) + BigInt(fees);

/** The case in one look, from its accounts. Amounts are minor units, added exactly. */
export function figuresOf<Of extends AccountFigures>(accounts: readonly Of[]): CaseFigures<Of> {
  const open = accounts.filter(({ status }) => status !== 'closed');
  const live = open.length > 0 ? open : [...accounts];
  const [lead] = [...live].sort(
    (a, b) => b.daysPastDue - a.daysPastDue || (total(b.balances) > total(a.balances) ? 1 : -1),
  );
  const currencies = new Set(live.map(({ currency }) => currency));
  const currency = currencies.size === 1 ? (lead?.currency ?? null) : null;
  const add = (of: (one: Of) => bigint): string => live.reduce((sum, one) => sum + of(one), 0n).toString();
  const sums =
    currency === null
      ? null
      : {
          overdue: add(({ overdue }) => BigInt(overdue)),
          principal: add(({ balances }) => BigInt(balances.principal)),
          interest: add(({ balances }) => BigInt(balances.interest)),
          fees: add(({ balances }) => BigInt(balances.fees)),
          balance: add(({ balances }) => total(balances)),
        };
  return { live, lead, currency, sums };
}
