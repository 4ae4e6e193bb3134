/** What was measured side by side: a median each, and the lowest and highest ratio of the pairs. */
export interface SideBySide {
  ours: number;
  baseline: number;
  pairs: { lowest: number; highest: number };
}

/**
 * Takes both in turns, ours and baseline in the same minute, so that a machine that is busy for a while is busy for
 * both. Each gets one round first that doesn't count (`warmUp`): compilers and caches are warm afterwards.
 */
export async function sideBySide(
  rounds: number,
  sides: { ours: (round: number) => Promise<number>; baseline: (round: number) => Promise<number> },
  { warmUp = true } = {},
): Promise<SideBySide> {
  if (warmUp) {
    await sides.ours(0);
    await sides.baseline(0);
  }
  const ours: number[] = [];
  const baseline: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    ours.push(await sides.ours(round));
    baseline.push(await sides.baseline(round));
  }
  const ratios = ours.map((value, index) => value / (baseline[index] as number));
  return {
    ours: median(ours),
    baseline: median(baseline),
    pairs: { lowest: Math.min(...ratios), highest: Math.max(...ratios) },
  };
}

export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('median of nothing');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

export function spread({ pairs }: SideBySide): string {
  return `pairs ${pairs.lowest.toFixed(2)} to ${pairs.highest.toFixed(2)}`;
}
