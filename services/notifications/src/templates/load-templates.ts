import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadPacks, packErrorText } from '@arrears/compliance';
import { parse } from 'yaml';
import { z } from 'zod';
import { templateBook, type Lists, type Templates } from './book.js';
import { isError } from './findings.js';
import { lintTemplate } from './lint.js';
import { loadPhrases } from './phrases.js';
import { templateRules } from './rules.js';
import { templateContent, type TemplateContent } from './shape.js';

export type { Templates } from './book.js';

/** A template of the product: approved before it was shipped, with who wrote and who approved it. */
export interface ShippedTemplate {
  content: TemplateContent;
  version: number;
  authoredBy: string;
  approvedBy: string;
  liveFrom: string;
}

/** House versions count from here, so that none of ours ever has the number of one that comes with an upgrade. */
export const firstHouseVersion = 1_001;

const mark = z.object({
  version: z
    .int()
    .min(1)
    .max(firstHouseVersion - 1),
  authoredBy: z.string().min(1),
  approvedBy: z.string().min(1),
  liveFrom: z.iso.date(),
});

/** The lists of phrases and the rule packs that come with the product. @throws Error naming what is wrong where */
export function loadLists(): Lists {
  const phrases = loadPhrases(fileURLToPath(new URL('../../phrases', import.meta.url)));
  const packs = path.join(
    path.dirname(createRequire(import.meta.url).resolve('@arrears/compliance/package.json')),
    'packs',
  );
  const files = readdirSync(packs).filter((name) => name.endsWith('.yaml'));
  const loaded = loadPacks(files.map((file) => ({ file, text: readFileSync(path.join(packs, file), 'utf8') })));
  if (!loaded.ok) throw new Error(`rule packs are refused:\n${loaded.errors.map(packErrorText).join('\n')}`);
  const rules = templateRules(loaded.packs);
  return { phrases, rules };
}

/**
 * Reads and checks every YAML file of a folder. Throws one error that names each file and what is wrong in it.
 * @param at business time at which the rules are asked
 */
export function shippedTemplates(folder: string, lists: Lists, at: string): ShippedTemplate[] {
  const problems: string[] = [];
  const shipped = new Map<string, ShippedTemplate>();
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  for (const file of files.sort()) {
    const read = readShipped(readFileSync(path.join(folder, file), 'utf8'));
    if (!read.ok) {
      problems.push(...read.problems.map((problem) => `${file}: ${problem}`));
      continue;
    }
    const { content, version, authoredBy, approvedBy } = read.template;
    const findings = lintTemplate({ ...content, version }, { ...lists, packs: lists.rules.usual, at });
    for (const { place, en, fix } of findings.filter(isError)) problems.push(`${file}: ${place}: ${en} (${fix})`);
    if (authoredBy === approvedBy) problems.push(`${file}: approvedBy: a second person approves, not the author`);
    const key = `${content.id} version ${version}`;
    if (shipped.has(key)) problems.push(`${file}: ${key} is there twice`);
    shipped.set(key, read.template);
  }
  if (problems.length > 0) throw new Error(`Templates refused:\n${problems.join('\n')}`);
  return [...shipped.values()];
}

/**
 * The templates of a folder as a book that never changes.
 * @param at business time at which the rules are asked
 */
export function loadTemplates(folder: string, at: string): Templates {
  const lists = loadLists();
  const shipped = shippedTemplates(folder, lists, at);
  const live = shipped.map(({ content, version, liveFrom }) => ({ template: { ...content, version }, liveFrom }));
  return templateBook(
    () => live,
    lists,
    () => '9999-12-31',
  );
}

type Read = { ok: true; template: ShippedTemplate } | { ok: false; problems: string[] };

function readShipped(text: string): Read {
  let input: unknown;
  try {
    input = parse(text);
  } catch (error) {
    return { ok: false, problems: [error instanceof Error ? error.message : 'not YAML'] };
  }
  const marks = mark.safeParse(input);
  const {
    version: _version,
    authoredBy: _author,
    approvedBy: _approver,
    liveFrom: _live,
    ...rest
  } = Object(input) as Record<string, unknown>;
  const content = templateContent.safeParse(rest);
  if (marks.success && content.success) return { ok: true, template: { ...marks.data, content: content.data } };
  const issues = [...(marks.error?.issues ?? []), ...(content.error?.issues ?? [])];
  return { ok: false, problems: issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`) };
}
