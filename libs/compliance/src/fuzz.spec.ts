import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, jest } from '@jest/globals';
import { compilePacks, evaluate, loadPacks, packErrorText, type CompiledPacks, type Verdict } from './index.js';
import { forbiddenBy } from './naive/checker.js';
import { dice } from './naive/dice.js';
import { randomHistory, type History } from './naive/history.js';

/**
 * All packs that ship against checkers that were written by hand from the tables. The seed in a title makes its run happen
 * again: FUZZ_SEED=… npm run test:unit -- fuzz; FUZZ_RUNS makes it longer or shorter.
 */
const seed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const runs = Number(process.env['FUZZ_RUNS'] ?? 100_000);
const folder = new URL('../packs/', import.meta.url);

const loaded = loadPacks(
  readdirSync(folder).map((file) => ({ file, text: readFileSync(new URL(file, folder), 'utf8') })),
);
if (!loaded.ok) throw new Error(loaded.errors.map(packErrorText).join('\n'));
const shipped = loaded.packs;
/** As the gate binds an agreement that names no packs: those of its jurisdiction, and those that hold anywhere. */
const bound = new Map<string, CompiledPacks>(
  [...new Set(shipped.map(({ jurisdiction }) => jurisdiction))]
    .filter((jurisdiction) => jurisdiction !== 'any')
    .map((jurisdiction) => [
      jurisdiction,
      compilePacks(shipped.filter((pack) => pack.jurisdiction === jurisdiction || pack.jurisdiction === 'any')),
    ]),
);

function engine({ jurisdiction, contact, facts }: History): Verdict {
  const packs = bound.get(jurisdiction);
  if (packs === undefined) throw new Error(`no pack is of ${jurisdiction}`);
  return evaluate(packs, contact, facts);
}
const rulesOf = (verdict: Verdict): string[] =>
  verdict.verdict === 'permit' ? [] : [...new Set(verdict.denials.map(({ rule }) => rule))].sort();
const byTables = ({ jurisdiction, contact, facts }: History, t = Date.parse(contact.at)): string[] =>
  forbiddenBy(jurisdiction, { contact, facts, t });

/** What the engine and the tables say of a history, as text; null when they say the same. */
function difference(history: History): string | null {
  const [found, expected] = [rulesOf(engine(history)).join(' '), byTables(history).join(' ')];
  return found === expected ? null : `the engine denies by [${found}], the tables by [${expected}]`;
}

/** Leaves out of a history what the difference does not need, so that a person can read it. */
function smallest(history: History): History {
  const { facts } = history;
  const without = <Item>(list: readonly Item[]): Item[][] =>
    list.map((_, index) => list.filter((__, other) => other !== index));
  const smaller: History[] = [
    ...without(facts.events).map((events) => ({ ...history, facts: { ...facts, events } })),
    ...without(facts.holds).map((holds) => ({ ...history, facts: { ...facts, holds } })),
    ...without(Object.entries(facts.values)).map((left) => ({
      ...history,
      facts: { ...facts, values: Object.fromEntries(left) },
    })),
  ];
  const same = smaller.find((candidate) => difference(candidate) === difference(history));
  return same === undefined ? history : smallest(same);
}

function unlike(of: number, history: History): Error {
  const small = smallest(history);
  return new Error(`history ${of}: ${difference(small) ?? ''}\n${JSON.stringify(small, null, 1)}`);
}

/** Each rule that is asked of a contact or a text, and is of the packs of some place. */
const asked = [...bound.values()].flatMap(({ rules }) => rules).filter((rule) => rule.asked !== 'duty');
/** Where one of these denies, another always does too: it says the same, or more. */
const neverAlone = ['CN-CBA-TIME', 'CN-CBA-3P-WHEN'];

jest.setTimeout(600_000);

describe('all packs that ship, against what the tables say', () => {
  it(`permit and deny the same contacts by the same rules (${runs} histories, seed ${seed})`, () => {
    let permitted = 0;
    const alone = new Set<string>();
    const denied = new Set<string>();
    for (let number = seed; number < seed + runs; number += 1) {
      const history = randomHistory(number);
      const found = rulesOf(engine(history));
      if (found.join() !== byTables(history).join()) throw unlike(number, history);
      if (found.length === 0) permitted += 1;
      if (found.length === 1) alone.add(found[0] ?? '');
      for (const rule of found) denied.add(rule);
    }
    // Neither a world in which all is forbidden nor one in which all is allowed, and no rule that was not put to the test.
    expect(permitted / runs).toBeGreaterThan(0.2);
    expect(permitted / runs).toBeLessThan(0.8);
    if (runs < 100_000) return;
    const rules = [...new Set(asked.map(({ id }) => id)), 'HOLD', 'NEVER-CONTACT'];
    expect(rules.filter((rule) => !denied.has(rule))).toEqual([]);
    expect(rules.filter((rule) => !alone.has(rule) && !neverAlone.includes(rule))).toEqual([]);
  });

  const sampled = Math.ceil(runs / 10);
  it(`permit from the earliest time on that was computed, and at no moment before (${sampled} histories, seed ${seed})`, () => {
    const dayMs = 86_400_000;
    let [later, never] = [0, 0];
    for (let number = seed; number < seed + sampled; number += 1) {
      const history = randomHistory(number);
      const verdict = engine(history);
      const from = Date.parse(history.contact.at);
      const may = (t: number): boolean => byTables(history, t).length === 0;
      const roll = dice(number);
      const moments = (to: number): number[] => Array.from({ length: 6 }, () => from + roll.int(to - from));
      const fault = (what: string): Error =>
        new Error(`history ${number}: ${what}\n${JSON.stringify(history, null, 1)}`);
      if (verdict.verdict === 'permit') {
        const ends = Date.parse(verdict.windowEnds);
        if (!moments(ends).every(may) || !may(ends - 1)) throw fault(`not all the time until ${verdict.windowEnds}`);
        if (ends < from + dayMs && may(ends)) throw fault(`still at ${verdict.windowEnds}`);
        continue;
      }
      if (verdict.earliest === 'never') {
        never += 1;
        if (moments(from + 50 * dayMs).some(may)) throw fault('some time, though never was said');
        continue;
      }
      later += 1;
      const earliest = Date.parse(verdict.earliest);
      if (!may(earliest)) throw fault(`not at ${verdict.earliest}: ${byTables(history, earliest).join(' ')}`);
      if (may(earliest - 1) || moments(earliest).some(may)) throw fault(`before ${verdict.earliest}`);
    }
    expect(later / sampled).toBeGreaterThan(0.05);
    expect(never / sampled).toBeGreaterThan(0.05);
  });
});
