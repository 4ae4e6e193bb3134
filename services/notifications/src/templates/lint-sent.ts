import { finding, type Finding } from './findings.js';
import { harmless } from './format.js';
import type { PhraseKind, Phrases } from './phrases.js';
import type { JudgedText, TemplateFlag, TemplateRules } from './rules.js';
import { smsLength } from './segments.js';
import type { Language, Template, Variables } from './shape.js';
import type { Rendered } from './template.js';

/** The most that is handed over. An SMS of ten segments is where networks begin to refuse. */
export interface LengthLimits {
  smsSegments: number;
  subjectCharacters: number;
  emailCharacters: number;
  letterCharacters: number;
  /** What is spoken in about a minute and a half. */
  scriptCharacters: number;
}
export const defaultLimits: LengthLimits = {
  smsSegments: 10,
  subjectCharacters: 120,
  emailCharacters: 20_000,
  letterCharacters: 12_000,
  scriptCharacters: 500,
};

export interface LintBasis {
  phrases: Phrases;
  rules: TemplateRules;
  packs: readonly string[];
  /** What else the gate told of how it judged. */
  by?: JudgedText['by'];
  versions?: JudgedText['versions'];
  /** Business time at which the rules are asked. */
  at: string;
  limits?: LengthLimits;
}

const manySegments = 5;

/** What may be wrong with a text as it would be read. `text` in a place stands for the text of the language. */
export function checkSending(
  template: Template,
  language: Language,
  rendered: Rendered,
  values: Variables,
  basis: LintBasis,
): Finding[] {
  const at = { language, place: 'text' };
  const named = [
    ...(names(rendered, values['creditor']) ? [] : [finding('creditor-missing', at)]),
    ...(names(rendered, values['complaintChannel']) ? [] : [finding('complaint-channel-missing', at)]),
  ];
  const phrases = checkPhrases(template, language, rendered, values, basis.phrases);
  const flags = new Set<TemplateFlag>([...named, ...phrases].map(({ code }) => code as TemplateFlag));
  if (basis.phrases.find('opt-out', rendered.text).length === 0) flags.add('opt-out-missing');
  return [
    ...named,
    ...phrases,
    ...checkRules(template, language, [...flags], basis),
    ...(rendered.channel === 'sms' ? checkSignature(rendered.text, language, values['creditor']) : []),
    ...checkLength(rendered, language, basis.limits ?? defaultLimits),
  ];
}

function names({ channel, text }: Rendered, value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const shown = harmless(value, channel);
  return shown !== '' && text.includes(shown);
}

const forbidden = ['impersonation', 'threat', 'extra-fee', 'push-to-borrow'] as const satisfies readonly PhraseKind[];

function checkPhrases(
  { audience }: Template,
  language: Language,
  rendered: Rendered,
  values: Variables,
  phrases: Phrases,
): Finding[] {
  const text = withoutNames(rendered, values);
  const at = { language, place: 'text' };
  const found = forbidden.flatMap((kind) => phrases.find(kind, text).map((phrase) => finding(kind, at, phrase)));
  if (audience === 'debtor') return found;
  return [...found, ...phrases.find('debt', text).map((phrase) => finding('third-party-disclosure', at, phrase))];
}

/**
 * Names are what they are: a lender that is called after the county of Gong'an, a debtor called Court, a supervisor's
 * complaint line. They come from the agreement and the bank's records, not from an author.
 */
function withoutNames({ channel, text, ...rest }: Rendered, values: Variables): string {
  const subject = 'subject' in rest ? rest.subject : '';
  const own = ['creditor', 'complaintChannel', 'salutation'].flatMap((name) => {
    const value = values[name];
    const shown = typeof value === 'string' ? harmless(value, channel) : '';
    return shown === '' ? [] : [shown];
  });
  const longestFirst = own.sort((one, other) => other.length - one.length);
  return longestFirst.reduce((left, name) => left.replaceAll(name, '\u3007'), `${subject}\n${text}`);
}

function checkRules(
  { channel, purpose }: Template,
  language: Language,
  flags: readonly TemplateFlag[],
  { rules, packs, by, versions, at }: LintBasis,
): Finding[] {
  return rules.judge(packs, { at, channel, purpose, flags, by, versions }).map((denial) => ({
    ...finding('rule', { language, place: 'text' }, denial.zh, denial.en),
    rule: { id: denial.rule, pack: denial.pack, packVersion: denial.packVersion, citation: denial.citation },
  }));
}

/** Networks in China show 【…】 at one end of an SMS as its sender and refuse a text that has none. */
function checkSignature(text: string, language: Language, creditor: unknown): Finding[] {
  const name = harmless(typeof creditor === 'string' ? creditor : '', 'sms');
  const forms = language === 'zh' ? [`【${name}】`] : [`【${name}】`, `[${name}]`];
  const signed = forms.some((form) => text.startsWith(form) || text.endsWith(form));
  const brackets = text.match(/[【】]/g)?.length ?? 0;
  const once = brackets === 0 || (brackets === 2 && forms.some((form) => form.startsWith('【') && text.includes(form)));
  return signed && once ? [] : [finding('signature', { language, place: 'text' })];
}

function checkLength(rendered: Rendered, language: Language, limits: LengthLimits): Finding[] {
  const at = { language, place: 'text' };
  const { channel, text } = rendered;
  if (channel === 'sms') {
    const { segments } = smsLength(text);
    if (segments > limits.smsSegments)
      return [finding('too-long', at, `${segments} SMS segments`, `${limits.smsSegments}`)];
    return segments >= manySegments ? [finding('long-sms', at, segments)] : [];
  }
  const most = { email: limits.emailCharacters, letter: limits.letterCharacters, voiceBot: limits.scriptCharacters }[
    channel
  ];
  const findings = text.length > most ? [finding('too-long', at, `${text.length} characters`, `${most}`)] : [];
  if (!('subject' in rendered) || rendered.subject.length <= limits.subjectCharacters) return findings;
  const subject = { language, place: 'text.subject' };
  return [
    ...findings,
    finding('too-long', subject, `${rendered.subject.length} characters`, `${limits.subjectCharacters}`),
  ];
}
