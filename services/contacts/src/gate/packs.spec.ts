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

  it('knows which packs of the law somebody left out', () => {
    const china = book.packs.filter(({ jurisdiction }) => jurisdiction === 'CN').map(({ pack }) => pack);
    const missing = (packs: string[] | null, jurisdiction: string | null = null) =>
      [...book.missingLaw({ packs, jurisdiction })].sort();
    expect(missing(null)).toEqual([]);
    expect(missing(null, 'US')).toEqual([]);
    expect(missing(['house-default'])).toEqual([...new Set(china)].sort());
    expect(missing(['cn-cba-2026'])).not.toContain('cn-cba-2026');
    expect(missing(['cn-cba-2026'])).toContain('cn-gbt-45251-2025');
    expect(missing([...china])).toEqual([]);
    // Packs say of which place they are; a place that is named says it for them.
    expect(missing(['us-regf'])).toEqual([]);
    expect(missing(['us-regf', 'uk-conc7'])).toEqual([]);
    expect(missing(['us-regf'], 'GB')).toEqual(['uk-conc7']);
    expect(missing(['us-regf', 'cn-card'])).toContain('cn-cba-2026');
    expect(() => missing(['house-default'], 'XX')).toThrow('no rule pack is of XX');
    expect(() => missing(['cn-cba-1999'])).toThrow('there is no rule pack cn-cba-1999');
  });

  it('speaks of the same purposes and channels as the contract of permits', () => {
    expect([...purposes]).toEqual([...contractPurposes]);
    expect([...channels]).toEqual(permitRequest.shape.channel.options);
  });
});
