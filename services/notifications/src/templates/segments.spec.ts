import { describe, expect, it } from '@jest/globals';
import { smsLength } from './segments.js';

describe('an SMS as networks carry it', () => {
  it.each([
    ['a'.repeat(160), { encoding: 'gsm7', units: 160, segments: 1 }],
    ['a'.repeat(161), { encoding: 'gsm7', units: 161, segments: 2 }],
    ['a'.repeat(306), { encoding: 'gsm7', units: 306, segments: 2 }],
    ['a'.repeat(307), { encoding: 'gsm7', units: 307, segments: 3 }],
    // Brackets and the euro take two septets, which stay together.
    [`${'a'.repeat(159)}€`, { encoding: 'gsm7', units: 161, segments: 2 }],
    [`${'a'.repeat(152)}[${'a'.repeat(152)}`, { encoding: 'gsm7', units: 306, segments: 3 }],
    ['字'.repeat(70), { encoding: 'ucs2', units: 70, segments: 1 }],
    ['字'.repeat(71), { encoding: 'ucs2', units: 71, segments: 2 }],
    ['字'.repeat(134), { encoding: 'ucs2', units: 134, segments: 2 }],
    ['字'.repeat(135), { encoding: 'ucs2', units: 135, segments: 3 }],
    // A character outside the first plane is two units and is not split.
    [`${'字'.repeat(66)}\u{20000}${'字'.repeat(66)}`, { encoding: 'ucs2', units: 134, segments: 3 }],
    [`${'a'.repeat(70)}中`, { encoding: 'ucs2', units: 71, segments: 2 }],
    ['', { encoding: 'gsm7', units: 0, segments: 1 }],
  ])('%#', (text, expected) => {
    expect(smsLength(text)).toEqual(expected);
  });
});
