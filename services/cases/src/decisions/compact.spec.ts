import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pack, unpack } from './compact.js';

describe('what is stored of a decision', () => {
  it('comes back as it went in', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => expect(unpack(pack(value))).toEqual(JSON.parse(JSON.stringify(value)))),
      { numRuns: 200 },
    );
  });

  it('takes less room when it is made of the usual words', () => {
    const usual = {
      decision: { planner: '1', effects: [], cancel: [], exits: [], closeCase: false, lapsed: [], attention: [] },
    };
    expect(pack(usual).length).toBeLessThan(JSON.stringify(usual).length / 2);
  });

  it('refuses what a later build has packed', () => {
    expect(() => unpack(Buffer.from([250, 1, 2, 3]))).toThrow(RangeError);
  });
});
