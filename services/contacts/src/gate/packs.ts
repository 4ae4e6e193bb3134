import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { compilePacks, loadPack, packErrorText, type CompiledPacks, type RulePack } from '@arrears/compliance';

/** Agreements without rules of their own are bound by these. */
export const defaultPacks = ['cn-cba-2026', 'house-default'];

export interface RuleBook {
  /** @throws Error naming a pack that does not exist: an agreement whose rules are unknown contacts nobody. */
  of(packs: readonly string[] | null): CompiledPacks;
  packs: readonly RulePack[];
  /** Every rule id, for metric labels. */
  ruleIds: readonly string[];
}

/** Every pack that ships with `@arrears/compliance`, with its examples run. @throws Error listing what is wrong where */
export function loadRuleBook(): RuleBook {
  const folder = path.join(
    path.dirname(createRequire(import.meta.url).resolve('@arrears/compliance/package.json')),
    'packs',
  );
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  return ruleBook(files.map((file) => shippedPack(path.join(folder, file), file)));
}

export function ruleBook(packs: readonly RulePack[]): RuleBook {
  const byName = new Map(packs.map((pack) => [pack.pack, pack]));
  const compiled = new Map<string, CompiledPacks>();
  return {
    packs,
    ruleIds: packs.flatMap(({ rules }) => rules.map(({ id }) => id)),
    of(names) {
      const wanted = names ?? defaultPacks;
      const key = wanted.join(' ');
      const known = compiled.get(key) ?? compilePacks(wanted.map((name) => named(byName, name)));
      compiled.set(key, known);
      return known;
    },
  };
}

function named(packs: ReadonlyMap<string, RulePack>, name: string): RulePack {
  const pack = packs.get(name);
  if (pack === undefined) throw new Error(`there is no rule pack ${name}`);
  return pack;
}

function shippedPack(file: string, name: string): RulePack {
  const loaded = loadPack(readFileSync(file, 'utf8'), name);
  if (!loaded.ok) throw new Error(`rule packs are refused:\n${loaded.errors.map(packErrorText).join('\n')}`);
  return loaded.pack;
}
