import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import {
  compilePacks,
  defaultJurisdiction,
  loadPacks,
  packErrorText,
  usualPacks,
  type CompiledPacks,
  type Contactor,
  type RulePack,
} from '@arrears/compliance';

/** What binds an agreement: named packs, or the usual ones of a jurisdiction; nothing said: the default's. */
export interface NamedRules {
  packs: readonly string[] | null;
  jurisdiction: string | null;
  /** As whom the operator contacts; left out: as the creditor himself. */
  actsAs?: Contactor;
}
export interface BoundRules {
  packs: CompiledPacks;
  jurisdiction: string | null;
  actsAs: Contactor;
}

export interface RuleBook {
  /** @throws UnknownPack: an agreement whose rules are unknown contacts nobody. */
  of(named: NamedRules): BoundRules;
  /**
   * Packs of the law that the named ones leave out: all of the jurisdiction; where none is said, of every one that they are
   * of, and of the default's where they are of none. What holds anywhere is the house's own, and it may choose. @throws
   * UnknownPack
   */
  missingLaw(named: NamedRules): readonly string[];
  packs: readonly RulePack[];
  /** How far back any of them counts. */
  reachMs: number;
  /** Every rule id, for metric labels. */
  ruleIds: readonly string[];
}

export class UnknownPack extends Error {
  override readonly name = 'UnknownPack';
}

const shipped = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@arrears/compliance/package.json')),
  'packs',
);

/**
 * Every pack of a folder, with its examples run; by default those that ship with `@arrears/compliance`.
 * @throws Error listing what is wrong where
 */
export function loadRuleBook(folder: string = shipped): RuleBook {
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  const loaded = loadPacks(files.map((file) => ({ file, text: readFileSync(path.join(folder, file), 'utf8') })));
  if (!loaded.ok) throw new Error(`rule packs are refused:\n${loaded.errors.map(packErrorText).join('\n')}`);
  return ruleBook(loaded.packs);
}

export function ruleBook(packs: readonly RulePack[]): RuleBook {
  const compiled = new Map<string, CompiledPacks>();
  return {
    packs,
    reachMs: Math.max(0, ...packs.map((pack) => compilePacks([pack]).reachMs)),
    ruleIds: [...new Set(packs.flatMap(({ rules }) => rules.map(({ id }) => id)))],
    missingLaw({ packs: names, jurisdiction }) {
      if (names === null) return [];
      const own = names.flatMap((name) => named(packs, name)).map((pack) => pack.jurisdiction);
      const placed = [...new Set(own)].filter((place) => place !== anywhere);
      const places = jurisdiction !== null ? [jurisdiction] : placed.length > 0 ? placed : [defaultJurisdiction];
      const law = places.flatMap((place) => lawOf(packs, place));
      return [...new Set(law)].filter((name) => !names.includes(name));
    },
    of({ packs: names, jurisdiction, actsAs = 'firstParty' }) {
      const wanted = names ?? usualIn(packs, jurisdiction ?? defaultJurisdiction);
      const key = wanted.join(' ');
      const known = compiled.get(key) ?? compilePacks(wanted.flatMap((name) => named(packs, name)));
      compiled.set(key, known);
      return { packs: known, jurisdiction, actsAs };
    },
  };
}

const anywhere = 'any';

function lawOf(packs: readonly RulePack[], jurisdiction: string): readonly string[] {
  const law = packs.filter((pack) => pack.jurisdiction === jurisdiction && jurisdiction !== anywhere);
  if (law.length === 0) throw new UnknownPack(`no rule pack is of ${jurisdiction}`);
  return law.map(({ pack }) => pack);
}

function usualIn(packs: readonly RulePack[], jurisdiction: string): readonly string[] {
  const usual = usualPacks(packs, jurisdiction);
  if (usual.length === 0) throw new UnknownPack(`no rule pack is of ${jurisdiction}`);
  return usual;
}

/** All versions of a pack: which of them is in force the day of a contact says. */
function named(packs: readonly RulePack[], name: string): RulePack[] {
  const versions = packs.filter(({ pack }) => pack === name);
  if (versions.length === 0) throw new UnknownPack(`there is no rule pack ${name}`);
  return versions;
}
