import { describe, expect, it } from '@jest/globals';
import { loanOverdue } from './bank-events.js';
import { countryOfLoan, normalisePoint, readPhone } from './contact-points.js';
import { debtorIdOf, personsInLoan } from './loan-persons.js';

const key = Buffer.alloc(32, 7);
const loan = loanOverdue.parse({
  agreementId: 'AGR-1',
  loanId: 'L-1',
  sequence: 1,
  customerNo: 'C-1',
  product: 'credit-card',
  currency: 'CNY',
  dueDate: '2026-11-08',
  asOf: '2026-11-09',
  balances: { principal: '100', interest: '0', fees: '0' },
  minimumDue: '100',
  debtor: { name: '合成样本', idType: 'resident-id', idNumber: '11010119880501001x' },
  contactPoints: [
    { kind: 'mobile', value: '138 0000 0001', source: 'application' },
    { kind: 'mobile', value: '+8613800000001', source: 'update' },
    { kind: 'email', value: ' Sample@Example.COM', source: 'application' },
  ],
  guarantors: [{ name: '合成担保', liability: 'joint' }],
  contactPersons: [{ name: '合成联系', relation: 'parent', phone: '+8613800000003' }],
});

describe('one spelling for one contact point', () => {
  it.each(['13800000001', '138-0000-0001', '+86 138 0000 0001', '008613800000001', '＋8613800000001'])(
    'reads %s as the same Chinese mobile number',
    (value) => expect(normalisePoint('mobile', value, 'CN')).toEqual({ normalised: '+8613800000001', plausible: true }),
  );

  it('keeps what is no number, folded, and says that it is not plausible', () => {
    expect(normalisePoint('mobile', '12-x', 'CN')).toEqual({ normalised: '12', plausible: false });
    expect(normalisePoint('email', 'nobody', 'CN').plausible).toBe(false);
  });

  it('writes an address on one line whatever its width of spaces and letters', () => {
    const line = normalisePoint('address', { country: 'CN', city: 'Beijing', line: 'Street  1' }, 'CN').normalised;
    expect(normalisePoint('address', { country: 'cn', city: 'BEIJING ', line: 'Street 1' }, 'CN').normalised).toBe(
      line,
    );
  });

  it('takes the country from the address, else from the currency', () => {
    expect(countryOfLoan({ currency: 'TWD' })).toBe('TW');
    expect(countryOfLoan({ currency: 'EUR' })).toBe('CN');
    const address = { kind: 'address', value: { country: 'DE', line: 'x' }, source: 's' } as const;
    expect(countryOfLoan({ currency: 'EUR', contactPoints: [address] })).toBe('DE');
  });
});

describe('persons of a loan message', () => {
  it('gives each person an id and each point one id, whatever its spelling', () => {
    const persons = personsInLoan(key, loan);
    expect(persons.map((person) => person.role)).toEqual(['debtor', 'jointGuarantor', 'relatedThird']);
    expect(persons[0]?.points.map((point) => point.normalised)).toEqual(['+8613800000001', 'sample@example.com']);
    expect(new Set(persons.map((person) => person.personId)).size).toBe(3);
  });

  it('knows the debtor by id number across agreements, else by customer number inside one', () => {
    expect(debtorIdOf(key, { ...loan, agreementId: 'AGR-2', customerNo: 'C-9' })).toBe(debtorIdOf(key, loan));
    const nameless = { ...loan, debtor: { name: 'x' } };
    expect(debtorIdOf(key, { ...nameless, agreementId: 'AGR-2' })).not.toBe(debtorIdOf(key, nameless));
  });
});

describe('a phone number that somebody types', () => {
  it.each([
    '13800138000',
    '138 0013 8000',
    '+86 138-0013-8000',
    '0086 138 0013 8000',
    '(+86)13800138000',
    '１３８００１３８０００',
  ])('%s is one number', (text) => {
    expect(readPhone(text, 'CN')).toEqual({ ok: true, e164: '+8613800138000' });
  });

  it.each([
    ['ask the wife', 'CN', 'not-a-number'],
    ['call 13800138000 please', 'CN', 'not-a-number'],
    ['', 'CN', 'not-a-number'],
    ['12', 'CN', 'too-short'],
    ['138001380001380013800', 'CN', 'too-long'],
    ['13800138000', 'XX', 'unknown-country'],
  ])('%j in %s is refused: %s', (text, country, because) => {
    expect(readPhone(text, country)).toEqual({ ok: false, because });
  });

  it('is read as of the same shape as the bank’s', () => {
    expect(normalisePoint('mobile', '0086 138 0013 8000', 'CN').normalised).toBe('+8613800138000');
  });
});
