import { countryOfLoan, type LoanOverdue, type PointInLoan } from '@arrears/contracts';

/** Spellings of a name or a paper's number that are one for search: no spaces, one width, one case. */
export function foldName(text: string): string {
  return text.normalize('NFKC').replace(/\s+/g, '').toUpperCase();
}

export function countryOf(loan: Pick<LoanOverdue, 'contactPoints' | 'currency'>): string {
  return countryOfLoan(loan);
}

/** What is kept of a point: a number or e-mail as it is dialled, an address as the bank wrote it (JSON). */
export function plainValue(point: Pick<PointInLoan, 'value' | 'normalised'>): string {
  return typeof point.value === 'string' ? point.normalised : JSON.stringify(point.value);
}

/** Under which name a value is indexed: a phone number is one number, whether the bank calls it mobile or landline. */
export function numberField(kind: 'mobile' | 'landline' | 'email' | 'address'): string {
  return kind === 'landline' ? 'mobile' : kind;
}

/** Shown to people who may not see the value: `+86138****0001`, `w***@example.com`, the city of an address. */
export function maskedValue(kind: 'mobile' | 'landline' | 'email' | 'address', value: string): string {
  if (kind === 'address') return maskedAddress(value);
  if (kind === 'email') return value.replace(/^(.)[^@]*/, '$1***');
  return value.length < 9 ? '****' : `${value.slice(0, -8)}****${value.slice(-4)}`;
}

/** The family name's first letter stays: `王**`. */
export function maskedName(name: string): string {
  const [first = ''] = name.trim();
  return `${first}**`;
}

/** Last four of an id number. */
export function maskedId(idNumber: string): string {
  return `****${idNumber.slice(-4)}`;
}

function maskedAddress(json: string): string {
  const address: unknown = JSON.parse(json);
  const city: unknown = typeof address === 'object' && address !== null ? Reflect.get(address, 'city') : undefined;
  return typeof city === 'string' ? city : '***';
}
