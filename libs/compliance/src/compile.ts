import { comparisonsIn, type Comparison } from './condition.js';
import { dayNumber, timeOfDay } from './local-time.js';
import type { Rule, RulePack, Text } from './rule.js';
import type { Channel, Contactor, CounterKey, EventKind, LocalDate, Purpose } from './vocabulary.js';

/** Where it is written, in English; in Chinese under `zh`. */
export interface Citation {
  document: string;
  article: string;
  url?: string;
  zh?: { document: string; article: string };
}

/** A rule with its pack's name on it, in force while both are, with what it asks made ready. */
export interface CompiledRule extends Omit<Rule, 'citation'> {
  pack: string;
  packVersion: string;
  packJurisdiction: string;
  citation: Citation;
  kinds: ReadonlySet<EventKind>;
  /** Parts of its conditions that compare a date with today. */
  dated: readonly Comparison[];
  /** Day numbers from whose first moment it answers otherwise whatever is told: it comes into force, it is over. */
  turns: readonly number[];
  lastTurn: number;
  /** Milliseconds since midnight. */
  opens: number;
  closes: number;
}

export interface CompiledPacks {
  rules: readonly CompiledRule[];
  /** Where a debtor may live whose zone is unknown: the union over the packs of a place. */
  zones: readonly string[];
  versions: readonly PackVersion[];
  /** What must be counted to ask these rules, and how far back at most. */
  counted: readonly { kind: EventKind; key: CounterKey }[];
  reachMs: number;
  /** The rules that concern such a contact at any time, in the order of the packs. */
  concerning(contact: Concerned): readonly CompiledRule[];
}

export interface PackVersion {
  pack: string;
  packVersion: string;
  effectiveFrom?: LocalDate;
  effectiveTo?: LocalDate;
}

export interface Concerned {
  channel: Channel;
  purpose: Purpose;
  by: Contactor;
  jurisdiction?: string;
  asked?: Rule['asked'];
}

export const dayMs = 86_400_000;
/** Before any contact that a gate is asked about. */
const ever = '1970-01-01';

/** Several packs together: every rule of each must permit, which is the intersection of what they permit. */
export function compilePacks(packs: readonly RulePack[]): CompiledPacks {
  const rules = packs.flatMap((pack) => pack.rules.map((rule) => compileRule(pack, rule)));
  const counters = rules.flatMap(({ counter }) => (counter === undefined ? [] : [counter]));
  const known = new Map<string, readonly CompiledRule[]>();
  return {
    rules,
    zones: zonesOf(packs),
    versions: packs.map(({ pack, packVersion, effectiveFrom, effectiveTo }) => ({
      ...{ pack, packVersion },
      ...(effectiveFrom === undefined ? {} : { effectiveFrom }),
      ...(effectiveTo === undefined ? {} : { effectiveTo }),
    })),
    counted: counters.flatMap(({ event, key }) => [event].flat().map((kind) => ({ kind, key }))),
    // A calendar window reaches at most a day and a zone change further than its number of days.
    reachMs: Math.max(0, ...counters.map(({ window }) => reachOf(window))),
    concerning(contact) {
      const { channel, purpose, by, asked = 'contact', jurisdiction = '' } = contact;
      const key = `${channel} ${purpose} ${by} ${asked} ${jurisdiction}`;
      let found = known.get(key);
      if (found === undefined) known.set(key, (found = rules.filter((rule) => concerns(rule, contact))));
      return found;
    },
  };
}

/** A pack that holds anywhere says nothing about where a debtor lives, unless it is alone. */
function zonesOf(packs: readonly RulePack[]): string[] {
  const placed = packs.filter(({ jurisdiction }) => jurisdiction !== 'any');
  return [...new Set((placed.length > 0 ? placed : packs).flatMap(({ zones }) => zones))];
}

/** A pack that is not in force yet, to be asked about the past as if it had been: only what has ended stays ended. */
export function inShadow(pack: RulePack): RulePack {
  const { effectiveFrom: _, effectiveTo: __, ...rest } = pack;
  return { ...rest, rules: pack.rules.map((rule) => ({ ...rule, effectiveFrom: ever })) };
}

/** The versions in force on a local date: what a record names that was judged by these packs. */
export function versionsOn(packs: CompiledPacks, date: LocalDate): { pack: string; packVersion: string }[] {
  return packs.versions
    .filter(({ effectiveFrom = ever, effectiveTo }) => inForce({ effectiveFrom, effectiveTo }, date))
    .map(({ pack, packVersion }) => ({ pack, packVersion }));
}

export function rollingMs(span: { days: number } | { hours: number }): number {
  return 'days' in span ? span.days * dayMs : span.hours * 3_600_000;
}

/** Whether the rule is in force on a local date. */
export function inForce(rule: Pick<Rule, 'effectiveFrom' | 'effectiveTo'>, date: LocalDate): boolean {
  return rule.effectiveFrom <= date && (rule.effectiveTo === undefined || date <= rule.effectiveTo);
}

function compileRule(pack: RulePack, rule: Rule): CompiledRule {
  const { pack: name, packVersion, jurisdiction } = pack;
  const conditions = [rule.when, rule.unless, rule.requires].filter((condition) => condition !== undefined);
  const effectiveTo = [rule.effectiveTo, pack.effectiveTo].filter((date) => date !== undefined).sort()[0];
  const { effectiveFrom: begins = ever } = pack;
  const effectiveFrom = rule.effectiveFrom < begins ? begins : rule.effectiveFrom;
  const turns = [dayNumber(effectiveFrom), ...(effectiveTo === undefined ? [] : [dayNumber(effectiveTo) + 1])];
  return {
    ...rule,
    ...{ pack: name, packVersion, packJurisdiction: jurisdiction, effectiveFrom },
    ...(effectiveTo === undefined ? {} : { effectiveTo }),
    citation: citationOf(rule.citation),
    kinds: new Set(rule.counter === undefined ? [] : [rule.counter.event].flat()),
    dated: conditions.flatMap(comparisonsIn).filter((part) => 'notBefore' in part || 'notAfter' in part),
    ...{ turns, lastTurn: Math.max(...turns) },
    opens: timeOfDay(rule.hours?.from ?? '00:00'),
    closes: timeOfDay(rule.hours?.to ?? '24:00'),
  };
}

function citationOf({ document, article, url }: Rule['citation']): Citation {
  return {
    ...{ document: inLanguage(document, 'en'), article: inLanguage(article, 'en') },
    ...(url === undefined ? {} : { url }),
    zh: { document: inLanguage(document, 'zh'), article: inLanguage(article, 'zh') },
  };
}

const inLanguage = (text: Text, language: 'zh' | 'en'): string => (typeof text === 'string' ? text : text[language]);

function concerns(rule: CompiledRule, contact: Concerned): boolean {
  const jurisdiction = rule.jurisdiction ?? rule.packJurisdiction;
  const here =
    jurisdiction === 'any' ||
    contact.jurisdiction === undefined ||
    contact.jurisdiction === jurisdiction ||
    contact.jurisdiction.startsWith(`${jurisdiction}-`);
  return (
    here &&
    rule.asked === (contact.asked ?? 'contact') &&
    rule.binds.includes(contact.by) &&
    (rule.channels === 'all' || rule.channels.includes(contact.channel)) &&
    (rule.purposes === 'all' || rule.purposes.includes(contact.purpose))
  );
}

function reachOf(window: NonNullable<Rule['counter']>['window']): number {
  return 'rolling' in window ? rollingMs(window.rolling) : (window.calendarDays + 2) * dayMs;
}
