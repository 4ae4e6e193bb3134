import { eventTypes, type LoanOverdue, type RepaymentReceived } from '@arrears/contracts';
import { putIntoInbox, type Delivery, type InboxOptions } from '@arrears/messaging';
import type { Logger } from '@arrears/observability';
import type { Database, DayKeys } from '@arrears/persistence';
import { checkAgreement, checkOverdue, checkRepayment, type Rejection } from '../intake/checks.js';
import { fileSource } from '../intake/handlers.js';
import type { Ledger } from '../ledger.js';
import { importStore, type ImportRow } from './import.store.js';
import { readRow, type BankEventName, type Row, type RowProblem } from './row.js';
import { tableRows, UnreadableFile, type MediaType } from './table.js';
import { startSweeping } from '../sweeping.js';

export const rawPurpose = 'delivery';
const batchRows = 200;
const pollMs = 1_000;

export interface ImportDeps {
  database: Database;
  ledger: Ledger;
  days: DayKeys;
  inbox: InboxOptions;
  log: Logger;
}

/** Works through delivered files, one after another, wherever a process that died had left off. */
export function startImports(deps: ImportDeps): { stop: () => Promise<void> } {
  return startSweeping({ sweep: (signal) => runNext(deps, signal), pollMs, name: 'import', log: deps.log });
}

/** @returns whether there was an import to work on */
export async function runNext(deps: ImportDeps, signal?: AbortSignal): Promise<boolean> {
  const found = await importStore.nextUnfinished(deps.database);
  if (found === null) return false;
  const body = await deps.days.decrypt(found.key_day, rawPurpose, found.body);
  const at = () => deps.ledger.clock.nowIso();
  if (body === null) {
    const refusal = {
      code: 'key-destroyed',
      message: 'The key of its day was destroyed.',
      fix: 'Send the file again.',
    };
    await importStore.refuse(deps.database, found.import_id, refusal, at());
    return true;
  }
  try {
    await takeRows(deps, found, await rowsOf(body, found.media_type as MediaType), signal);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    const refusal = { code: error.code, message: error.sentence, fix: error.fix };
    await importStore.refuse(deps.database, found.import_id, refusal, at());
  }
  return true;
}

/** The whole table is read before the first row is taken: a file that breaks off in the middle is refused as a whole. */
async function rowsOf(body: Buffer, media: MediaType): Promise<{ rowNo: number; row: Row }[]> {
  const rows = [];
  for await (const one of tableRows(body, media)) rows.push(one);
  return rows;
}

async function takeRows(
  deps: ImportDeps,
  found: ImportRow,
  rows: readonly { rowNo: number; row: Row }[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const { database, ledger } = deps;
  await importStore.start(database, found.import_id, rows.length, ledger.clock.nowIso());
  // In a first run nothing is answered behind `rows_done`; when all is, this run is for what was refused.
  const again = found.accepted + found.refused > found.rows_done;
  const refusedBefore = again ? await importStore.refusedRows(database, found.import_id) : null;
  for (let from = found.rows_done; from < rows.length; from += batchRows) {
    if (signal?.aborted === true) return;
    const batch = rows.slice(from, from + batchRows);
    if (!(await takeBatch(deps, found, batch, { from, refusedBefore }))) return;
  }
  await importStore.finish(database, found.import_id, ledger.clock.nowIso());
}

/**
 * @param of.refusedBefore in a run for refused rows: which they are; null in a first run
 * @returns false when another process has done the batch
 */
async function takeBatch(
  deps: ImportDeps,
  found: ImportRow,
  batch: readonly { rowNo: number; row: Row }[],
  { from, refusedBefore }: { from: number; refusedBefore: ReadonlySet<number> | null },
): Promise<boolean> {
  const tried = refusedBefore === null ? batch : batch.filter(({ rowNo }) => refusedBefore.has(rowNo));
  return deps.database.transaction(async (tx) => {
    const deliveries: Delivery[] = [];
    const problems: (RowProblem & { rowNo: number })[] = [];
    let refused = 0;
    for (const { rowNo, row } of tried) {
      const verdict = readRow(row, { agreementId: found.agreement_id || undefined });
      const wrong = verdict.ok ? await checked(deps, verdict.type, verdict.data) : verdict.problems;
      if (verdict.ok && wrong.length === 0) deliveries.push(delivery(found, rowNo, verdict.type, verdict.data));
      else {
        refused += 1;
        problems.push(...wrong.map((problem) => ({ ...problem, rowNo })));
        deps.ledger.metrics.rejected('file', wrong[0]?.code ?? 'other');
      }
    }
    const moved = await importStore.advance(tx, found.import_id, {
      from,
      to: from + batch.length,
      answered: refusedBefore === null ? from : found.accepted + found.refused,
      accepted: deliveries.length,
      refused,
      retried: refusedBefore === null ? [] : tried.map(({ rowNo }) => rowNo),
      problems: [...new Map(problems.map((one) => [`${one.rowNo} ${one.column} ${one.code}`, one])).values()],
    });
    if (!moved) return false;
    await putIntoInbox(tx, deps.inbox, deliveries);
    return true;
  });
}

/** The checks that the handler makes too: here the answer stands beside its row. */
async function checked(deps: ImportDeps, type: BankEventName, data: { agreementId: string }): Promise<RowProblem[]> {
  const { ledger, database } = deps;
  const agreement = await ledger.agreement(database, data.agreementId);
  const now = ledger.clock.now();
  const date = agreement === null ? ledger.clock.nowIso().slice(0, 10) : ledger.calendarOf(agreement).businessDate(now);
  const found = checkAgreement(agreement, data.agreementId, date) ?? (agreement === null ? null : checkType(type));
  if (found === null) return [];
  const { field: column, reason: code, message } = found;
  // An event waits for its agreement by itself; a row of a file does not.
  const fix =
    code === 'agreement-unknown' ? 'Create it with POST /agreements, then send the same file again.' : found.fix;
  return [{ column, code, message, fix }];

  function checkType(name: BankEventName): Rejection | null {
    if (agreement === null) return null;
    if (name === 'arrears.bank.loan-overdue.v1') return checkOverdue(data as LoanOverdue, agreement, date);
    if (name === 'arrears.bank.repayment-received.v1')
      return checkRepayment(data as RepaymentReceived, agreement, date);
    return null;
  }
}

/** The id follows from the file's content and the row: delivered twice, it is one event. */
function delivery(
  found: ImportRow,
  rowNo: number,
  type: BankEventName,
  data: { agreementId: string; loanId: string },
): Delivery {
  const { topic } = eventTypes[type];
  const value = Buffer.from(JSON.stringify(data));
  const headers = {
    ce_specversion: '1.0',
    ce_id: `${found.sha256.toString('hex')}/${found.agreement_id}/${rowNo}`,
    ce_source: fileSource,
    ce_type: type,
    ce_time: found.received_at.toISOString(),
    ce_partitionkey: data.loanId,
    'content-type': 'application/json',
  };
  return { topic, key: data.loanId, value, headers };
}
