import { describe, expect, it } from '@jest/globals';
import { batched } from './batch.js';

/** Work that ends when told, and remembers its batches. */
function slow() {
  const batches: number[][] = [];
  const ends: (() => void)[] = [];
  const work = (inputs: number[]): Promise<number[]> => {
    batches.push(inputs);
    return new Promise((resolve) => ends.push(() => resolve(inputs.map((input) => input * 10))));
  };
  return { batches, work, end: () => ends.shift()?.() };
}
const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('work in batches', () => {
  it('is done at once for one alone', async () => {
    const { batches, work, end } = slow();
    const ask = batched(work, { most: 4, atOnce: 1 });
    const one = ask(1);
    await turn();
    expect(batches).toEqual([[1]]);
    end();
    expect(await one).toBe(10);
  });

  it('is shared by who comes in the same turn, up to the most', async () => {
    const { batches, work, end } = slow();
    const ask = batched(work, { most: 2, atOnce: 3 });
    const all = Promise.all([1, 2, 3, 4, 5].map(ask));
    await turn();
    expect(batches).toEqual([[1, 2], [3, 4], [5]]);
    for (let n = 0; n < 3; n += 1) end();
    expect(await all).toEqual([10, 20, 30, 40, 50]);
  });

  it('gathers while others are at work', async () => {
    const { batches, work, end } = slow();
    const ask = batched(work, { most: 10, atOnce: 1 });
    const first = ask(1);
    await turn();
    const rest = Promise.all([2, 3].map(ask));
    await turn();
    expect(batches).toEqual([[1]]);
    end();
    await first;
    await turn();
    expect(batches).toEqual([[1], [2, 3]]);
    end();
    expect(await rest).toEqual([20, 30]);
  });

  it('never shares a batch between inputs with a key in common, nor lets one overtake the other', async () => {
    const { batches, work, end } = slow();
    const keys = (input: number) => (input < 3 ? ['a'] : input === 3 ? ['a', 'b'] : input === 4 ? ['b'] : []);
    const ask = batched(work, { most: 10, atOnce: 1, keys });
    const all = Promise.all([1, 2, 3, 4, 5].map(ask));
    for (let n = 0; n < 4; n += 1) {
      await turn();
      end();
    }
    expect(await all).toEqual([10, 20, 30, 40, 50]);
    expect(batches).toEqual([[1, 5], [2], [3], [4]]);
  });

  it('that fails for several is tried for each alone', async () => {
    const tried: number[][] = [];
    const work = async (inputs: number[]) => {
      tried.push(inputs);
      if (inputs.includes(2)) throw new Error('two');
      return inputs;
    };
    const ask = batched(work, { most: 10, atOnce: 1 });
    const answers = await Promise.allSettled([1, 2, 3].map(ask));
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(tried).toEqual([[1, 2, 3], [1], [2], [3]]);
  });

  it('that forgets an input fails for it', async () => {
    const ask = batched(async (inputs: number[]) => inputs.slice(1), { most: 10, atOnce: 1 });
    await expect(ask(1)).rejects.toThrow('one output for each input');
  });
});
