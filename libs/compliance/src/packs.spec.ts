import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { loadPack, packErrorText } from './index.js';

const folder = new URL('../packs/', import.meta.url);

describe('the packs that ship', () => {
  const files = readdirSync(folder);

  it.each(files)('%s loads, and all its examples come out as they say', (file) => {
    const loaded = loadPack(readFileSync(new URL(file, folder), 'utf8'), file);
    expect(loaded.ok ? [] : loaded.errors.map(packErrorText)).toEqual([]);
  });

  it('hold exactly the rules that are in force', () => {
    const ids = files.flatMap((file) => {
      const loaded = loadPack(readFileSync(new URL(file, folder), 'utf8'), file);
      return loaded.ok ? loaded.pack.rules.map(({ id, verify }) => `${id}${verify ? ' ~' : ''}`) : [];
    });
    expect(ids).toEqual(['CN-CBA-TIME', 'HOUSE-SMS-DAY ~', 'HOUSE-SMS-WEEK ~']);
  });
});
