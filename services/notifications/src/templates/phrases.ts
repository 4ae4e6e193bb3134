import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

export const phraseKinds = ['impersonation', 'threat', 'extra-fee', 'push-to-borrow', 'debt', 'opt-out'] as const;
export type PhraseKind = (typeof phraseKinds)[number];

const phrase = z.string().min(1).max(60);
const list = z.strictObject({ zh: z.array(phrase).min(1), en: z.array(phrase).min(1), allow: z.array(phrase) });
const phraseFile = z.strictObject({
  version: z.string().regex(/^\d{4}-\d{1,3}$/, 'a year and a number, such as 2026-1'),
  lists: z.record(z.enum(phraseKinds), list),
});

/** Lists of phrases made ready to be looked for. */
export interface Phrases {
  version: string;
  /** Phrases of a kind that stand in a text, as they are listed; in lists of both languages, whatever the text's. */
  find(kind: PhraseKind, text: string): string[];
}

/** The newest file of a folder. @throws Error that says what is wrong in which file */
export function loadPhrases(folder: string): Phrases {
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  const read = files.map((file) => {
    const parsed = phraseFile.safeParse(parse(readFileSync(path.join(folder, file), 'utf8')));
    if (parsed.success) return parsed.data;
    const faults = parsed.error.issues.map((issue) => `${file}: ${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`Lists of phrases refused:\n${faults.join('\n')}`);
  });
  const [newest] = read.sort((one, other) => compareVersions(other.version, one.version));
  if (newest === undefined) throw new Error('There is no list of phrases');
  return phrasesOf(newest);
}

export function phrasesOf({ version, lists }: z.infer<typeof phraseFile>): Phrases {
  const made = Object.fromEntries(
    Object.entries(lists).map(([kind, { zh, en, allow }]) => {
      const finders = [...zh.map(runFinder), ...en.map(wordFinder)];
      const allowed = allow.map((one) => (/\p{Script=Han}/u.test(one) ? runFinder(one) : wordFinder(one)));
      return [kind, { finders, allowed }];
    }),
  );
  return {
    version,
    find(kind, text) {
      const { finders = [], allowed = [] } = made[kind] ?? {};
      const words = allowed.reduce((rest, { in: form, cut }) => (form === 'words' ? cut(rest) : rest), asWords(text));
      const run = allowed.reduce((rest, { in: form, cut }) => (form === 'run' ? cut(rest) : rest), asRun(text));
      return finders.flatMap(({ phrase, in: form, has }) => (has(form === 'run' ? run : words) ? [phrase] : []));
    },
  };
}

interface Finder {
  phrase: string;
  in: 'run' | 'words';
  has(text: string): boolean;
  cut(text: string): string;
}

/** Chinese has no blanks between words: blanks and marks are left out on both sides. */
const asRun = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\p{Z}\p{P}\p{S}\p{C}]+/gu, '');

/** Whole words with one blank between them; a Chinese character ends a word. */
const asWords = (text: string): string =>
  ` ${text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\p{Cf}+/gu, '')
    .replace(/[^\p{L}\p{N}]+|\p{Script=Han}+/gu, ' ')
    .replace(/ +/g, ' ')
    .trim()} `;

function runFinder(phrase: string): Finder {
  const run = asRun(phrase);
  return { phrase, in: 'run', has: (text) => text.includes(run), cut: (text) => text.replaceAll(run, '|') };
}

function wordFinder(phrase: string): Finder {
  const words = asWords(phrase);
  return { phrase, in: 'words', has: (text) => text.includes(words), cut: (text) => text.replaceAll(words, ' | ') };
}

function compareVersions(one: string, other: string): number {
  const [year = 0, number = 0] = one.split('-').map(Number);
  const [otherYear = 0, otherNumber = 0] = other.split('-').map(Number);
  return year - otherYear || number - otherNumber;
}
