import { z } from 'zod';
import { purposes } from '@arrears/contracts';
import { isCurrency } from '@arrears/money';

/**
 * A text with typed variables, as data. Nothing reaches a debtor that was not written down, versioned, approved by a
 * second person and checked.
 */
const both = <Inner extends z.ZodType>(inner: Inner) => z.strictObject({ zh: inner, en: inner });
const text = (most: number) => z.string().min(1).max(most);

export const amount = z.strictObject({
  minor: z.string().regex(/^-?\d{1,30}$/, 'minor units as a string of digits, such as "120000"'),
  currency: z.string().refine(isCurrency, 'an ISO 4217 code such as "CNY"'),
});
export type Amount = z.infer<typeof amount>;

export const cellTypes = ['text', 'integer', 'money', 'date'] as const;
/** `money` is one amount, or one a currency; `list` stands in a sentence; `rows` is a table and a paragraph of its own. */
export const variableTypes = [...cellTypes, 'list', 'rows'] as const;
export type VariableType = (typeof variableTypes)[number];

const cell = z.union([z.string().max(500), z.number(), amount]);
const column = z.strictObject({ type: z.enum(cellTypes), title: both(text(40)) });
const variableName = z.string().regex(/^[a-zA-Z][a-zA-Z0-9]{0,39}$/, 'letters and digits, such as "nextDue"');
const variable = z.strictObject({
  type: z.enum(variableTypes),
  optional: z.boolean().optional(),
  /** Of `rows`: what each row has, in this order from left to right. */
  columns: z.record(variableName, column).optional(),
  /** Shown in previews and used by the checks. */
  sample: z.union([cell, z.array(cell).max(100), z.array(z.record(variableName, cell)).max(100)]),
});
export type Variable = z.infer<typeof variable>;

const common = {
  id: z
    .string()
    .max(60)
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'small letters, digits and hyphens, such as "reminder-1"'),
  purpose: z.enum(purposes),
  title: both(text(100)),
  /** `third-party`: it may reach somebody who does not owe, and must not tell him of a debt. */
  audience: z.enum(['debtor', 'third-party']).default('debtor'),
  /** Rule packs it has to satisfy when saved; left out: those of an agreement that names none. */
  packs: z.array(z.string().max(60)).min(1).max(20).optional(),
  variables: z.record(variableName, variable),
};
const paragraphs = z.array(text(2_000)).min(1).max(40);
const oneText = both(text(4_000));

/** What an author writes. The shape of `texts` is the channel's. */
export const templateContent = z.discriminatedUnion('channel', [
  z.strictObject({ ...common, channel: z.literal('sms'), texts: oneText }),
  /** A script that is spoken word for word. */
  z.strictObject({ ...common, channel: z.literal('voiceBot'), texts: oneText }),
  z.strictObject({
    ...common,
    channel: z.literal('email'),
    /** Whether an HTML part, made from the same paragraphs, goes with the plain text. */
    html: z.boolean().default(true),
    texts: both(z.strictObject({ subject: text(200), paragraphs })),
  }),
  z.strictObject({
    ...common,
    channel: z.literal('letter'),
    texts: both(z.strictObject({ subject: text(200), paragraphs, closing: text(500) })),
  }),
]);
export type TemplateContent = z.infer<typeof templateContent>;

export type Template = TemplateContent & { version: number };
export type Language = 'zh' | 'en';
export const languages = ['zh', 'en'] as const satisfies readonly Language[];

export type Cell = string | number | Amount;
export type Row = Readonly<Record<string, Cell>>;
export type Value = Cell | readonly string[] | readonly Amount[] | readonly Row[];
export type Variables = Readonly<Record<string, Value>>;

/** Whether a value is of the type that a variable declares. */
export function fits(of: Pick<Variable, 'type' | 'columns'>, value: unknown): boolean {
  switch (of.type) {
    case 'list':
      return isFilled(value) && value.every((item) => fitsCell('text', item));
    case 'rows':
      return isFilled(value) && value.every((row) => fitsRow(of.columns ?? {}, row));
    case 'money':
      return fitsCell('money', value) || (isFilled(value) && value.every((item) => fitsCell('money', item)));
    default:
      return fitsCell(of.type, value);
  }
}

/** A filled list without any content is not worth a sentence. */
const isFilled = (value: unknown): value is unknown[] => Array.isArray(value) && value.length > 0;

function fitsRow(columns: NonNullable<Variable['columns']>, row: unknown): boolean {
  if (typeof row !== 'object' || row === null) return false;
  const cells = row as Record<string, unknown>;
  return Object.entries(columns).every(([name, { type }]) => fitsCell(type, cells[name]));
}

function fitsCell(type: (typeof cellTypes)[number], value: unknown): boolean {
  switch (type) {
    case 'text':
      return typeof value === 'string' && value.trim() !== '';
    case 'integer':
      return Number.isSafeInteger(value);
    case 'money':
      return amount.safeParse(value).success;
    case 'date':
      return z.iso.date().safeParse(value).success;
  }
}

/** Values of the samples: all of them, or only those that a text always has. */
export function samplesOf(template: Pick<Template, 'variables'>, which: 'all' | 'required' = 'all'): Variables {
  const chosen = Object.entries(template.variables).filter(([, { optional }]) => which === 'all' || optional !== true);
  return Object.fromEntries(chosen.map(([name, { sample }]) => [name, sample as Value]));
}

/** Every text of a language with the place where it stands. */
export function placesOf(template: TemplateContent, language: Language): { place: string; text: string }[] {
  const at = `texts.${language}`;
  if (template.channel === 'sms' || template.channel === 'voiceBot')
    return [{ place: at, text: template.texts[language] }];
  const written = template.texts[language];
  return [
    { place: `${at}.subject`, text: written.subject },
    ...written.paragraphs.map((text, index) => ({ place: `${at}.paragraphs.${index}`, text })),
    ...('closing' in written ? [{ place: `${at}.closing`, text: written.closing }] : []),
  ];
}
