import {
  isSupportedCountry,
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
  type CountryCode,
} from 'libphonenumber-js';
import type { BankContactPoint } from './bank-events.js';
import type { ContactPointKind } from './ids.js';

/**
 * One spelling for one contact point. Two services compute contact point ids from what the bank wrote, so both must
 * fold the spelling by this function and no other.
 */
export interface NormalisedPoint {
  /** E.164, lower-case e-mail, or an address on one line; what can't be read is kept folded, so it still has an id. */
  normalised: string;
  /** False when nobody could be reached by it: not a possible number, no `@`, no address line. */
  plausible: boolean;
}

/** @param country ISO 3166 alpha-2, only to read numbers written without a country code. */
export function normalisePoint(
  kind: ContactPointKind,
  value: BankContactPoint['value'],
  country: string,
): NormalisedPoint {
  if (typeof value !== 'string') return normaliseAddress(value);
  const text = value.normalize('NFKC').trim();
  if (kind === 'email') return normaliseEmail(text);
  if (kind === 'address') return normaliseAddress({ country, line: text });
  return normalisePhone(text, country);
}

/** The country in which a bank's message writes its phone numbers: of the address, else of the currency (`CNY` → `CN`). */
export function countryOfLoan(loan: {
  contactPoints?: readonly BankContactPoint[] | undefined;
  currency?: string | undefined;
}): string {
  for (const point of loan.contactPoints ?? []) if (point.kind === 'address') return point.value.country.toUpperCase();
  const byCurrency = (loan.currency ?? 'CNY').slice(0, 2);
  return isSupportedCountry(byCurrency) ? byCurrency : 'CN';
}

/** `(+86) 138…` is how some write a country code; the library reads it without the brackets. */
const foldPhone = (text: string): string => text.replace(/^\(\s*(\+\s*\d{1,3})\s*\)/, '$1 ');

function normalisePhone(text: string, country: string): NormalisedPoint {
  const region: CountryCode | undefined = isSupportedCountry(country) ? country : undefined;
  const parsed = parsePhoneNumberFromString(
    foldPhone(text),
    region === undefined ? {} : { defaultCountry: region, extract: false },
  );
  if (parsed !== undefined) return { normalised: parsed.number, plausible: parsed.isPossible() };
  return { normalised: text.replace(/[^\d+]/g, '') || text.toLowerCase(), plausible: false };
}

export type PhoneReading =
  { ok: true; e164: string } | { ok: false; because: 'not-a-number' | 'too-short' | 'too-long' | 'unknown-country' };

/** A phone number in whatever spelling, as E.164; or what is wrong with it. For people who type one. */
export function readPhone(text: string, country: string): PhoneReading {
  const folded = foldPhone(text.normalize('NFKC').trim());
  const region: CountryCode | undefined = isSupportedCountry(country) ? country : undefined;
  const options = region === undefined ? {} : { defaultCountry: region, extract: false };
  const fault = validatePhoneNumberLength(folded, options);
  if (fault !== undefined) return { ok: false, because: phoneFaults[fault] };
  const parsed = parsePhoneNumberFromString(folded, options);
  return parsed?.isPossible() === true ? { ok: true, e164: parsed.number } : { ok: false, because: 'not-a-number' };
}

const phoneFaults = {
  INVALID_COUNTRY: 'unknown-country',
  NOT_A_NUMBER: 'not-a-number',
  TOO_SHORT: 'too-short',
  TOO_LONG: 'too-long',
  INVALID_LENGTH: 'not-a-number',
} as const;

function normaliseEmail(text: string): NormalisedPoint {
  const normalised = text.toLowerCase();
  return { normalised, plausible: /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(normalised) };
}

function normaliseAddress(address: Extract<BankContactPoint, { kind: 'address' }>['value']): NormalisedPoint {
  const parts = [address.country, address.postcode, address.region, address.city, address.line];
  const fold = (part: string | undefined) => (part ?? '').normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
  return { normalised: parts.map(fold).join('|'), plausible: fold(address.line).length > 0 };
}
