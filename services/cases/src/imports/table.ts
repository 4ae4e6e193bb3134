import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { readSheet } from 'read-excel-file/node';
import type { Cell, Row } from './row.js';

export type MediaType = 'csv' | 'xlsx';

/** The whole file can't be read: nothing of it was taken in. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
  constructor(
    readonly code: 'not-a-spreadsheet' | 'not-csv' | 'empty' | 'columns-missing' | 'too-many-rows',
    readonly sentence: string,
    readonly fix: string,
  ) {
    super(code);
  }
}

export const mostRows = 200_000;
const requiredColumns = ['loanId'];

/** @returns null for a content type that is no table */
export function mediaTypeOf(contentType: string | undefined): MediaType | null {
  const bare = (contentType ?? '').split(';')[0]?.trim().toLowerCase();
  if (bare === 'text/csv' || bare === 'application/csv') return 'csv';
  if (bare === 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet') return 'xlsx';
  return null;
}

/**
 * Rows of a file by its header line, one after another; the first row after the header is 2, as a spreadsheet counts.
 * @throws UnreadableFile
 */
export async function* tableRows(body: Buffer, media: MediaType): AsyncGenerator<{ rowNo: number; row: Row }> {
  const lines = media === 'csv' ? csvLines(body) : sheetLines(body);
  let header: string[] | undefined;
  let rowNo = 0;
  for await (const line of lines) {
    rowNo += 1;
    if (header === undefined) {
      header = headerOf(line);
      continue;
    }
    if (rowNo > mostRows + 1)
      throw new UnreadableFile('too-many-rows', `The file has more than ${mostRows} rows.`, 'Split it.');
    const row = rowOf(header, line);
    if (Object.keys(row).length > 0) yield { rowNo, row };
  }
  if (header === undefined) throw new UnreadableFile('empty', 'The file is empty.', 'Send a header line and rows.');
}

function headerOf(line: readonly Cell[]): string[] {
  const header = line.map((cell) => String(cell ?? '').trim());
  const missing = requiredColumns.filter((column) => !header.includes(column));
  if (missing.length === 0) return header;
  const sentence = `The first line names no column ${missing.join(', ')}.`;
  throw new UnreadableFile(
    'columns-missing',
    sentence,
    'Name the columns in the first line by the fields of the message.',
  );
}

function rowOf(header: readonly string[], line: readonly Cell[]): Row {
  const row: Record<string, Cell> = {};
  header.forEach((column, at) => {
    const cell = line[at];
    if (column !== '' && cell !== null && cell !== undefined && cell !== '') row[column] = cell;
  });
  return row;
}

async function* csvLines(body: Buffer): AsyncGenerator<Cell[]> {
  const parser = Readable.from([body]).pipe(parse({ bom: true, relax_column_count: true, skip_empty_lines: true }));
  try {
    for await (const line of parser) yield line as string[];
  } catch (error) {
    if (!isCsvError(error)) throw error;
    throw new UnreadableFile(
      'not-csv',
      'The file is no readable CSV: a quote or a line end is missing.',
      'Save it as CSV in UTF-8 again.',
    );
  }
}

const isCsvError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_');

async function* sheetLines(body: Buffer): AsyncGenerator<Cell[]> {
  let rows: Cell[][];
  try {
    if (!isWholeArchive(body)) throw new Error('cut off');
    rows = (await readSheet(body)) as unknown as Cell[][];
  } catch {
    throw new UnreadableFile(
      'not-a-spreadsheet',
      'The file is no complete Excel workbook: it was cut off or is of another kind.',
      'Send the .xlsx again, or save it as CSV.',
    );
  }
  yield* rows;
}

const archiveEnd = Buffer.from('PK\u0005\u0006');
const archiveEndBytes = 22;

/**
 * A workbook is a zip archive, and its last record lists what is in it. Without that record whole entries may be missing at
 * the end, though those before can be read: a sheet without its texts, say.
 */
function isWholeArchive(body: Buffer): boolean {
  const at = body.lastIndexOf(archiveEnd);
  if (at < 0 || at + archiveEndBytes > body.length) return false;
  const [size, offset, comment] = [body.readUInt32LE(at + 12), body.readUInt32LE(at + 16), body.readUInt16LE(at + 20)];
  const elsewhere = offset === 0xffff_ffff;
  return at + archiveEndBytes + comment <= body.length && (elsewhere || offset + size <= at);
}
