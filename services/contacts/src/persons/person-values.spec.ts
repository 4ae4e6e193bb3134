import { describe, expect, it } from '@jest/globals';
import { countryOfLoan } from '@arrears/contracts';
import { countryOf, foldName, maskedId, maskedName, maskedValue, numberField, plainValue } from './person-values.js';

describe('what people may see of a person', () => {
  it.each<['mobile' | 'email' | 'address', string, string, string]>([
    ['mobile', '+8613800000001', '+86138****0001', 'four digits in the middle are hidden'],
    ['mobile', '12345', '****', 'nothing is left of a short number'],
    ['mobile', '12345678', '****', 'nor of one with eight digits'],
    ['mobile', '123456789', '1****6789', 'the first stays where nine are given'],
    ['email', 'synthetic.wang@example.com', 's***@example.com', 'the mailbox is hidden'],
    ['address', '{"city":"北京","line":"某街1号"}', '北京', 'the city stays'],
    ['address', '{"line":"某街1号"}', '***', 'nothing is left without a city'],
    ['address', '{"city":7}', '***', 'nor of what is no city'],
    ['address', 'null', '***', 'nor of nothing'],
    ['address', '"北京"', '***', 'nor of an address that is not one'],
  ])('%s %s becomes %s: %s', (kind, value, shown) => {
    expect(maskedValue(kind, value)).toBe(shown);
  });

  it('keeps the first character of a name and the last four of a paper', () => {
    expect(maskedName('王小明')).toBe('王**');
    expect(maskedName('  Wang')).toBe('W**');
    expect(maskedName(' ')).toBe('**');
    expect(maskedId('110101198805010011')).toBe('****0011');
  });
});

describe('what is kept', () => {
  it('a number as it is dialled, an address as the bank wrote it', () => {
    expect(plainValue({ value: '138 0000 0001', normalised: '+8613800000001' })).toBe('+8613800000001');
    const address = { country: 'CN', line: '某街1号' };
    expect(JSON.parse(plainValue({ value: address, normalised: 'cn||||某街1号' }))).toEqual(address);
  });

  it('spellings of a name fold to one', () => {
    expect(foldName(' Ｗang  xiao ')).toBe('WANGXIAO');
    expect(foldName('王 小\t明')).toBe('王小明');
    expect(foldName('Li')).not.toBe(foldName('Lu'));
  });

  it('a phone number under one name, whatever kind of phone it is', () => {
    expect((['mobile', 'landline', 'email', 'address'] as const).map(numberField)).toEqual([
      ...['mobile', 'mobile', 'email', 'address'],
    ]);
  });

  it('of a loan the country, by its numbers and its currency', () => {
    expect(countryOf({ contactPoints: [], currency: 'CNY' })).toBe(
      countryOfLoan({ contactPoints: [], currency: 'CNY' }),
    );
    expect(countryOf({ contactPoints: [], currency: 'CNY' })).toBe('CN');
  });
});
