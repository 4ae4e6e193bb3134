import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { channels, purposes, rulePack } from '@arrears/compliance';
import { permitRequest, purposes as contractPurposes } from '@arrears/contracts';
import { loadRuleBook, ruleBook } from './packs.js';

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
    expect(() => book.of({ ...none, jurisdiction: 'XX' })).toThrow(expect.objectContaining({ name: 'UnknownPack' }));
  });

  it('says how far back any of its packs counts, and every rule by its name, once', () => {
    const of = (name: string, ...rules: object[]) =>
      rulePack.parse({
        ...{
          pack: name,
          packVersion: '1',
          title: { zh: '试', en: 'test' },
          jurisdiction: 'CN',
          zones: ['Asia/Shanghai'],
        },
        rules,
      });
    const counted = (id: string, days: number) => ({
      ...{ id, zh: '限额', en: 'limit', effectiveFrom: '2026-01-01', binds: ['firstParty'], channels: 'all' },
      ...{ purposes: 'all', verdict: 'delay', severity: 'house', citation: { document: 'd', article: 'a' } },
      counter: { event: 'smsSent', key: 'person', window: { rolling: { days } }, max: 1 },
      examples: [
        { name: 'a', given: { at: '2026-11-09T10:00:00+08:00' }, expect: 'passes' },
        { name: 'b', given: { at: '2026-11-09T10:00:00+08:00' }, expect: { denied: { until: 'never' } } },
      ],
    });
    const small = ruleBook([of('a', counted('A', 3), counted('B', 30)), of('b', counted('B', 7))]);
    expect(small.reachMs).toBe(30 * 86_400_000);
    expect(small.ruleIds).toEqual(['A', 'B']);
    expect(ruleBook([]).reachMs).toBe(0);
    // Names that read the same when written together are other packs.
    const names = ruleBook(
      [of('a-b'), of('c'), of('a'), of('b-c')].map((pack, index) => ({
        ...pack,
        pack: ['ab', 'c', 'a', 'bc'][index] ?? '',
      })),
    );
    const versions = (...packs: string[]) => names.of({ ...none, packs }).packs.versions.map(({ pack }) => pack);
    expect([versions('ab', 'c'), versions('a', 'bc')]).toEqual([
      ['ab', 'c'],
      ['a', 'bc'],
    ]);
  });

  it('is read from the packs of a folder, and refused whole with every fault of any', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'packs-'));
    try {
      const text = (name: string) =>
        `pack: ${name}\npackVersion: '1'\ntitle: { zh: 试, en: test }\njurisdiction: CN\nzones: [Asia/Shanghai]\nrules: []\n`;
      writeFileSync(path.join(folder, 'one.yaml'), text('one'));
      writeFileSync(path.join(folder, 'notes.txt'), 'no pack at all');
      expect(loadRuleBook(folder).packs.map(({ pack }) => pack)).toEqual(['one']);
      writeFileSync(path.join(folder, 'two.yaml'), text('TWO'));
      writeFileSync(path.join(folder, 'three.yaml'), text('three').replace('CN', 'C'));
      expect(() => loadRuleBook(folder)).toThrow(
        /^rule packs are refused:\nthree\.yaml:4: jurisdiction: .*\ntwo\.yaml:1: pack: an id such as cn-cba-2026$/,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
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
