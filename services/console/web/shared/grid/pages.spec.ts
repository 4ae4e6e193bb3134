import { describe, expect, it } from '@jest/globals';
import { clampIndex, pagesFor } from './pages.js';

describe('pages of a list', () => {
  it.each([
    [0, 30, 1000, [0]],
    [0, 80, 1000, [0, 1]],
    [95, 130, 1000, [0, 1]],
    [990, 999, 1000, [9]],
    [0, 0, 1, [0]],
    [0, 0, 0, []],
    [99_970, 99_999, 100_000, [999]],
  ])('rows %i to %i of %i need %j', (from, to, total, pages) => {
    expect(pagesFor(from, to, total)).toEqual(pages);
  });

  it('keep the cursor inside the list', () => {
    expect([clampIndex(-1, 5), clampIndex(3, 5), clampIndex(9, 5)]).toEqual([0, 3, 4]);
  });
});
