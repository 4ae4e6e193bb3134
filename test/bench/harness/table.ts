import { verdict, type Measurement } from './benchmark.js';

const signs = { met: '✓', missed: '✗', beside: ' ' } as const;

/** The measurements as people read them: one line each, its note below. */
export function table(measurements: readonly Measurement[]): string {
  const rows = [
    ['', 'benchmark', 'ours', 'baseline', 'unit', 'ratio', 'goal'],
    ...measurements.map((one) => [
      signs[verdict(one)],
      one.name,
      figure(one.ours),
      one.baseline === 1 ? '–' : figure(one.baseline),
      one.unit,
      one.baseline === 1 ? '–' : one.ratio.toFixed(2),
      goalOf(one),
    ]),
  ];
  const widths = (rows[0] as string[]).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const numbers = new Set([2, 3, 5]);
  return rows
    .flatMap((row, index) => {
      const cells = row.map((cell, column) => {
        const width = widths[column] ?? 0;
        return numbers.has(column) ? cell.padStart(width) : cell.padEnd(width);
      });
      const note = measurements[index - 1]?.note;
      return [cells.join('  ').trimEnd(), ...(note === undefined ? [] : [`     ${note}`])];
    })
    .join('\n');
}

function goalOf({ goal, goalIs }: Measurement): string {
  if (goal === null) return 'none';
  return `${goalIs === 'at-least' ? '≥' : '≤'} ${goal.toLocaleString('en')}`;
}

function figure(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en');
  return Number.isInteger(value) ? String(value) : value.toPrecision(3);
}
