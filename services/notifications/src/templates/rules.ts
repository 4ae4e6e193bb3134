import { compilePacks, evaluate, type CompiledPacks, type Denial, type RulePack } from '@arrears/compliance';
import type { Purpose } from '@arrears/contracts';
import type { Template } from './shape.js';

export type Citation = Denial['citation'];

/** What a check of a text may raise, as rules ask for it in the fact `template.flags`. */
export const templateFlags = [
  'creditor-missing',
  'complaint-channel-missing',
  'impersonation',
  'threat',
  'extra-fee',
  'push-to-borrow',
  'third-party-disclosure',
  'opt-out-missing',
] as const;
export type TemplateFlag = (typeof templateFlags)[number];

/** Agreements without rules of their own are bound by these. */
export const defaultPacks: readonly string[] = ['cn-cba-2026', 'house-default'];

export interface TemplateRules {
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
  const byName = new Map(packs.map((pack) => [pack.pack, pack]));
  const compiled = new Map<string, CompiledPacks>();
  const compiledFor = (names: readonly string[]): CompiledPacks => {
    const key = names.join(' ');
    const known = compiled.get(key) ?? compilePacks(names.map((name) => named(byName, name)));
    compiled.set(key, known);
    return known;
  };
  return {
    unknown: (names) => names.filter((name) => !byName.has(name)),
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

function named(packs: ReadonlyMap<string, RulePack>, name: string): RulePack {
  const pack = packs.get(name);
  if (pack === undefined) throw new Error(`there is no rule pack ${name}`);
  return pack;
}
