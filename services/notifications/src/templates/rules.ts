import {
  compilePacks,
  evaluate,
  templateFlags,
  usualPacks,
  type CompiledPacks,
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
export interface JudgedText {
  at: string;
  channel: Template['channel'];
  purpose: Purpose;
  flags: readonly TemplateFlag[];
}

export function templateRules(packs: readonly RulePack[]): TemplateRules {
  const compiled = new Map<string, CompiledPacks>();
  const compiledFor = (names: readonly string[]): CompiledPacks => {
    const key = names.join(' ');
    const known = compiled.get(key) ?? compilePacks(names.flatMap((name) => named(packs, name)));
    compiled.set(key, known);
    return known;
  };
  return {
    usual: usualPacks(packs),
    unknown: (names) => names.filter((name) => !packs.some(({ pack }) => pack === name)),
    judge(names, { at, channel, purpose, flags }) {
      const contact = {
        ...({ at, channel, purpose, by: 'firstParty', asked: 'template' } as const),
        ...{ caseId: 'template', person: 'template', debts: [], zones: [] },
      };
      const facts = { values: { 'template.flags': flags }, events: [], holds: [] };
      const verdict = evaluate(compiledFor(names), contact, facts);
      return verdict.verdict === 'deny' ? verdict.denials : [];
    },
  };
}

/** All versions of a pack: which of them is in force the day of a text says. */
function named(packs: readonly RulePack[], name: string): RulePack[] {
  const versions = packs.filter(({ pack }) => pack === name);
  if (versions.length === 0) throw new Error(`there is no rule pack ${name}`);
  return versions;
}
