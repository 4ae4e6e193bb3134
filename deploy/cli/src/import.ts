import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { call, Refused, type Site } from './api.js';

interface Report {
  importId: string;
  status: string;
  rows: number;
  accepted: number;
  refused: number;
  problems?: { items: RowProblem[]; nextCursor: string | null } | RowProblem[];
}
interface RowProblem {
  row: number;
  column?: string;
  code: string;
  message: string;
  fix?: string;
}

const types: Record<string, string> = {
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

/** Sends a file to the file door and tells row by row what was refused. The same file twice is the same import. */
export async function importFile(site: Site, file: string, progress: (line: string) => void): Promise<string> {
  if (!existsSync(file)) throw new Refused(`There is no file ${file}.`);
  const type = types[file.toLowerCase().split('.').pop() ?? ''];
  if (!type) throw new Refused(`${file} is neither .csv nor .xlsx.`);
  const raw = readFileSync(file);
  const key = `import-${createHash('sha256').update(raw).digest('hex')}`;
  let report = await call<Report>(site, 'POST', '/imports', { raw, type, key });
  while (report.status === 'waiting' || report.status === 'running') {
    progress(`${report.status}: ${report.accepted + report.refused} of ${report.rows || '?'} rows`);
    await sleep(500);
    report = await call<Report>(site, 'GET', `/imports/${report.importId}`);
  }
  const problems = Array.isArray(report.problems) ? report.problems : (report.problems?.items ?? []);
  const lines = problems.map(
    ({ row, column, code, message, fix }) =>
      `  row ${row}${column ? `, ${column}` : ''}: ${code}: ${message}${fix ? ` ${fix}` : ''}`,
  );
  return [
    `Import ${report.importId} ${report.status}: ${report.accepted} of ${report.rows} rows taken, ${report.refused} refused.`,
    ...lines,
  ].join('\n');
}
