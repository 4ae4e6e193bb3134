import { isAlias, isNode, LineCounter, parseDocument, type Document } from 'yaml';
import { compilePacks } from './compile.js';
import { evaluate, type Contact, type CountedEvent } from './evaluate.js';
import { faultsOf } from './refusals.js';
import { rulePack, type Rule, type RuleExample, type RulePack } from './rule.js';

/** What is wrong with a pack, so that its author finds the place: file, line (from 1), rule and a sentence. */
export interface PackError {
  file: string;
  line: number;
  rule: string | null;
  message: string;
}
export type LoadedPack = { ok: true; pack: RulePack } | { ok: false; errors: PackError[] };

export type LoadedPacks = { ok: true; packs: RulePack[] } | { ok: false; errors: PackError[] };

/**
 * Reads a pack from YAML (or JSON, which is YAML), checks its shape and runs every example of every rule against that rule alone.
 * A pack with any error is refused whole: half a law is not a law.
 */
export function loadPack(text: string, file: string): LoadedPack {
  const read = readPack(text, file);
  return read.ok ? { ok: true, pack: read.pack } : read;
}

/**
 * Several packs, and several versions of one: at most one version may be in force on any day.
 * Everything wrong with any of them is told at once.
 */
export function loadPacks(files: readonly { file: string; text: string }[]): LoadedPacks {
  const read = files.map(({ file, text }) => readPack(text, file));
  const good = read.flatMap((one) => (one.ok ? [one] : []));
  const errors = [...read.flatMap((one) => (one.ok ? [] : one.errors)), ...clashes(good)];
  return errors.length === 0 ? { ok: true, packs: good.map(({ pack }) => pack) } : { ok: false, errors };
}

/** One line an error, as it is printed. */
export function packErrorText({ file, line, rule, message }: PackError): string {
  return `${file}:${line}: ${rule === null ? '' : `${rule}: `}${message}`;
}

/** Examples of a rule that do not come out as they say, when only these rules are in force; by default the rule itself. */
export function contradictions(pack: RulePack, rule: Rule, inForce: readonly Rule[] = [rule]): Contradiction[] {
  return rule.examples.flatMap((example, index) => {
    const message = tryExample({ ...pack, rules: [...inForce] }, rule, example);
    return message === null ? [] : [{ index, message }];
  });
}
export interface Contradiction {
  /** Which example of the rule, from 0. */
  index: number;
  message: string;
}

interface ReadPack {
  ok: true;
  pack: RulePack;
  file: string;
  lineOf(path: readonly PropertyKey[]): number;
}

function readPack(text: string, file: string): ReadPack | { ok: false; errors: PackError[] } {
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
  const plain = plainOf(document);
  if (!plain.ok) return { ok: false, errors: [{ file, line: 1, rule: null, message: plain.message }] };
  const { input } = plain;
  const parsed = rulePack.safeParse(input);
  if (!parsed.success)
    return {
      ok: false,
      errors: faultsOf(parsed.error.issues, input).map(({ path, message }) => ({
        file,
        line: lineOf(path),
        rule: ruleNamed(input, path),
        message: `${path.join('.')}: ${message}`,
      })),
    };
  const pack = parsed.data;
  const errors = pack.rules.flatMap((rule, index) =>
    contradictions(pack, rule).map(({ index: number, message }) => {
      const line = lineOf(['rules', index, 'examples', number]);
      return { file, line, rule: rule.id, message };
    }),
  );
  return errors.length === 0 ? { ok: true, pack, file, lineOf } : { ok: false, errors };
}

/** A law's citation stands in each of its rules, and what its examples share is written once; a text of aliases alone is none. */
const mostAliases = 10_000;

function plainOf(document: Document): { ok: true; input: unknown } | { ok: false; message: string } {
  try {
    return { ok: true, input: document.toJS({ maxAliasCount: mostAliases }) };
  } catch (error) {
    // An alias of nothing, or more of them than anybody writes by hand.
    if (error instanceof ReferenceError) return { ok: false, message: error.message };
    throw error;
  }
}

/** Versions of one pack that would be in force on the same day, or that bear the same name. */
function clashes(read: readonly ReadPack[]): PackError[] {
  return read.flatMap((one, index) =>
    read.slice(0, index).flatMap((other): PackError[] => {
      if (one.pack.pack !== other.pack.pack) return [];
      const at = (path: string) => ({ file: one.file, line: one.lineOf([path]), rule: null });
      const versions = `${one.pack.pack} ${one.pack.packVersion}`;
      if (one.pack.packVersion === other.pack.packVersion)
        return [
          { ...at('packVersion'), message: `${versions} stands in ${other.file} too: give one another packVersion` },
        ];
      if (!overlap(one.pack, other.pack)) return [];
      const message = `${versions} (${period(one.pack)}) overlaps version ${other.pack.packVersion} (${period(other.pack)}) in ${other.file}: let one end (effectiveTo) before the other begins (effectiveFrom)`;
      return [{ ...at('effectiveFrom'), message }];
    }),
  );
}

type Period = Pick<RulePack, 'effectiveFrom' | 'effectiveTo'>;

function overlap(one: Period, other: Period): boolean {
  const beginsInTime = (a: Period, b: Period) =>
    a.effectiveFrom === undefined || b.effectiveTo === undefined || a.effectiveFrom <= b.effectiveTo;
  return beginsInTime(one, other) && beginsInTime(other, one);
}

const period = ({ effectiveFrom = '…', effectiveTo = '…' }: Period): string => `${effectiveFrom} to ${effectiveTo}`;

/** Null when the example comes out as it says. An example is of its rule: when its pack is in force is not its matter. */
function tryExample(pack: RulePack, rule: Rule, example: RuleExample): string | null {
  const { given, expect } = example;
  const contact = contactOf(pack, rule, given);
  const { effectiveFrom: _, effectiveTo: __, ...always } = pack;
  const verdict = evaluate(compilePacks([always]), contact, {
    values: given.facts ?? {},
    events: (given.events ?? []).flatMap((event) =>
      Array<CountedEvent>(event.times ?? 1).fill(eventOf(contact, event)),
    ),
    holds: [],
    holidays: given.holidays ?? [],
  });
  const found = verdict.verdict === 'permit' ? 'passes' : `denied until ${verdict.denials[0]?.until ?? ''}`;
  const wanted = expect === 'passes' ? 'passes' : `denied until ${normal(expect.denied.until)}`;
  return found === wanted
    ? null
    : `example "${example.name}" says ${wanted} but is ${found}: correct the rule or the example`;
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

type ExampleEvent = NonNullable<RuleExample['given']['events']>[number];

function eventOf(contact: Contact, { kind, at, other }: ExampleEvent): CountedEvent {
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
