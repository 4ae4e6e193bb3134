import { eventTypes, type EventTypeName } from '@arrears/contracts';

/** What is wrong with one cell of a row, for whoever has to put the file right. Never repeats a personal value. */
export interface RowProblem {
  column: string;
  code: string;
  message: string;
  fix: string;
}
export type RowVerdict =
  | { ok: true; type: BankEventName; data: { agreementId: string; loanId: string } }
  | { ok: false; problems: RowProblem[] };

export type BankEventName = Extract<EventTypeName, `arrears.bank.${string}`>;
export type Cell = string | number | boolean | Date | null | undefined;
export type Row = Readonly<Record<string, Cell>>;

const shortNames: Readonly<Record<string, BankEventName>> = {
  'loan-overdue': 'arrears.bank.loan-overdue.v1',
  'loan-updated': 'arrears.bank.loan-updated.v1',
  'loan-recalled': 'arrears.bank.loan-recalled.v1',
  'account-take-back': 'arrears.bank.account-take-back.v1',
  'repayment-received': 'arrears.bank.repayment-received.v1',
  'repayment-reversed': 'arrears.bank.repayment-reversed.v1',
};
const typeColumn = 'type';
const mostProblems = 20;

/** One row of a file, its nested fields written with dots, as the event it stands for. Column `type` may be left out. */
export function readRow(row: Row, defaults: { agreementId?: string | undefined }): RowVerdict {
  const named = textOf(row[typeColumn]) ?? 'loan-overdue';
  const type = shortNames[named];
  if (type === undefined) {
    const fix = `Write one of: ${Object.keys(shortNames).join(', ')}; or leave it empty for loan-overdue.`;
    return refused({ column: typeColumn, code: 'type-unknown', message: 'There is no message of this type.', fix });
  }
  const data = nested(row);
  if (data['agreementId'] === undefined && defaults.agreementId !== undefined)
    data['agreementId'] = defaults.agreementId;
  const parsed = eventTypes[type].schema.safeParse(data);
  if (parsed.success) return { ok: true, type, data: parsed.data };
  const problems = parsed.error.issues.slice(0, mostProblems).map(({ path, message, code }): RowProblem => {
    const column = path.join('.');
    const missing = textOf(row[column]) === undefined;
    if (missing && code === 'invalid_type')
      return { column, code: 'missing', message: 'The column is empty or not there.', fix: `Fill in ${column}.` };
    return { column, code: 'shape', message, fix: `Correct ${column}.` };
  });
  return { ok: false, problems };
}

const refused = (problem: RowProblem): RowVerdict => ({ ok: false, problems: [problem] });

const numberFields = /^(sequence|score|instalments\.\d+\.number)$/;
const flagFields = /^(final|.*\.reserved)$/;

type Tree = { [name: string]: unknown };

/** Rebuilds `contactPoints.0.value` and the like. Empty cells are absent; gaps in a list close. */
function nested(row: Row): Tree {
  const root: Tree = {};
  for (const [column, cell] of Object.entries(row)) {
    const text = textOf(cell);
    if (text === undefined || column === typeColumn) continue;
    const path = column.split('.');
    const last = path.pop();
    if (last === undefined || [...path, last].some((name) => name === '' || name === '__proto__')) continue;
    let at = root;
    for (const name of path) at = childOf(at, name);
    at[last] = valueOf(column, text);
  }
  return lists(root) as Tree;
}

function childOf(tree: Tree, name: string): Tree {
  const known = tree[name];
  if (typeof known === 'object' && known !== null) return known as Tree;
  const made: Tree = {};
  tree[name] = made;
  return made;
}

function lists(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]): [string, unknown] => [name, lists(inner)]);
  if (entries.length > 0 && entries.every(([name]) => /^\d+$/.test(name)))
    return entries.sort(([one], [two]) => Number(one) - Number(two)).map(([, inner]) => inner);
  return Object.fromEntries(entries);
}

function valueOf(column: string, text: string): unknown {
  if (numberFields.test(column) && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (flagFields.test(column) && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  return text;
}

/** A spreadsheet gives numbers and dates where the contract has text. */
function textOf(cell: Cell): string | undefined {
  if (cell === null || cell === undefined) return undefined;
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? undefined : dateText(cell);
  const text = String(cell).trim();
  return text === '' ? undefined : text;
}

const dateText = (date: Date): string => {
  const iso = date.toISOString();
  return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso;
};
