import type { Rule, RulePack } from './rule.js';
import type { CounterKey, EventKind, LocalDate } from './vocabulary.js';

/** A rule with its pack's name on it and its counter made ready to count. */
export interface CompiledRule extends Rule {
  pack: string;
  packVersion: string;
  packJurisdiction: string;
  kinds: ReadonlySet<EventKind>;
}

export interface CompiledPacks {
  rules: readonly CompiledRule[];
  /** Where a debtor may live whose zone is unknown: the union over the packs. */
  zones: readonly string[];
  versions: readonly { pack: string; packVersion: string }[];
  /** What must be counted to ask these rules, and how far back at most. */
  counted: readonly { kind: EventKind; key: CounterKey }[];
  reachMs: number;
}

export const dayMs = 86_400_000;

/** Several packs together: every rule of each must permit, which is the intersection of what they permit. */
export function compilePacks(packs: readonly RulePack[]): CompiledPacks {
  const rules = packs.flatMap(({ pack, packVersion, jurisdiction, rules }) =>
    rules.map((rule) => ({
      ...rule,
      pack,
      packVersion,
      packJurisdiction: jurisdiction,
      kinds: new Set(rule.counter === undefined ? [] : [rule.counter.event].flat()),
    })),
  );
  const counters = rules.flatMap(({ counter }) => (counter === undefined ? [] : [counter]));
  return {
    rules,
    zones: [...new Set(packs.flatMap(({ zones }) => zones))],
    versions: packs.map(({ pack, packVersion }) => ({ pack, packVersion })),
    counted: counters.flatMap(({ event, key }) => [event].flat().map((kind) => ({ kind, key }))),
    // A calendar window reaches at most a day and a zone change further than its number of days.
    reachMs: Math.max(0, ...counters.map(({ window }) => reachOf(window))),
  };
}

export function rollingMs(span: { days: number } | { hours: number }): number {
  return 'days' in span ? span.days * dayMs : span.hours * 3_600_000;
}

/** Whether the rule is in force on a local date. */
export function inForce(rule: Pick<Rule, 'effectiveFrom' | 'effectiveTo'>, date: LocalDate): boolean {
  return rule.effectiveFrom <= date && (rule.effectiveTo === undefined || date <= rule.effectiveTo);
}

function reachOf(window: NonNullable<Rule['counter']>['window']): number {
  return 'rolling' in window ? rollingMs(window.rolling) : (window.calendarDays + 2) * dayMs;
}
