import { inquire, nextDenied, nextPermitted, permits, type Inquiry } from './ask.js';
import { dayMs, type Citation, type CompiledPacks, type CompiledRule } from './compile.js';
import { stoppedSpans, type Span } from './holds.js';
import type { Hold, Rule } from './rule.js';
import type { Channel, Contactor, EventKind, FactValues, Instant, LocalDate, Purpose } from './vocabulary.js';

/** One intended contact with one person. Ids are opaque; `number` is the same for the same number whoever has it. */
export interface Contact {
  at: Instant;
  channel: Channel;
  purpose: Purpose;
  by: Contactor;
  caseId: string;
  person: string;
  number?: string;
  debts: readonly string[];
  /** The debtor's zones; none means unknown, and then it must be allowed in every zone of the packs. */
  zones: readonly string[];
  jurisdiction?: string;
  asked?: Rule['asked'];
}

/** Something that happened and is counted, or is reserved and may still happen. */
export interface CountedEvent {
  kind: EventKind;
  at: Instant;
  person?: string;
  number?: string;
  caseId?: string;
  debts?: readonly string[];
}

export interface Facts {
  values: FactValues;
  events: readonly CountedEvent[];
  holds: readonly Hold[];
  holidays?: readonly LocalDate[];
  /** This person may never be contacted again, by anyone, for whatever purpose. */
  neverContact?: boolean;
}

export interface Denial {
  rule: string;
  pack: string;
  packVersion: string;
  severity: Rule['severity'];
  citation: Citation;
  zh: string;
  en: string;
  /** When this rule alone would permit, were nothing else to happen. */
  until: Instant | 'never';
}

export type Verdict =
  /** `windowEnds`: the first instant at which a rule says no again, looking at most 24 hours ahead. */
  | { verdict: 'permit'; windowEnds: Instant }
  /** `earliest`: the first instant at which all rules would permit, were nothing else to happen. */
  | { verdict: 'deny'; denials: Denial[]; earliest: Instant | 'never' };

/**
 * Asks every rule of every pack, every hold and the never-contact mark. Pure: the same contact and facts give the same
 * verdict. A contact is permitted only where all of them permit it.
 */
export function evaluate(packs: CompiledPacks, contact: Contact, facts: Facts): Verdict {
  const at = Date.parse(contact.at);
  const zones = contact.zones.length > 0 ? contact.zones : packs.zones;
  if (zones.length === 0) throw new Error('no time zone is known: neither the debtor nor a pack names one');
  const inquiry = inquire(contact, facts, zones);
  const rules = packs.concerning(contact);
  const target = { person: contact.person, accounts: contact.debts };
  const stopped = stoppedSpans(facts.holds, 'contact', target, contact.purpose);

  const denials = [
    ...(facts.neverContact === true ? [neverContact] : []),
    ...rules.filter((rule) => !permits(rule, inquiry, at)).map((rule) => denialOf(rule, inquiry, at)),
    ...holdDenials(facts.holds, contact, at),
  ];
  if (denials.length > 0) {
    const earliest = facts.neverContact === true ? Infinity : earliestFor(rules, inquiry, stopped, at);
    return { verdict: 'deny', denials, earliest: earliest === Infinity ? 'never' : iso(earliest) };
  }
  const limit = Math.min(at + dayMs, ...stopped.map(({ from }) => from).filter((from) => from > at));
  const ends = rules.reduce((soonest, rule) => nextDenied(rule, inquiry, at, soonest), limit);
  return { verdict: 'permit', windowEnds: iso(ends) };
}

/**
 * Each rule's next permitted time never lies after the common one, so taking the latest of them again and again climbs
 * to the first common instant and never jumps over it.
 */
function earliestFor(rules: readonly CompiledRule[], inquiry: Inquiry, stopped: readonly Span[], at: number): number {
  let t = at;
  for (let round = 0; round < 1_000; round += 1) {
    const next = Math.max(afterSpans(stopped, t), ...rules.map((rule) => nextPermitted(rule, inquiry, t)));
    if (next === t || next === Infinity) return next;
    t = next;
  }
  return Infinity;
}

function afterSpans(spans: readonly Span[], t: number): number {
  return spans.find(({ from, to }) => from <= t && t < to)?.to ?? t;
}

function denialOf(rule: CompiledRule, inquiry: Inquiry, at: number): Denial {
  const { id, pack, packVersion, severity, citation, zh, en } = rule;
  // Only a limit ends by itself; what blocks or is required stays so until somebody changes a fact, or the rule ends.
  const until = nextPermitted(rule, inquiry, at);
  return { rule: id, pack, packVersion, severity, citation, zh, en, until: until === Infinity ? 'never' : iso(until) };
}

/** One denial a kind of hold: each says how long it alone, with its overlapping and adjoining like, would last. */
function holdDenials(holds: readonly Hold[], contact: Contact, at: number): Denial[] {
  const target = { person: contact.person, accounts: contact.debts };
  return [...new Set(holds.map(({ kind }) => kind))].sort().flatMap((kind) => {
    const spans = stoppedSpans(
      holds.filter((hold) => hold.kind === kind),
      'contact',
      target,
      contact.purpose,
    );
    const to = afterSpans(spans, at);
    return to === at
      ? []
      : [
          {
            ...holdDenial,
            citation: { ...holdDenial.citation, article: kind, zh: { document: '案件暂停', article: kind } },
            until: to === Infinity ? ('never' as const) : iso(to),
          },
        ];
  });
}

const builtIn = { pack: 'gate', packVersion: '1', severity: 'house' } as const;
const holdDenial = {
  ...builtIn,
  rule: 'HOLD',
  citation: { document: 'Hold on the case' },
  zh: '案件处于暂停状态，此目的的触达不被允许',
  en: 'A hold on the case does not allow a contact for this purpose',
};
const neverContact: Denial = {
  ...builtIn,
  rule: 'NEVER-CONTACT',
  citation: {
    ...{ document: 'Never-contact mark', article: 'person' },
    zh: { document: '永不联系标记', article: '人员' },
  },
  zh: '该人员已标记为永不联系',
  en: 'This person may never be contacted',
  until: 'never',
};

function iso(t: number): Instant {
  return new Date(t).toISOString();
}
