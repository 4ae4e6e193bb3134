import { describe, expect, it } from '@jest/globals';
import { usualPacks, type RulePack } from './index.js';

const pack = (name: string, jurisdiction: string, packVersion = '1'): RulePack => ({
  ...{ pack: name, packVersion, title: { zh: '测', en: 'test' }, jurisdiction, zones: ['Asia/Shanghai'], rules: [] },
});
const packs = [
  pack('house', 'any'),
  pack('cn-one', 'CN'),
  pack('us-one', 'US'),
  pack('cn-one', 'CN', '2'),
  pack('cn-two', 'CN'),
];

describe('the usual packs', () => {
  it('are all of the jurisdiction, and behind them those that hold anywhere; each once, whatever versions it has', () => {
    expect(usualPacks(packs, 'CN')).toEqual(['cn-one', 'cn-two', 'house']);
    expect(usualPacks(packs, 'US')).toEqual(['us-one', 'house']);
  });

  it('are those of China where nobody says where', () => {
    expect(usualPacks(packs)).toEqual(usualPacks(packs, 'CN'));
  });

  it('are none where no pack is of the jurisdiction', () => {
    expect(usualPacks(packs, 'XX')).toEqual([]);
    expect(usualPacks(packs, 'any')).toEqual(['house']);
  });
});
