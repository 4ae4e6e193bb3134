import { describe, expect, it } from '@jest/globals';
import { measurement, verdict } from '../bench/harness/benchmark.js';
import { forEachInFlight } from '../bench/harness/load.js';
import { median, sideBySide } from '../bench/harness/rounds.js';
import { table } from '../bench/harness/table.js';

describe('a measurement', () => {
  it('holds the ratio against its goal, in the direction that the goal has', () => {
    const of = (ours: number, goal?: { atLeast: number } | { atMost: number }) =>
      verdict(measurement('x', { ours, baseline: 10, unit: 'a second', ...(goal && { goal }) }));
    expect(of(5, { atLeast: 0.5 })).toBe('met');
    expect(of(4.9, { atLeast: 0.5 })).toBe('missed');
    expect(of(13, { atMost: 1.3 })).toBe('met');
    expect(of(13.1, { atMost: 1.3 })).toBe('missed');
    expect(of(1)).toBe('beside');
  });

  it('of nothing misses its goal', () => {
    expect(verdict(measurement('x', { ours: 0, baseline: 0, unit: 'bytes', goal: { atMost: 1 } }))).toBe('missed');
  });

  it('that is absolute is held against its goal as it stands', () => {
    const events = measurement('x', { ours: 203, unit: 'events', goal: { atMost: 220 } });
    expect([events.ratio, verdict(events)]).toEqual([203, 'met']);
  });
});

describe('side by side', () => {
  it('takes turns, forgets the first of each, and gives the medians and the range of the pairs', async () => {
    const order: string[] = [];
    const ours = [100, 4, 8, 6];
    const baseline = [100, 2, 2, 4];
    const side = (name: string, values: number[]) => async (round: number) => {
      order.push(`${name}${round}`);
      return values[round] as number;
    };
    const measured = await sideBySide(3, { ours: side('a', ours), baseline: side('b', baseline) });
    expect(order).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
    expect(measured).toEqual({ ours: 6, baseline: 2, pairs: { lowest: 1.5, highest: 4 } });
  });

  it('takes the middle of two', () => {
    expect(median([9, 1, 5, 3])).toBe(4);
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('load', () => {
  it('does each piece once and never more at a time than it may', async () => {
    const done: number[] = [];
    let running = 0;
    let most = 0;
    await forEachInFlight(
      10,
      async (index) => {
        most = Math.max(most, ++running);
        await new Promise((soon) => setImmediate(soon));
        running--;
        done.push(index);
      },
      3,
    );
    expect([done.sort((a, b) => a - b), most]).toEqual([[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 3]);
  });

  it('ends with the first error', async () => {
    const work = async (index: number) => {
      if (index === 1) throw new Error('refused');
    };
    await expect(forEachInFlight(5, work, 2)).rejects.toThrow('refused');
  });
});

describe('the table', () => {
  it('shows a missed goal, an absolute figure and one without a goal', () => {
    const text = table([
      measurement('relay', {
        ours: 7_000,
        baseline: 10_000,
        unit: 'events/s',
        goal: { atLeast: 0.8 },
        note: '5 rounds',
      }),
      measurement('events', { ours: 203, unit: 'events', goal: { atMost: 220 } }),
      measurement('beside', { ours: 1.5, baseline: 3, unit: 's' }),
    ]);
    const lines = text.split('\n').map((line) => line.replace(/\s+/g, ' '));
    expect(lines.slice(1)).toEqual([
      '✗ relay 7,000 10,000 events/s 0.70 ≥ 0.8',
      ' 5 rounds',
      '✓ events 203 – events – ≤ 220',
      ' beside 1.50 3 s 0.50 none',
    ]);
  });
});
