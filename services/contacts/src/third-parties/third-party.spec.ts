import { describe, expect, it } from '@jest/globals';
import { purposes } from '@arrears/contracts';
import {
  isThirdParty,
  mayContactThirdParty,
  mayKnow,
  relationClass,
  thirdPartyState,
  type ThirdParty,
} from './third-party.js';

const father = (of: Partial<ThirdParty> = {}): ThirdParty => ({
  relation: 'family',
  refused: false,
  debtorReachable: false,
  ...of,
});

describe('the state of a third party', () => {
  it('opens when the debtor cannot be reached, closes when he can, and ends with a refusal', () => {
    expect(thirdPartyState(father({ debtorReachable: true }))).toBe('closed');
    expect(thirdPartyState(father())).toBe('open');
    expect(thirdPartyState(father({ refused: true }))).toBe('refused');
    expect(thirdPartyState(father({ refused: true, debtorReachable: true }))).toBe('refused');
  });
});

describe('a third party', () => {
  it('is contacted to find the debtor, or to answer himself, and for nothing else', () => {
    const allowed = purposes.filter((purpose) => mayContactThirdParty(father(), purpose).allowed);
    expect(allowed).toEqual(['serve', 'locate', 'complaint-reply']);
    expect(mayContactThirdParty(father(), 'collect')).toEqual({ allowed: false, because: 'purpose' });
  });

  it('is not asked while the debtor can be reached, though he is answered', () => {
    const third = father({ debtorReachable: true });
    expect(mayContactThirdParty(third, 'locate')).toEqual({ allowed: false, because: 'debtor-reachable' });
    expect(mayContactThirdParty(third, 'serve')).toEqual({ allowed: true });
    expect(mayContactThirdParty(third, 'complaint-reply')).toEqual({ allowed: true });
  });

  it('3P-REFUSE: who refused is not contacted for any purpose', () => {
    for (const purpose of purposes)
      expect(mayContactThirdParty(father({ refused: true }), purpose)).toEqual({ allowed: false, because: 'refused' });
  });

  it('of whom nobody knows what he is to the debtor is not asked', () => {
    expect(mayContactThirdParty(father({ relation: null }), 'locate')).toEqual({
      allowed: false,
      because: 'no-relation',
    });
    expect(mayContactThirdParty(father({ relation: 'unrelated' }), 'locate')).toEqual({ allowed: true });
  });
});

describe('the class of a relation', () => {
  it.each<[string | null, string | null, string | null]>([
    ['debtor', 'spouse', 'self'],
    ['jointGuarantor', null, 'liable'],
    ['generalGuarantor', null, 'liable'],
    ['coDebtor', null, 'liable'],
    ['relatedThird', 'parent', 'family'],
    ['relatedThird', ' Father ', 'family'],
    ['relatedThird', '配偶', 'family'],
    ['relatedThird', 'colleague', 'workplace'],
    ['relatedThird', '同事', 'workplace'],
    ['relatedThird', 'friend', 'acquaintance'],
    ['relatedThird', '朋友', 'acquaintance'],
    ['relatedThird', 'landlord', 'unrelated'],
    ['relatedThird', '', null],
    ['relatedThird', null, null],
    [null, null, null],
    [null, 'brother', 'family'],
  ])('%s, %s is %s', (role, relation, known) => {
    expect(relationClass(role, relation)).toBe(known);
  });

  it('says who is a third party, and who may know what', () => {
    expect(
      (['self', 'liable', 'family', 'acquaintance', 'workplace', 'unrelated', null] as const).map(isThirdParty),
    ).toEqual([false, false, true, true, true, true, true]);
    expect(
      (['self', 'liable', 'family', 'acquaintance', 'workplace', 'unrelated', null] as const).map(mayKnow),
    ).toEqual(['debt', 'debt', 'creditor', 'nothing', 'nothing', 'nothing', 'nothing']);
  });
});
