import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { loadPack, packErrorText, type Rule } from './index.js';

const folder = new URL('../packs/', import.meta.url);
const files = readdirSync(folder);
const load = (file: string) => loadPack(readFileSync(new URL(file, folder), 'utf8'), file);

/** The tables of the design, row by row: a rule that is lost or added by mistake shows here. `~`: no source confirms it. */
const shipped: Readonly<Record<string, readonly string[]>> = {
  'cn-cba-2026.yaml': [
    ...['CN-CBA-TIME', 'CN-CBA-DIAL', 'CN-CBA-3P-WHEN', 'CN-CBA-3P-NOCOLLECT', 'CN-CBA-3P-SILENT', 'CN-CBA-3P-KIND'],
    ...['CN-CBA-PHONE-REC', 'CN-CBA-VISIT', 'CN-CBA-POST', 'CN-CBA-IMPERS', 'CN-CBA-FEE', 'CN-CBA-AGENCY', 'CN-CBA-AI'],
  ],
  'cn-gbt-45251-2025.yaml': [
    ...['CN-GBT-WHO', 'CN-GBT-CALLS', 'CN-GBT-TIME', 'CN-GBT-CONTACT', 'CN-GBT-REFUSE', 'CN-GBT-TRAIN'],
    ...['CN-GBT-HIRE ~', 'CN-GBT-AGENCY', 'CN-GBT-REC ~'],
  ],
  'house-default.yaml': [
    ...['HOUSE-SMS-DAY ~', 'HOUSE-SMS-WEEK ~', 'HOUSE-LETTER-WEEK ~', 'HOUSE-VISIT-WEEK ~', 'HOUSE-VISIT-HOURS ~'],
    ...['HOUSE-SPRING-FESTIVAL ~', 'HOUSE-WORKPLACE ~', 'HOUSE-3P-TRIES ~', 'HOUSE-3P-ROW ~'],
  ],
};

describe('the packs that ship', () => {
  it.each(files)('%s loads, and all its examples come out as they say', (file) => {
    const loaded = load(file);
    expect(loaded.ok ? [] : loaded.errors.map(packErrorText)).toEqual([]);
  });

  it.each(Object.entries(shipped))('%s holds exactly the rules that are in force', (file, ids) => {
    const loaded = load(file);
    const found = loaded.ok ? loaded.pack.rules.map(({ id, verify }) => `${id}${verify ? ' ~' : ''}`) : [];
    expect(found).toEqual(ids);
  });

  it.each(files)('%s cites each rule in Chinese and English', (file) => {
    const loaded = load(file);
    const rules: readonly Rule[] = loaded.ok ? loaded.pack.rules : [];
    const inOne = rules.filter(({ citation: { document, article } }) => [document, article].some(isOneText));
    expect(inOne.map(({ id }) => id)).toEqual([]);
  });
});

const isOneText = (text: Rule['citation']['article']): boolean => typeof text === 'string';
