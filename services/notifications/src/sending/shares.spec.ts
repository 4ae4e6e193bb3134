import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fairShares, type Shares } from './shares.js';

/** Serves the client that stands lowest, as the claim does. */
function serve(shares: Shares, waiting: readonly string[]): string {
  const turns = new Map(shares.turns().map((turn) => [turn.agreementId, turn]));
  const next = [...waiting].sort((one, other) => place(one) - place(other) || (one < other ? -1 : 1))[0] ?? '';
  function place(agreementId: string): number {
    return Math.max(turns.get(agreementId)?.pass ?? 0, shares.floor());
  }
  shares.charge([next]);
  return next;
}
const servedOf = (shares: Shares, waiting: readonly string[], times: number): Record<string, number> => {
  const counts: Record<string, number> = Object.fromEntries(waiting.map((name) => [name, 0]));
  for (let n = 0; n < times; n += 1) {
    const name = serve(shares, waiting);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
};

describe('shares of the clients', () => {
  it('are equal where nothing is told', () => {
    expect(servedOf(fairShares(), ['A', 'B', 'C'], 300)).toEqual({ A: 100, B: 100, C: 100 });
  });

  it('follow the weights, whatever they are', () => {
    const weight = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(weight, weight, weight, (a, b, c) => {
        const weights = new Map([
          ['A', a],
          ['B', b],
          ['C', c],
        ]);
        const rounds = 40;
        const counts = servedOf(fairShares(weights), ['A', 'B', 'C'], rounds * (a + b + c));
        for (const [name, of] of weights)
          expect(Math.abs((counts[name] ?? 0) - rounds * of)).toBeLessThanOrEqual(of + 1);
      }),
      { numRuns: 50 },
    );
  });

  it('are not saved up by a client that had nothing to send', () => {
    const shares = fairShares();
    servedOf(shares, ['A'], 500);
    expect(servedOf(shares, ['A', 'B'], 20)).toEqual({ A: 10, B: 10 });
  });

  it('of a client whose messages meet a stop order go to the others', () => {
    const shares = fairShares();
    const counts = { stopped: 0, other: 0 };
    for (let n = 0; n < 110; n += 1) {
      if (serve(shares, ['stopped', 'other']) === 'other') counts.other += 1;
      else {
        counts.stopped += 1;
        shares.penalise('stopped', 9);
      }
    }
    expect(counts).toEqual({ stopped: 10, other: 100 });
  });

  it('keep no memory of clients that stand where everybody stands', () => {
    const shares = fairShares();
    for (let n = 0; n < 1_000; n += 1) shares.charge([`client-${n}`]);
    servedOf(shares, ['A'], 3);
    expect(shares.turns().length).toBeLessThanOrEqual(1_001);
    servedOf(shares, ['A', 'B'], 10);
    expect(shares.turns().length).toBeLessThan(5);
  });
});
