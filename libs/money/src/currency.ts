/**
 * ISO 4217 codes with their exponent: how many decimal digits the minor unit has (list one, active codes of 2026, BGN kept
 * because old Bulgarian debts still name it). Units without a minor unit (gold, SDR, test codes) can't be owed here and are
 * left out. CLDR, and with it `Intl`, rounds some of them to whole units (TWD, IDR, HUF …): that is display, not money.
 */
const byExponent: Readonly<Record<number, string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  2: `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY
    COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR
    JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO
    NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS
    TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG`,
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
};

const exponents: ReadonlyMap<string, number> = new Map(
  Object.entries(byExponent).flatMap(([exponent, codes]) =>
    codes.split(/\s+/).map((code): [string, number] => [code, Number(exponent)]),
  ),
);

/** Every code this library knows, in alphabetical order. */
export const currencies: readonly string[] = [...exponents.keys()].sort();

/** True for an active ISO 4217 code that has a minor unit; case matters. */
export const isCurrency = (code: string): boolean => exponents.has(code);

/** Decimal digits of the minor unit by ISO 4217. Throws a RangeError for a code that is not in the list: no default is safe. */
export function currencyExponent(code: string): number {
  const exponent = exponents.get(code);
  if (exponent === undefined) throw new RangeError(`Unknown currency code: ${JSON.stringify(code).slice(0, 20)}`);
  return exponent;
}
