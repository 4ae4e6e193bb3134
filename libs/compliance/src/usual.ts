import type { RulePack } from './rule.js';

/** Where nobody says otherwise. */
export const defaultJurisdiction = 'CN';

/**
 * The packs that bind an agreement which names none: all of its jurisdiction, and those that hold anywhere. Empty where no
 * pack is of that jurisdiction: rules that hold anywhere are no law of a place.
 */
export function usualPacks(packs: readonly RulePack[], jurisdiction: string = defaultJurisdiction): readonly string[] {
  const own = packs.filter((pack) => pack.jurisdiction === jurisdiction);
  const usual = own.length === 0 ? [] : [...own, ...packs.filter((pack) => pack.jurisdiction === 'any')];
  return [...new Set(usual.map(({ pack }) => pack))];
}
