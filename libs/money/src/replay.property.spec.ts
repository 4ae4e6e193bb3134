import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LedgerFact } from './facts.js';
import { money } from './money.js';
import { replay, totalOf, type Ledger, type ReplayOptions } from './replay.js';

const date = fc.integer({ min: 0, max: 200 }).map((d) => new Date(Date.UTC(2026, 0, 1 + d)).toISOString().slice(0, 10));
const minor = fc.bigInt({ min: 1n, max: 500n });
const options: ReplayOptions = {
  currency: 'CNY',
  product: 'credit-card',
  asOf: '2027-01-01',
  knownAt: '2027-01-01T00:00:00.000Z',
};

/** Histories of instalments, charges, payments and reversals, learned in any order. */
const history: fc.Arbitrary<LedgerFact[]> = fc
  .array(
    fc.record({
      kind: fc.constantFrom('instalment', 'charge', 'payment', 'payment', 'reversal'),
      valueDate: date,
      known: date,
      minor,
      pick: fc.nat({ max: 9 }),
    }),
    { maxLength: 14 },
  )
  .map((rows) =>
    rows.map(({ kind, valueDate, known, minor: m, pick }, i): LedgerFact => {
      const base = { id: `f${i}`, valueDate, knownAt: `${known}T00:00:00.${String(i).padStart(3, '0')}Z` };
      if (kind === 'instalment')
        return { ...base, kind, due: valueDate, amounts: { principal: m, interest: BigInt(pick) } };
      if (kind === 'charge') return { ...base, kind, component: 'fees', amount: money(m, 'CNY'), due: valueDate };
      if (kind === 'payment') return { ...base, kind, amount: money(m, 'CNY') };
      return { ...base, kind: 'reversal', reverses: `f${pick}` };
    }),
  );

const charged = (facts: readonly LedgerFact[]): bigint =>
  facts.reduce(
    (s, f) => s + (f.kind === 'instalment' ? totalOf(f.amounts) : f.kind === 'charge' ? f.amount.minor : 0n),
    0n,
  );
const received = (facts: readonly LedgerFact[]): bigint => {
  const reversed = new Set(facts.flatMap((f) => (f.kind === 'reversal' ? [f.reverses] : [])));
  return facts.reduce((s, f) => s + (f.kind === 'payment' && !reversed.has(f.id) ? f.amount.minor : 0n), 0n);
};
const holds = (check: (facts: LedgerFact[], ledger: Ledger) => void) =>
  fc.assert(
    fc.property(history, (facts) => check(facts, replay(facts, options))),
    { numRuns: 300 },
  );

describe('a replayed ledger', () => {
  it('loses nothing: charged - received = open - credit', () => {
    holds((facts, ledger) => expect(totalOf(ledger.balances) - ledger.credit).toBe(charged(facts) - received(facts)));
  });

  it('accounts for every payment: parts + excess + absorbed', () => {
    holds((_facts, ledger) => {
      for (const p of ledger.payments)
        expect(p.parts.reduce((s, x) => s + x.minor, p.excess + p.absorbed)).toBe(p.minor);
      expect(ledger.payments.reduce((s, p) => s + p.excess, 0n)).toBe(ledger.credit);
    });
  });

  it('holds a credit only when nothing is open, and no negative claim', () => {
    holds((_facts, ledger) => {
      if (ledger.credit > 0n) expect(ledger.claims).toEqual([]);
      for (const c of ledger.claims) for (const v of Object.values(c.open)) expect(v).toBeGreaterThanOrEqual(0n);
    });
  });

  it('does not depend on the order in which facts are listed, nor on hearing them twice', () => {
    fc.assert(
      fc.property(history, (facts) => {
        const ledger = replay(facts, options);
        expect(replay([...facts].reverse(), options)).toEqual(ledger);
        expect(replay([...facts, ...facts], options)).toEqual(ledger);
      }),
    );
  });

  it('shows the past as it was known: later facts change no earlier version', () => {
    fc.assert(
      fc.property(history, date, (facts, day) => {
        const then = { ...options, knownAt: `${day}T00:00:00.000Z` };
        expect(
          replay(
            facts.filter((f) => f.knownAt <= then.knownAt),
            then,
          ),
        ).toEqual(replay(facts, then));
      }),
    );
  });

  it('agrees with the bank right after a statement that holds everything, and counts later money in full', () => {
    fc.assert(
      fc.property(history, minor, minor, (facts, principal, extra) => {
        const base = { id: 'bank', valueDate: '2026-12-01', knownAt: '2026-12-01T00:00:00.000Z' };
        const all: LedgerFact[] = [...facts, { ...base, kind: 'statement', balances: { principal } }];
        expect(replay(all, options).balances).toEqual({ costs: 0n, fees: 0n, interest: 0n, principal });
        const back: LedgerFact = {
          id: 'back',
          kind: 'payment',
          amount: money(extra, 'CNY'),
          valueDate: '2025-12-01',
          knownAt: '2026-12-02T00:00:00.000Z',
        };
        const after = replay([...all, back], options);
        expect(totalOf(after.balances) - after.credit).toBe(principal - extra);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps its invariants with statements of the bank anywhere in the history, known in any order', () => {
    const statement = fc.record({ valueDate: date, known: date, principal: minor, interest: minor });
    fc.assert(
      fc.property(history, fc.array(statement, { maxLength: 4 }), (facts, rows) => {
        const said = rows.map(({ valueDate, known, ...balances }, i): LedgerFact => ({
          kind: 'statement',
          id: `s${i}`,
          valueDate,
          knownAt: `${known}T12:00:00.00${i}Z`,
          balances,
        }));
        const ledger = replay([...facts, ...said], options);
        for (const p of ledger.payments)
          expect(p.parts.reduce((s, x) => s + x.minor, p.excess + p.absorbed)).toBe(p.minor);
        for (const c of ledger.claims) for (const v of Object.values(c.open)) expect(v).toBeGreaterThanOrEqual(0n);
        if (ledger.credit > 0n) expect(ledger.claims).toEqual([]);
        expect(replay([...said, ...facts].reverse(), options)).toEqual(ledger);
      }),
      { numRuns: 300 },
    );
  });
});
