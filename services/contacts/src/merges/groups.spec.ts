import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { groupsOf } from './groups.js';

const merge = (...members: string[]) => ({ mergeId: members.join(), members });
const groups = (...merges: string[][]) => Object.fromEntries([...groupsOf(merges.map((one) => merge(...one)))].sort());

describe('ids that are one human', () => {
  it('are those of one merge, called after the smallest', () => {
    expect(groups(['b', 'a'])).toEqual({ a: 'a', b: 'a' });
    expect(groups(['c', 'b', 'd'])).toEqual({ b: 'b', c: 'b', d: 'b' });
  });

  it('are also those that are linked over others', () => {
    expect(groups(['a', 'b'], ['b', 'c'])).toEqual({ a: 'a', b: 'a', c: 'a' });
    expect(groups(['d', 'e'], ['b', 'c'], ['c', 'd'])).toEqual({ b: 'b', c: 'b', d: 'b', e: 'b' });
  });

  it('stay apart without a link', () => {
    expect(groups(['a', 'b'], ['c', 'd'])).toEqual({ a: 'a', b: 'a', c: 'c', d: 'c' });
    expect(groups()).toEqual({});
  });

  it('are the same in whatever order the merges were made', () => {
    const ids = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g');
    const merges = fc.array(fc.array(ids, { minLength: 2, maxLength: 3 }), { maxLength: 6 });
    fc.assert(
      fc.property(merges, fc.nat(), (list, turn) => {
        const turned = list.map((_, index) => [...(list[(index + turn) % list.length] ?? [])].reverse());
        expect(groups(...turned)).toEqual(groups(...list));
      }),
      { numRuns: 300 },
    );
  });

  it('are linked whenever a chain of merges links them', () => {
    const ids = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    fc.assert(
      fc.property(fc.array(fc.tuple(ids, ids), { maxLength: 6 }), (pairs) => {
        const found = groupsOf(pairs.map(([one, other]) => merge(one, other)));
        const near = new Map([...found.keys()].map((id) => [id, new Set([id])]));
        for (let round = 0; round < 6; round += 1)
          for (const [one, other] of pairs) {
            const all = new Set([...(near.get(one) ?? []), ...(near.get(other) ?? [])]);
            for (const id of all) near.set(id, all);
          }
        for (const [id, all] of near) expect(found.get(id)).toBe([...all].sort()[0]);
      }),
      { numRuns: 300 },
    );
  });
});
