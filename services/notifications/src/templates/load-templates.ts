import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { checkTemplate, templateSchema, type Template } from './template.js';

export interface Templates {
  /** The newest version of a template, or undefined. */
  find(id: string): Template | undefined;
  all(): readonly Template[];
}

/** Reads every YAML file of a folder. Throws one error that names each file and what is wrong in it. */
export function loadTemplates(folder: string): Templates {
  const problems: string[] = [];
  const newest = new Map<string, Template>();
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()) {
    const read = templateSchema.safeParse(parse(readFileSync(join(folder, file), 'utf8')));
    if (!read.success) {
      problems.push(...read.error.issues.map(({ path, message }) => `${file}: ${path.join('.')}: ${message}`));
      continue;
    }
    problems.push(...checkTemplate(read.data).map(({ code, detail }) => `${file}: ${code}: ${detail}`));
    const known = newest.get(read.data.id);
    if (known?.version === read.data.version)
      problems.push(`${file}: ${read.data.id} has version ${read.data.version} twice`);
    if (!known || known.version < read.data.version) newest.set(read.data.id, read.data);
  }
  if (problems.length > 0) throw new Error(`Templates refused:\n${problems.join('\n')}`);
  return { find: (id) => newest.get(id), all: () => [...newest.values()] };
}
