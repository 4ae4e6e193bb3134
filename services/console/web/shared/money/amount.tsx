import { formatMinor } from './money.js';

/** An amount with its currency's digits; a dash where it is in several currencies. */
export function Amount({ of, currency, code = false }: { of: string | null; currency: string | null; code?: boolean }) {
  if (of === null || currency === null) return <span className="amount">—</span>;
  return (
    <span className="amount">
      {formatMinor(of, currency)}
      {code && <span className="currency"> {currency}</span>}
    </span>
  );
}
