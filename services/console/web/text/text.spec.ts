import { describe, expect, it } from '@jest/globals';
import { en } from './en.js';
import { zh } from './zh.js';

type Tree = { readonly [name: string]: string | Tree | ((...of: never[]) => string) };

/** Each text with its path. */
function leaves(tree: Tree, path = ''): [string, unknown][] {
  return Object.entries(tree).flatMap(([name, value]): [string, unknown][] =>
    typeof value === 'object' ? leaves(value, `${path}${name}.`) : [[`${path}${name}`, value]],
  );
}
const cjk = /[\u4e00-\u9fff]/;

describe('texts', () => {
  it('are complete in both languages, with nothing that only one of them has', () => {
    expect(leaves(en).map(([path]) => path)).toEqual(leaves(zh).map(([path]) => path));
  });

  it('take the same number of values', () => {
    const arity = (tree: Tree) =>
      leaves(tree).map(([path, value]) => [path, typeof value === 'function' ? value.length : 0]);
    expect(arity(en)).toEqual(arity(zh));
  });

  it('are of their language: no Chinese in English, none left empty', () => {
    for (const [path, value] of leaves(en))
      if (typeof value === 'string') expect([path, cjk.test(value)]).toEqual([path, false]);
    for (const tree of [zh, en])
      for (const [path, value] of leaves(tree)) expect([path, value]).not.toEqual([path, '']);
  });
});
