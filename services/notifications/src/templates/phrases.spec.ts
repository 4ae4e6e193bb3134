import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadPhrases, phrasesOf } from './phrases.js';

const shipped = fileURLToPath(new URL('../../phrases', import.meta.url));
const none = { zh: ['甲乙'], en: ['alpha beta'], allow: [] };
const lists = {
  ...{ impersonation: none, threat: none, 'extra-fee': none },
  ...{ 'push-to-borrow': none, debt: none, 'opt-out': none },
};
const folderWith = (files: Record<string, object | string>) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'phrases-'));
  for (const [name, content] of Object.entries(files))
    writeFileSync(path.join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  return folder;
};

describe('lists of phrases', () => {
  it('ship with words of every kind in both languages', () => {
    const phrases = loadPhrases(shipped);
    expect(phrases.version).toBe('2026-1');
    expect(phrases.find('impersonation', '请到法院。Go to the court.')).toEqual(['法院', 'court']);
    expect(phrases.find('opt-out', '回复TD退订')).toContain('退订');
  });

  it.each([
    '甲乙',
    '甲 乙',
    '甲，乙',
    '甲\u200b乙',
    '甲\n乙',
    'ALPHA  beta',
    'alpha-beta',
    'ａｌｐｈａ ｂｅｔａ',
    '甲 alpha.beta 丙',
  ])('are found however they are spelt: %s', (text) => {
    expect(phrasesOf({ version: '2026-1', lists }).find('threat', text)).toHaveLength(1);
  });

  it.each(['甲丙乙', 'alphabeta', 'alpha betas', 'alpha, gamma beta', ''])(
    'and are not found where they are not: %s',
    (text) => {
      expect(phrasesOf({ version: '2026-1', lists }).find('threat', text)).toEqual([]);
    },
  );

  it('let a longer phrase pass that is allowed, and nothing beside it', () => {
    const threat = { zh: ['甲乙'], en: ['beta'], allow: ['不甲乙', 'no beta'] };
    const { find } = phrasesOf({ version: '2026-1', lists: { ...lists, threat } });
    expect(find('threat', '我们不甲乙。No beta!')).toEqual([]);
    expect(find('threat', '我们不甲乙，他们甲乙。No beta, but beta.')).toEqual(['甲乙', 'beta']);
  });

  it('are those of the highest version', () => {
    const folder = folderWith({
      'a.yaml': { version: '2026-9', lists },
      'b.yaml': { version: '2026-10', lists },
      'c.txt': 'x',
    });
    expect(loadPhrases(folder).version).toBe('2026-10');
  });

  it.each([
    ['no file at all', {}, 'There is no list of phrases'],
    ['a kind that is missing', { 'a.yaml': { version: '2026-1', lists: { threat: none } } }, 'a.yaml: lists'],
    ['a version that is none', { 'a.yaml': { version: 'new', lists } }, 'a.yaml: version: a year and a number'],
  ])('are refused with %s', (_what, files, message) => {
    expect(() => loadPhrases(folderWith(files as Record<string, object>))).toThrow(message);
  });
});
