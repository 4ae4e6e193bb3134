import { z } from 'zod';

/** A text with typed variables. Nothing reaches a debtor that was not written down, versioned and checked here. */
const variable = z.strictObject({
  type: z.enum(['text', 'integer', 'list']),
  optional: z.boolean().optional(),
  /** Shown in previews and used by the check on load. */
  sample: z.union([z.string(), z.number(), z.array(z.string())]),
});
export const templateSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  version: z.int().min(1),
  channel: z.enum(['sms']),
  purpose: z.string(),
  title: z.strictObject({ zh: z.string(), en: z.string() }),
  variables: z.record(z.string().regex(/^[a-zA-Z]+$/), variable),
  texts: z.strictObject({ zh: z.string().min(1), en: z.string().min(1) }),
});
export type Template = z.infer<typeof templateSchema>;
export type Language = keyof Template['texts'];
export type Variables = Readonly<Record<string, string | number | readonly string[]>>;

/** `{name}` or `{name? text shown only when it is given, {name} included }`. */
const placeholder = /\{(\w+)\?((?:[^{}]|\{\w+\})*)\}|\{(\w+)\}/g;

/** Longest SMS we hand over: ten concatenated UCS-2 segments of 67 characters. */
export const maxSmsCharacters = 670;

export interface TemplateProblem {
  template: string;
  code: 'unknown-variable' | 'unused-variable' | 'sample-type' | 'too-long' | 'creditor-missing';
  detail: string;
}

/** Names of all variables that a text mentions. */
export function variablesOf(text: string): Set<string> {
  return new Set([...text.matchAll(/\{(\w+)[?}]/g)].map((match) => match[1] ?? ''));
}

/** Everything wrong with a template that its shape does not show. Empty = fit for use. */
export function checkTemplate(template: Template): TemplateProblem[] {
  const problems: TemplateProblem[] = [];
  const report = (code: TemplateProblem['code'], detail: string) =>
    problems.push({ template: template.id, code, detail });
  for (const [language, text] of Object.entries(template.texts)) {
    const used = variablesOf(text);
    for (const name of used) {
      if (!template.variables[name])
        report('unknown-variable', `texts.${language} uses {${name}}, which "variables" does not declare`);
    }
    for (const name of Object.keys(template.variables)) {
      if (!used.has(name))
        report('unused-variable', `variables.${name} is declared but texts.${language} does not use it`);
    }
    if (!used.has('creditor')) report('creditor-missing', `texts.${language} does not name the creditor`);
  }
  for (const [name, { type, sample }] of Object.entries(template.variables)) {
    if (!fits(type, sample)) report('sample-type', `variables.${name}: the sample is not of type ${type}`);
  }
  if (problems.length === 0) {
    const samples = Object.fromEntries(Object.entries(template.variables).map(([name, { sample }]) => [name, sample]));
    for (const language of ['zh', 'en'] as const) {
      const length = render(template, language, samples).length;
      if (length > maxSmsCharacters)
        report('too-long', `texts.${language} has ${length} characters with its samples; at most ${maxSmsCharacters}`);
    }
  }
  return problems;
}

/**
 * The text with its variables put in. Values are put in as they are and never read as placeholders again.
 * Throws a RangeError for a variable that is missing, undeclared or of another type: such a text must not be sent.
 */
export function render(template: Template, language: Language, values: Variables): string {
  for (const [name, { type, optional }] of Object.entries(template.variables)) {
    const value = values[name];
    if (value === undefined && !optional) throw new RangeError(`${template.id}: variable ${name} is missing`);
    if (value !== undefined && !fits(type, value))
      throw new RangeError(`${template.id}: variable ${name} is not of type ${type}`);
  }
  const show = (name: string): string => {
    const value = values[name];
    if (value === undefined) return '';
    return Array.isArray(value) ? value.join(language === 'zh' ? '；' : '; ') : String(value);
  };
  return template.texts[language].replace(
    placeholder,
    (_all, conditional: string | undefined, inner: string | undefined, plain: string | undefined) =>
      conditional === undefined
        ? show(plain ?? '')
        : values[conditional] === undefined
          ? ''
          : (inner ?? '').replace(/\{(\w+)\}/g, (_one, name: string) => show(name)),
  );
}

/** The language of the text for a person: his own if we have it, else Chinese. */
export function languageFor(tag: string): Language {
  return tag.toLowerCase().startsWith('en') ? 'en' : 'zh';
}

function fits(type: Template['variables'][string]['type'], value: unknown): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'list')
    return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string');
  return typeof value === 'string' && value.length > 0;
}
