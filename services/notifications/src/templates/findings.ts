import type { Citation } from './rules.js';
import type { Language } from './shape.js';

/** `error`: such a text is neither saved nor sent. */
export interface Finding {
  code: FindingCode;
  severity: 'error' | 'warning';
  language: Language | null;
  /** Where in the template: `texts.zh.paragraphs.2`, `variables.total`; `text` for the text as a whole when it is sent. */
  place: string;
  zh: string;
  en: string;
  fix: string;
  /** Of the code `rule`: which rule of which pack refuses it. */
  rule?: { id: string; pack: string; packVersion: string; citation: Citation };
}

/** What each finding says. `$1` is what was found; it never is a person's data. */
const catalogue = {
  'bad-placeholder': [
    'error',
    '有不属于任何变量的花括号（第 $1 个字符处）',
    'a brace that belongs to no placeholder (at character $1)',
    'write {name}, or {name? text with {name} }, one inside the other at most once; a text itself has no braces',
  ],
  'unknown-variable': [
    'error',
    '文本使用了未声明的变量 {$1}',
    'the text uses {$1}, which "variables" does not declare',
    'declare it under variables, or take it out of the text',
  ],
  'unused-variable': [
    'error',
    '声明了变量 $1，但此语言的文本未使用',
    '$1 is declared but the text of this language does not use it',
    'use it in both languages, or take the declaration out',
  ],
  'not-supplied': [
    'error',
    '系统不提供变量 $1',
    'nothing supplies a variable $1',
    'use one of the variables that a message can have: see the README of notifications',
  ],
  'variable-type': ['error', '变量 $1 的类型不对', 'the variable $1 is of another type', 'give it the type $2'],
  'maybe-missing': [
    'error',
    '变量 $1 不一定有值，必须声明为可选',
    '$1 has not always a value',
    'set optional: true and write {$1? text with {$1} } around it',
  ],
  'not-guarded': [
    'error',
    '可选变量 $1 未放在条件部分内',
    'the optional variable $1 stands outside a part that is shown only with it',
    'write {$1? text with {$1} }',
  ],
  'sample-type': [
    'error',
    '变量 $1 的示例与类型 $2 不符',
    'the sample of $1 is not of type $2',
    'give a sample of that type: money as {minor, currency}, a date as YYYY-MM-DD, list and rows as a list',
  ],
  'rows-alone': [
    'error',
    '表格变量 $1 必须单独成段，且只能用于邮件和信函',
    'the table $1 must be a paragraph of its own, in an e-mail or a letter',
    'let a paragraph be {$1} and nothing else',
  ],
  'creditor-missing': [
    'error',
    '未写明债权人',
    'the creditor is not named',
    'put {creditor} into the text, outside optional parts',
  ],
  'complaint-channel-missing': [
    'error',
    '未写明投诉渠道',
    'no complaint channel is given',
    'put {complaintChannel} into the text, outside optional parts',
  ],
  signature: [
    'error',
    '短信签名【…】必须位于开头或结尾，且只能出现一次',
    'the signature must stand once, at the very beginning or end',
    'begin the text with 【{creditor}】 (English: [{creditor}]) and use these brackets nowhere else',
  ],
  impersonation: [
    'error',
    '出现司法、公安或行政机关名称：“$1”',
    'it names a court, the police or an administration: "$1"',
    'take the name out; the creditor speaks for himself only',
  ],
  threat: ['error', '含威胁性用语：“$1”', 'it threatens: "$1"', 'say what is owed, until when, and whom to call'],
  'extra-fee': [
    'error',
    '以催收名义收取额外费用：“$1”',
    'it asks for a fee in the name of collection: "$1"',
    'take the fee out: nothing may be charged for collecting',
  ],
  'push-to-borrow': [
    'error',
    '诱导借新还旧或另行借款：“$1”',
    'it pushes to borrow elsewhere: "$1"',
    'offer to agree on how to pay instead',
  ],
  'third-party-disclosure': [
    'error',
    '可能发给第三人的文本不得透露债务：“$1”',
    'a text that may reach a third person must not tell of the debt: "$1"',
    'ask for a way to reach the person and nothing else',
  ],
  audience: [
    'error',
    '目的 locate 的模板必须以第三人为对象',
    'a template of purpose locate is for third persons',
    'set audience: third-party',
  ],
  'unknown-pack': [
    'error',
    '没有名为 $1 的规则包',
    'there is no rule pack $1',
    'name packs that GET /rule-packs of contacts lists, or leave packs out',
  ],
  'forbidden-character': [
    'error',
    '含不可见或控制字符（$1）',
    'it has an invisible or control character ($1)',
    'delete the character; in subject, SMS and script line breaks too',
  ],
  'too-long': ['error', '过长：$1，最多 $2', 'too long: $1, at most $2', 'shorten the text'],
  'long-sms': [
    'warning',
    '短信将拆分为 $1 条计费',
    'the SMS travels as $1 segments',
    'shorten it if one or two segments can say the same',
  ],
  'missing-value': [
    'error',
    '无法生成文本：$1',
    'the text can not be made: $1',
    'give every variable that is not optional',
  ],
  rule: ['error', '$1', '$2', 'change what the rule forbids; its citation says where it stands'],
} as const satisfies Record<string, readonly ['error' | 'warning', string, string, string]>;
export type FindingCode = keyof typeof catalogue;

export function finding(
  code: FindingCode,
  at: { language?: Language; place: string },
  ...found: (string | number)[]
): Finding {
  const [severity, zh, en, fix] = catalogue[code];
  const say = (sentence: string) =>
    sentence.replace(/\$(\d)/g, (_all, index: string) => String(found[Number(index) - 1] ?? ''));
  return { code, severity, language: at.language ?? null, place: at.place, zh: say(zh), en: say(en), fix: say(fix) };
}

export const isError = ({ severity }: Finding): boolean => severity === 'error';

/** Each finding once, in the order found. */
export function distinct(findings: readonly Finding[]): Finding[] {
  const seen = new Map(findings.map((one) => [JSON.stringify([one.code, one.place, one.en, one.rule?.id]), one]));
  return [...seen.values()];
}
