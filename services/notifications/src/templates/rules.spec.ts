import { describe, expect, it } from '@jest/globals';
import { loadPack, type Condition, type Rule } from '@arrears/compliance';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { loadLists } from './load-templates.js';
import { templateFlags } from './rules.js';

const folder = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@arrears/compliance/package.json')),
  'packs',
);
const rules = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml'))
  .flatMap((file): Rule[] => {
    const loaded = loadPack(readFileSync(path.join(folder, file), 'utf8'), file);
    return loaded.ok ? loaded.pack.rules : [];
  })
  .filter(({ asked }) => asked === 'template');

/** The flags that a condition asks for. */
function flagsIn(condition: Condition): string[] {
  if ('all' in condition) return condition.all.flatMap(flagsIn);
  if ('any' in condition) return condition.any.flatMap(flagsIn);
  if ('not' in condition) return flagsIn(condition.not);
  return condition.fact === 'template.flags' && 'has' in condition ? [condition.has] : [];
}

describe('the rules of the packs that are asked of texts', () => {
  it('ask for nothing that the check of a text does not raise', () => {
    for (const { id, when, unless, requires } of rules) {
      const asked = [when, unless, requires].flatMap((condition) =>
        condition === undefined ? [] : flagsIn(condition),
      );
      expect([id, asked.filter((flag) => !templateFlags.some((known) => known === flag))]).toEqual([id, []]);
    }
  });

  it.each([
    ['impersonation', 'CN-CBA-IMPERS'],
    ['extra-fee', 'CN-CBA-FEE'],
    ['push-to-borrow', 'CN-CBA-FEE'],
    ['third-party-disclosure', 'CN-CBA-3P-SILENT'],
  ] as const)('refuse %s, and say where that is written', (flag, rule) => {
    const { rules: book } = loadLists();
    const text = { at: '2026-11-24T02:00:00.000Z', channel: 'sms', purpose: 'collect', flags: [flag] } as const;
    expect(book.judge(book.usual, text)).toMatchObject([
      {
        rule,
        citation: {
          document: expect.stringContaining('China Banking Association'),
          zh: { document: expect.stringContaining('中国银行业协会') },
        },
      },
    ]);
    // Not before the guideline.
    expect(book.judge(book.usual, { ...text, at: '2026-01-29T02:00:00.000Z' })).toEqual([]);
  });

  it('say nothing to a text that raises no flag', () => {
    const { rules: book } = loadLists();
    expect(book.usual).toEqual(expect.arrayContaining(['cn-cba-2026', 'cn-gbt-45251-2025', 'house-default']));
    expect(book.unknown(book.usual)).toEqual([]);
    const text = { at: '2026-11-24T02:00:00.000Z', channel: 'sms', purpose: 'collect', flags: [] } as const;
    expect(book.judge(book.usual, text)).toEqual([]);
    expect(() => book.judge(['no-pack'], text)).toThrow('there is no rule pack no-pack');
  });
});
