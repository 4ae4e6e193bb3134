import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { importFile } from './import.js';
import { siteOf, startService, stopServices, type Asked } from './service.fixture.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'arrears-import-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(stopServices);

const fileOf = (name: string): string => {
  const file = join(folder, name);
  writeFileSync(file, 'loanId\nL-1\n');
  return file;
};
const report = (change: object) => ({
  importId: 'i-1',
  status: 'done',
  rows: 10,
  accepted: 10,
  refused: 0,
  refusal: null,
  problems: [],
  nextCursor: null,
  ...change,
});
const problem = (row: number) => ({
  row,
  column: 'currency',
  code: 'currency-unknown',
  message: 'It is no currency.',
  fix: 'Send a code.',
});
/** The door as it answers: a POST without problems, and pages of the report. */
const door = (posted: object, reads: object[]) =>
  startService(({ method }: Asked) => (method === 'POST' ? posted : (reads.shift() ?? {})));
const send = (cases: string, file = fileOf('loans.csv'), progress: string[] = []) =>
  importFile(siteOf({ cases }), file, (line) => progress.push(line), { pollMs: 1 });

describe('import', () => {
  it('waits for the report and says that all went well', async () => {
    const progress: string[] = [];
    const running = report({ status: 'running', rows: null, accepted: 3 });
    const { text, whole } = await send(await door(running, [running, report({})]), undefined, progress);
    expect(progress).toEqual(['running: 3 of ? rows']);
    expect(text).toBe('Import i-1 done: 10 of 10 rows taken, 0 refused.');
    expect(whole).toBe(true);
  });

  it('names every refused row, over all pages, also when the import was finished long ago', async () => {
    const rows = Array.from({ length: 250 }, (_, at) => problem(at + 2));
    const counts = { rows: 1000, accepted: 750, refused: 250 };
    const { text, whole } = await send(
      await door({ importId: 'i-1', status: 'done', ...counts }, [
        report({ ...counts, problems: rows.slice(0, 200), nextCursor: 'more' }),
        report({ ...counts, problems: rows.slice(200) }),
      ]),
    );
    const lines = text.split('\n');
    expect(lines[0]).toContain('750 of 1000 rows taken, 250 refused. Send the same file again');
    expect(lines).toHaveLength(251);
    expect(lines.at(-1)).toBe('  row 251, currency: currency-unknown: It is no currency. Send a code.');
    expect(whole).toBe(false);
  });

  it('says why a whole file is refused, and what to do', async () => {
    const refused = report({
      status: 'refused',
      rows: null,
      accepted: 0,
      refusal: { code: 'not-a-spreadsheet', message: 'The workbook is cut off.', fix: 'Export it anew.' },
    });
    const { text, whole } = await send(await door(refused, [refused]), fileOf('loans.xlsx'));
    expect(text).toBe('Import i-1: the file was refused: not-a-spreadsheet: The workbook is cut off. Export it anew.');
    expect(whole).toBe(false);
  });

  it('sends neither what is not there nor what is no table', async () => {
    await expect(send('http://127.0.0.1:1', join(folder, 'nothing.csv'))).rejects.toThrow('There is no file');
    await expect(send('http://127.0.0.1:1', fileOf('loans.pdf'))).rejects.toThrow('neither .csv nor .xlsx');
  });
});
