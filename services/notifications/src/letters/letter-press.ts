import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import { harmless, showDate } from '../templates/format.js';
import type { Block } from '../templates/template.js';

/** A letter as it comes out of its template, and to whom it goes. */
export interface Letter {
  language: 'zh' | 'en';
  /** The first paragraph is the greeting. */
  text: { subject: string; blocks: readonly Block[]; closing: readonly string[] };
  creditor: string;
  addressee: string;
  /** Several lines, or one that is wrapped; at most what a window of 85 mm by 45 mm holds. */
  address: string;
  /** 'YYYY-MM-DD', shown as the letter's date. */
  date: string;
  /** What the debtor names when he answers. */
  reference?: string;
  complaintChannel?: string;
  /** Where what can't be delivered goes back to; absent = the creditor's name alone. */
  returnAddress?: string;
  /** Hexadecimal digits that no other letter has. They stand in the file's keywords: its hash tells nothing to who guesses. */
  salt: string;
}

export interface PrintedLetter {
  /** PDF/A-2b with its fonts. The same letter gives the same bytes on every machine. */
  pdf: Buffer;
  /** SHA-256 of the file, 64 hexadecimal digits. */
  fileHash: string;
  pages: number;
}

/** The letter can't be printed as it is: not a matter of trying again. The reason holds nothing of what is in it. */
export class LetterUnprintable extends Error {
  override readonly name = 'LetterUnprintable';
  constructor(readonly reason: 'character-without-glyph' | 'address-too-long') {
    super(`a letter can't be printed: ${reason}`);
  }
}

export interface LetterPress {
  /** Takes a few milliseconds of this thread; nothing is kept of a letter but what makes the next one fast. @throws LetterUnprintable */
  render(letter: Letter): PrintedLetter;
}

const layoutFile = new URL('../../letters/letter.typ', import.meta.url);
/** Results that so many letters had no use for are forgotten: memory stays the same over a day of letters. */
const keptFor = 10;

/** Loads layout and fonts (20 MB) once: one press a process. */
export function letterPress(): LetterPress {
  const mainFileContent = readFileSync(layoutFile, 'utf8');
  // Fonts given here win over what a machine has under the same name, and the layout falls back to none: the bytes depend on the letter only.
  const workspace = fileURLToPath(new URL('.', layoutFile));
  const compiler = NodeCompiler.create({ workspace, fontArgs: [{ fontBlobs: fonts() }] });
  return {
    render: (letter) => {
      const { creationTimestamp, inputs } = inputsOf(letter);
      try {
        // In one call: a compiled document that is handed to us holds its memory until the next garbage collection.
        const pdf = compiler.pdf({ mainFileContent, inputs }, { pdfStandard: 'a-2b', creationTimestamp });
        return { pdf, fileHash: createHash('sha256').update(pdf).digest('hex'), pages: pagesOf(pdf) };
      } catch (error) {
        throw unprintable(messageOf(error));
      } finally {
        compiler.evictCache(keptFor);
      }
    },
  };
}

/** As the page tree says: of all that is not compressed it stands before the title, which comes from the letter. */
function pagesOf(pdf: Buffer): number {
  const count = /\/Type \/Pages\s+\/Count (\d+)/.exec(pdf.toString('latin1'))?.[1];
  if (count === undefined) throw new Error('a printed letter has no page tree');
  return Number(count);
}

function fonts(): Buffer[] {
  const { resolve } = createRequire(import.meta.url);
  return ['400Regular/NotoSansSC_400Regular', '700Bold/NotoSansSC_700Bold'].map((file) =>
    readFileSync(resolve(`@expo-google-fonts/noto-sans-sc/${file}.ttf`)),
  );
}

/** The compiler's messages quote what they stumbled over, which may be a name: of them only their kind goes on. */
function unprintable(message: string): Error {
  if (message.includes('could not be displayed')) return new LetterUnprintable('character-without-glyph');
  if (message.includes('address-too-long')) return new LetterUnprintable('address-too-long');
  return new Error(`the layout of letters failed: ${message.replaceAll(/"(?:[^"\\]|\\.)*"/g, '"…"')}`);
}

/** The compiler throws errors whose message may be empty and whose code has the text. */
function messageOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const { code, message } = error as { code?: unknown; message?: unknown };
  return `${typeof code === 'string' ? code : ''} ${typeof message === 'string' ? message : ''}`.trim();
}

/** What the layout reads. @throws RangeError when the date is none */
function inputsOf(letter: Letter): { creationTimestamp: number; inputs: { letter: string } } {
  const { language, text, date } = letter;
  const midnight = Date.parse(`${date}T00:00:00Z`);
  if (!/^\d{4}-\d\d-\d\d$/.test(date) || Number.isNaN(midnight)) throw new RangeError(`"${date}" is no date`);
  const [year, month, day] = date.split('-').map(Number);
  const addressee = clean(letter.addressee);
  const data = {
    language,
    creditor: clean(letter.creditor),
    subject: cleanLines(text.subject).join('\n'),
    blocks: text.blocks.map((block) =>
      block.kind === 'paragraph'
        ? { kind: block.kind, text: cleanLines(block.text).join('\n') }
        : { ...block, head: block.head.map(clean), rows: block.rows.map((row) => row.map(clean)) },
    ),
    closing: text.closing.flatMap(cleanLines),
    addressee: language === 'zh' ? `${addressee}（收）` : addressee,
    address: cleanLines(letter.address),
    sender: [letter.creditor, letter.returnAddress ?? ''].flatMap(cleanLines).join(' · '),
    date: { year, month, day, shown: showDate(date, language) },
    salt: letter.salt,
    reference: clean(letter.reference ?? '') || null,
    complaintChannel: clean(letter.complaintChannel ?? '') || null,
  };
  return { creationTimestamp: midnight / 1_000, inputs: { letter: JSON.stringify(data) } };
}

/** Without what could change how the text around it is read (control and direction marks); an amount stays on one line with its currency. */
function clean(text: string): string {
  return harmless(text, 'letter').replaceAll(/\b([A-Z]{3}) (?=-?\d)/g, '$1\u00a0');
}

function cleanLines(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map(clean)
    .filter((line) => line !== '');
}
