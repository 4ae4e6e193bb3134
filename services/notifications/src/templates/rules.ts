import {
  compilePacks,
  evaluate,
  templateFlags,
  usualPacks,
  type CompiledPacks,
  type Contactor,
  type Denial,
  type RulePack,
  type TemplateFlag,
} from '@arrears/compliance';
import type { Purpose } from '@arrears/contracts';
import type { Template } from './shape.js';

export type { TemplateFlag };
export type Citation = Denial['citation'];

export { templateFlags };

export interface TemplateRules {
  /** Agreements without rules of their own are bound by these, at the gate as here. */
  usual: readonly string[];
  /** Names that no pack has. */
  unknown(packs: readonly string[]): string[];
  /** What the rules of these packs that are asked of texts say to the flags on that instant. */
  judge(packs: readonly string[], text: JudgedText): Denial[];
}
/** By what the gate judged the contact: its text is judged by the same. */
export interface Bound {
  packs: readonly { pack: string; packVersion: string }[];
  /** Whose contact it is: some rules bind an agency or a buyer only. */
  by: Contactor;
}
export interface JudgedText {
  at: string;
  /** The creditor himself where nothing is told. */
  by?: Contactor | undefined;
  /** By pack, where one is told; else the day says which version counts. */
  versions?: ReadonlyMap<string, string> | undefined;
  channel: Template['channel'];
  purpose: Purpose;
  flags: readonly TemplateFlag[];
}

export function templateRules(packs: readonly RulePack[]): TemplateRules {
  const compiled = new Map<string, CompiledPacks>();
  const compiledFor = (names: readonly string[], versions: JudgedText['versions']): CompiledPacks => {
    const key = names.map((name) => `${name}@${versions?.get(name) ?? ''}`).join(' ');
    const known = compiled.get(key) ?? compilePacks(names.flatMap((name) => named(packs, name, versions?.get(name))));
    compiled.set(key, known);
    return known;
  };
  return {
    usual: usualPacks(packs),
    unknown: (names) => names.filter((name) => !packs.some(({ pack }) => pack === name)),
    judge(names, { at, channel, purpose, flags, by = 'firstParty', versions }) {
      const contact = {
        ...({ at, channel, purpose, by, asked: 'template' } as const),
        ...{ caseId: 'template', person: 'template', debts: [], zones: [] },
      };
      const facts = { values: { 'template.flags': flags }, events: [], holds: [] };
      const verdict = evaluate(compiledFor(names, versions), contact, facts);
      return verdict.verdict === 'deny' ? verdict.denials : [];
    },
  };
}

/**
 * The version that was told; else, or where this build does not have it, all of them: which one is in force the day of a
 * text says.
 */
function named(packs: readonly RulePack[], name: string, version: string | undefined): RulePack[] {
  const versions = packs.filter(({ pack }) => pack === name);
  if (versions.length === 0) throw new Error(`there is no rule pack ${name}`);
  const told = versions.filter(({ packVersion }) => packVersion === version);
  return told.length > 0 ? told : versions;
}
