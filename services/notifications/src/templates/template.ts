import { escapeHtml, harmless, showRow, showValue } from './format.js';
import { parseText, type Part } from './placeholders.js';
import { fits, type Language, type Row, type Template, type Variable, type Variables } from './shape.js';

export type { Language, Template, Variables } from './shape.js';

/** A paragraph or, where a variable of rows stands alone, a table. Cells are shown, never read again. */
export type Block =
  | { kind: 'paragraph'; text: string }
  | {
      kind: 'table';
      head: string[];
      /** Columns whose cells are numbers stand to the right. */ right: boolean[];
      rows: string[][];
    };

/** What is handed over. `text` is the whole as plain text: it is what is hashed, kept and checked once more. */
export type Rendered =
  | { channel: 'sms' | 'voiceBot'; text: string }
  | { channel: 'email'; subject: string; text: string; html?: string }
  | { channel: 'letter'; subject: string; blocks: Block[]; closing: string[]; text: string };

/**
 * The text with its variables put in. Values are made harmless for the medium and never read as placeholders.
 * Throws a RangeError for a variable that is missing, undeclared or of another type: such a text must not be sent.
 */
export function renderMessage(template: Template, language: Language, values: Variables): Rendered {
  checkValues(template, values);
  const fill = (text: string) => harmlessLines(fillIn(template, language, values, text));
  const { channel } = template;
  if (channel === 'sms' || channel === 'voiceBot') return { channel, text: fill(template.texts[language]) };
  const written = template.texts[language];
  const subject = harmless(fill(written.subject), channel);
  const blocks = written.paragraphs.flatMap((text) => blockOf(template, language, values, text, fill));
  if (channel === 'email') {
    const text = blocks.map(plainBlock).join('\n\n');
    return { channel, subject, text, ...(template.html && { html: htmlOf(subject, blocks, language) }) };
  }
  const closing = fill('closing' in written ? written.closing : '').split('\n');
  return { channel, subject, blocks, closing, text: [subject, ...blocks.map(plainBlock), ...closing].join('\n\n') };
}

/** The plain text alone. */
export function render(template: Template, language: Language, values: Variables): string {
  return renderMessage(template, language, values).text;
}

/** The language of the text for a person: his own if we have it, else Chinese. */
export function languageFor(tag: string): Language {
  return tag.toLowerCase().startsWith('en') ? 'en' : 'zh';
}

function checkValues(template: Template, values: Variables): void {
  for (const [name, variable] of Object.entries(template.variables)) {
    const value = values[name];
    if (value === undefined && variable.optional !== true)
      throw new RangeError(`${template.id}: variable ${name} is missing`);
    if (value !== undefined && !fits(variable, value))
      throw new RangeError(`${template.id}: variable ${name} is not of type ${variable.type}`);
    if (typeof value === 'string' && harmless(value, template.channel) === '')
      throw new RangeError(`${template.id}: variable ${name} has nothing to show`);
  }
}

function fillIn(template: Template, language: Language, values: Variables, text: string): string {
  const parsed = parseText(text);
  if (!parsed.ok) throw new RangeError(`${template.id}: a brace that belongs to no placeholder`);
  const show = (part: Part): string => {
    if (part.kind === 'text') return part.text;
    if (part.kind === 'when') return values[part.name] === undefined ? '' : part.parts.map(show).join('');
    const variable = template.variables[part.name];
    const value = values[part.name];
    if (variable === undefined) throw new RangeError(`${template.id}: variable ${part.name} is not declared`);
    return value === undefined ? '' : showValue(variable, value, language, template.channel);
  };
  return parsed.parts.map(show).join('');
}

/** Trailing blanks are nobody's wish; what the author broke into lines stays broken. */
const harmlessLines = (text: string): string => text.replace(/[ \t]+$/gm, '').trim();

function blockOf(
  template: Template,
  language: Language,
  values: Variables,
  text: string,
  fill: (text: string) => string,
): Block[] {
  const alone = /^\s*\{([a-zA-Z][a-zA-Z0-9]*)\}\s*$/.exec(text)?.[1];
  const variable = alone === undefined ? undefined : template.variables[alone];
  const rows = alone === undefined ? undefined : values[alone];
  if (variable?.type === 'rows')
    return rows === undefined ? [] : [table(variable, rows as readonly Row[], template, language)];
  const filled = fill(text);
  return filled === '' ? [] : [{ kind: 'paragraph', text: filled }];
}

function table(variable: Variable, rows: readonly Row[], { channel }: Template, language: Language): Block {
  const columns = Object.values(variable.columns ?? {});
  return {
    kind: 'table',
    head: columns.map(({ title }) => title[language]),
    right: columns.map(({ type }) => type === 'money' || type === 'integer'),
    rows: rows.map((row) => showRow(variable, row, language, channel)),
  };
}

function plainBlock(block: Block): string {
  if (block.kind === 'paragraph') return block.text;
  return block.rows
    .map((row) => `- ${row.map((cell, index) => `${block.head[index] ?? ''}: ${cell}`).join(', ')}`)
    .join('\n');
}

function htmlOf(subject: string, blocks: readonly Block[], language: Language): string {
  const lang = language === 'zh' ? 'zh-CN' : 'en';
  const body = blocks.map(htmlBlock).join('\n');
  return `<!doctype html>\n<html lang="${lang}"><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head>\n<body>\n${body}\n</body></html>\n`;
}

function htmlBlock(block: Block): string {
  if (block.kind === 'paragraph') return `<p>${escapeHtml(block.text).replaceAll('\n', '<br>')}</p>`;
  const line = (cells: readonly string[], tag: 'th' | 'td') =>
    `<tr>${cells.map((cell, index) => `<${tag}${block.right[index] === true ? ' align="right"' : ''}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  return `<table border="1" cellpadding="6" cellspacing="0">${line(block.head, 'th')}${block.rows.map((row) => line(row, 'td')).join('')}</table>`;
}
