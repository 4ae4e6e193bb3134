/** Looked up once: in a test's sandbox a global is slow to reach, and these are reached a hundred times a history. */
const { imul, floor } = Math;

/** Chance that can be had again: the same seed gives the same throws (mulberry32). */
export interface Dice {
  chance(probability: number): boolean;
  /** From 0 to below `sides`. */
  int(sides: number): number;
  pick<Item>(items: readonly Item[]): Item;
}

export function dice(seed: number): Dice {
  let state = imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const int = (sides: number): number => floor(next() * sides);
  return {
    chance: (probability) => next() < probability,
    int,
    pick<Item>(items: readonly Item[]): Item {
      const item = items[int(items.length)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    },
  };
}
