import { isAlias, isNode, LineCounter, parseDocument, type Document } from 'yaml';
import { compilePacks } from './compile.js';
import { evaluate, type Contact, type CountedEvent } from './evaluate.js';
import { rulePack, type Rule, type RuleExample, type RulePack } from './rule.js';
import type { CounterKey } from './vocabulary.js';

/** What is wrong with a pack, so that its author finds the place: file, line (from 1), rule and a sentence. */
export interface PackError {
  file: string;
  line: number;
  rule: string | null;
  message: string;
}
export type LoadedPack = { ok: true; pack: RulePack } | { ok: false; errors: PackError[] };

/**
 * Reads a pack from YAML (or JSON, which is YAML), checks its shape and runs every example of every rule against that rule alone.
 * A pack with any error is refused whole: half a law is not a law.
 */
export function loadPack(text: string, file: string): LoadedPack {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const lineOf = (path: readonly PropertyKey[]) => lineAt(document, lines, path);
  if (document.errors.length > 0)
    return {
      ok: false,
      errors: document.errors.map(({ pos, message }) => ({
        file,
        line: lines.linePos(pos[0]).line,
        rule: null,
        message,
      })),
    };
  const input: unknown = document.toJS();
  const parsed = rulePack.safeParse(input);
  if (!parsed.success)
    return {
      ok: false,
      errors: parsed.error.issues.map(({ path, message }) => ({
        file,
        line: lineOf(path),
        rule: ruleNamed(input, path),
        message: `${path.join('.')}: ${message}`,
      })),
    };
  const errors = parsed.data.rules.flatMap((rule, index) =>
    rule.examples.flatMap((example, number) => {
      const message = tryExample(parsed.data, rule, example);
      const line = lineOf(['rules', index, 'examples', number]);
      return message === null ? [] : [{ file, line, rule: rule.id, message }];
    }),
  );
  return errors.length === 0 ? { ok: true, pack: parsed.data } : { ok: false, errors };
}

/** One line an error, as it is printed. */
export function packErrorText({ file, line, rule, message }: PackError): string {
  return `${file}:${line}: ${rule === null ? '' : `${rule}: `}${message}`;
}

/** Null when the example comes out as it says. */
function tryExample(pack: RulePack, rule: Rule, example: RuleExample): string | null {
  const { given, expect } = example;
  const contact = contactOf(pack, rule, given);
  const verdict = evaluate(compilePacks([{ ...pack, rules: [rule] }]), contact, {
    values: given.facts ?? {},
    events: (given.events ?? []).map(({ kind, at, other }) => eventOf(contact, kind, at, other)),
    holds: [],
    holidays: given.holidays ?? [],
  });
  const found = verdict.verdict === 'permit' ? 'passes' : `denied until ${verdict.denials[0]?.until ?? ''}`;
  const wanted = expect === 'passes' ? 'passes' : `denied until ${normal(expect.denied.until)}`;
  return found === wanted ? null : `example "${example.name}" says ${wanted} but is ${found}`;
}

function contactOf(pack: RulePack, rule: Rule, given: RuleExample['given']): Contact {
  return {
    at: new Date(given.at).toISOString(),
    channel: given.channel ?? (rule.channels === 'all' ? 'sms' : (rule.channels[0] ?? 'sms')),
    purpose: given.purpose ?? (rule.purposes === 'all' ? 'collect' : (rule.purposes[0] ?? 'collect')),
    by: given.by ?? rule.binds[0] ?? 'firstParty',
    caseId: 'case',
    person: 'person',
    number: 'number',
    debts: ['debt'],
    zones: given.zones ?? pack.zones.slice(0, 1),
    asked: rule.asked,
  };
}

function eventOf(contact: Contact, kind: CountedEvent['kind'], at: string, other?: CounterKey): CountedEvent {
  return {
    kind,
    at,
    person: other === 'person' ? 'another' : contact.person,
    number: other === 'number' ? 'another' : 'number',
    caseId: other === 'case' ? 'another' : contact.caseId,
    debts: other === 'debt' ? ['another'] : contact.debts,
  };
}

function normal(until: string): string {
  return until === 'never' ? until : new Date(until).toISOString();
}

/** The line of the deepest part of the path that stands in the text: a missing key is reported where it should be. */
function lineAt(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && !isAlias(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

function ruleNamed(input: unknown, path: readonly PropertyKey[]): string | null {
  if (path[0] !== 'rules' || typeof path[1] !== 'number') return null;
  const rules = (input as { rules?: unknown }).rules;
  const rule: unknown = Array.isArray(rules) ? rules[path[1]] : undefined;
  const id = typeof rule === 'object' && rule !== null ? (rule as { id?: unknown }).id : undefined;
  return typeof id === 'string' ? id : `rule number ${path[1] + 1}`;
}
