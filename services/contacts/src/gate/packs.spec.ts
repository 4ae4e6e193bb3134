import { describe, expect, it } from '@jest/globals';
import { channels, purposes } from '@arrears/compliance';
import { permitRequest, purposes as contractPurposes } from '@arrears/contracts';
import { loadRuleBook } from './packs.js';

describe('the rule book', () => {
  const book = loadRuleBook();
  const none = { packs: null, jurisdiction: null };

  it('binds an agreement without rules of its own by the defaults', () => {
    const usual = book.packs.filter(({ jurisdiction }) => jurisdiction === 'CN' || jurisdiction === 'any');
    const bound = book.of(none).packs.versions.map(({ pack }) => pack);
    expect(bound).toEqual(expect.arrayContaining(['cn-cba-2026', 'house-default']));
    expect([...bound].sort()).toEqual(usual.map(({ pack }) => pack).sort());
    expect(book.of({ ...none, jurisdiction: 'CN' }).packs).toBe(book.of(none).packs);
    expect(book.of({ ...none, packs: ['cn-cba-2026'] }).packs.versions.map(({ pack }) => pack)).toEqual([
      'cn-cba-2026',
    ]);
  });

  it('refuses to contact anybody by rules that do not exist', () => {
    expect(() => book.of({ ...none, packs: ['cn-cba-2027'] })).toThrow('there is no rule pack cn-cba-2027');
    expect(() => book.of({ ...none, jurisdiction: 'XX' })).toThrow('no rule pack is of XX');
  });

  it('speaks of the same purposes and channels as the contract of permits', () => {
    expect([...purposes]).toEqual([...contractPurposes]);
    expect([...channels]).toEqual(permitRequest.shape.channel.options);
  });
});
