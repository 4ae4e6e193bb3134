import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { call, Refused, type Site } from './api.js';

interface Report {
  importId: string;
  status: 'waiting' | 'running' | 'done' | 'refused';
  rows: number | null;
  accepted: number;
  refused: number;
  refusal: { code: string; message: string; fix: string } | null;
  problems: RowProblem[];
  nextCursor: string | null;
}
interface RowProblem {
  row: number;
  column: string;
  code: string;
  message: string;
  fix: string;
}

const types: Record<string, string> = {
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

/**
 * Sends a file to the file door and tells row by row what was refused. The same file twice is the same import: rows that
 * were refused are tried again. `whole` = nothing was refused.
 */
export async function importFile(
  site: Site,
  file: string,
  progress: (line: string) => void,
  { pollMs = 500 } = {},
): Promise<{ text: string; whole: boolean }> {
  if (!existsSync(file)) throw new Refused(`There is no file ${file}.`);
  const type = types[file.toLowerCase().split('.').pop() ?? ''];
  if (!type) throw new Refused(`${file} is neither .csv nor .xlsx.`);
  const raw = readFileSync(file);
  const key = `import-${createHash('sha256').update(raw).digest('hex')}`;
  const { importId } = await call<Pick<Report, 'importId'>>(site, 'POST', '/imports', { raw, type, key });
  let report = await read(site, importId);
  while (report.status === 'waiting' || report.status === 'running') {
    progress(`${report.status}: ${report.accepted + report.refused} of ${report.rows ?? '?'} rows`);
    await sleep(pollMs);
    report = await read(site, importId);
  }
  const lines = (await allProblems(site, report)).map(
    ({ row, column, code, message, fix }) => `  row ${row}${column && `, ${column}`}: ${code}: ${message} ${fix}`,
  );
  return { text: [summary(report), ...lines].join('\n'), whole: report.status === 'done' && report.refused === 0 };
}

const read = (site: Site, importId: string, cursor?: string): Promise<Report> => {
  const query = new URLSearchParams({ limit: '200', ...(cursor === undefined ? {} : { cursor }) });
  return call<Report>(site, 'GET', `/imports/${importId}?${query.toString()}`);
};

async function allProblems(site: Site, first: Report): Promise<RowProblem[]> {
  const all = [...first.problems];
  for (let cursor = first.nextCursor; cursor !== null;) {
    const { problems, nextCursor } = await read(site, first.importId, cursor);
    all.push(...problems);
    cursor = nextCursor;
  }
  return all;
}

function summary({ importId, refusal, accepted, refused, rows }: Report): string {
  if (refusal !== null) {
    const before = accepted > 0 ? ` ${accepted} rows had been taken before.` : '';
    return `Import ${importId}: the file was refused: ${refusal.code}: ${refusal.message} ${refusal.fix}${before}`;
  }
  const again = refused > 0 ? ' Send the same file again once what kept them out is put right.' : '';
  return `Import ${importId} done: ${accepted} of ${rows ?? 0} rows taken, ${refused} refused.${again}`;
}
