/** One line of the table and of `latest.json`. An absolute figure has the baseline 1, so that `ratio` is what a goal is held against. */
export interface Measurement {
  name: string;
  ours: number;
  baseline: number;
  unit: string;
  /** `ours ÷ baseline`. */
  ratio: number;
  /** Null: printed beside a goal, nothing is asked of it. */
  goal: number | null;
  goalIs: 'at-least' | 'at-most' | null;
  /** How much was measured, and how far the rounds lay apart. */
  note?: string;
}

export type Need = 'servers' | 'time-skipping';

export interface Benchmark {
  name: string;
  /** What is compared with what, in one line. */
  title: string;
  /** What must run before it: `servers` are PostgreSQL, Kafka and Temporal's dev server. */
  needs: readonly Need[];
  timeoutMs: number;
  run(say: (line: string) => void): Promise<Measurement[]>;
}

type Goal = { atLeast: number } | { atMost: number } | undefined;

export function measurement(
  name: string,
  {
    ours,
    baseline = 1,
    unit,
    goal,
    note,
  }: { ours: number; baseline?: number; unit: string; goal?: Goal; note?: string },
): Measurement {
  const held =
    goal && ('atLeast' in goal ? ([goal.atLeast, 'at-least'] as const) : ([goal.atMost, 'at-most'] as const));
  return {
    name,
    ours,
    baseline,
    unit,
    ratio: ours / baseline,
    goal: held?.[0] ?? null,
    goalIs: held?.[1] ?? null,
    ...(note !== undefined && { note }),
  };
}

/** `beside`: nothing was asked. A ratio that is no number (nothing was measured) misses every goal. */
export function verdict({ ratio, goal, goalIs }: Measurement): 'met' | 'missed' | 'beside' {
  if (goal === null || goalIs === null) return 'beside';
  return (goalIs === 'at-least' ? ratio >= goal : ratio <= goal) ? 'met' : 'missed';
}
