import { describe, expect, it } from '@jest/globals';
import { readRow, type Row } from './row.js';
import { mediaTypeOf, tableRows, UnreadableFile } from './table.js';
import { workbook } from './workbook.fixture.js';

const good: Row = {
  agreementId: 'AGR-1',
  loanId: 'L-1',
  sequence: '1',
  customerNo: 'C-1',
  product: 'credit-card',
  currency: 'CNY',
  dueDate: '2026-11-08',
  asOf: '2026-11-09',
  'balances.principal': '100000',
  'balances.interest': '0',
  'balances.fees': '0',
  'instalments.0.number': '1',
  'instalments.0.dueDate': '2026-11-08',
  'instalments.0.principal': '100000',
  'instalments.0.interest': '0',
  'instalments.0.fees': '0',
  'debtor.name': '合成样本',
  'debtor.language': 'zh-CN',
  'contactPoints.0.kind': 'mobile',
  'contactPoints.0.value': '+8613800000001',
  'contactPoints.0.source': 'application',
};

describe('a row as an event', () => {
  it('nests columns with dots and takes a row without type for an overdue loan', () => {
    expect(readRow(good, {})).toMatchObject({
      ok: true,
      type: 'arrears.bank.loan-overdue.v1',
      data: {
        sequence: 1,
        balances: { principal: '100000' },
        instalments: [{ number: 1 }],
        debtor: { name: '合成样本' },
      },
    });
  });

  it('reads numbers, flags and dates of a spreadsheet as the contract has them', () => {
    const row: Row = {
      type: 'repayment-received',
      agreementId: 'AGR-1',
      loanId: 'L-1',
      repaymentId: 7,
      amount: 50000,
      currency: 'CNY',
      valueDate: new Date('2026-11-10T00:00:00Z'),
      receivedAt: '2026-11-10T09:00:00+08:00',
      final: true,
    };
    expect(readRow(row, {})).toMatchObject({
      ok: true,
      data: { repaymentId: '7', amount: '50000', valueDate: '2026-11-10', final: true },
    });
  });

  it('takes the agreement of the delivery for rows that name none', () => {
    expect(readRow({ ...good, agreementId: '' }, { agreementId: 'AGR-9' })).toMatchObject({
      ok: true,
      data: { agreementId: 'AGR-9' },
    });
  });

  it.each([
    ['an unknown type', { ...good, type: 'loan-eaten' }, 'type', 'type-unknown'],
    ['a missing name', { ...good, 'debtor.name': '' }, 'debtor.name', 'missing'],
    ['a negative amount', { ...good, 'balances.fees': '-5' }, 'balances.fees', 'shape'],
    ['a number that is none', { ...good, sequence: 'first' }, 'sequence', 'shape'],
    ['a date that does not exist', { ...good, dueDate: '2026-11-31' }, 'dueDate', 'shape'],
  ])('names the column of %s and what to do', (_name, row, column, code) => {
    const verdict = readRow(row, {});
    if (verdict.ok) throw new Error('was taken');
    expect(verdict.problems[0]).toMatchObject({ column, code });
    expect(verdict.problems[0]?.fix.length).toBeGreaterThan(5);
  });

  it('never repeats a personal value', () => {
    const verdict = readRow(
      { ...good, 'contactPoints.0.value': '1'.repeat(50), 'debtor.idNumber': '9'.repeat(90) },
      {},
    );
    expect(JSON.stringify(verdict)).not.toMatch(/1{50}|9{90}/);
  });
});

describe('a file as rows', () => {
  const rows = async (body: Buffer, media: 'csv' | 'xlsx') => {
    const all = [];
    for await (const one of tableRows(body, media)) all.push(one);
    return all;
  };

  it('counts rows as a spreadsheet does and skips empty ones', async () => {
    const csv = '\uFEFFloanId,debtor.name\nL-1,甲\n,\nL-3,"乙, 丙"\n';
    expect(await rows(Buffer.from(csv), 'csv')).toEqual([
      { rowNo: 2, row: { loanId: 'L-1', 'debtor.name': '甲' } },
      { rowNo: 4, row: { loanId: 'L-3', 'debtor.name': '乙, 丙' } },
    ]);
  });

  it.each([
    ['a text that is called a workbook', Buffer.from('loanId\nL-1\n'), 'xlsx', 'not-a-spreadsheet'],
    ['an open quote', Buffer.from('loanId\n"L-1\n'), 'csv', 'not-csv'],
    ['nothing', Buffer.from(''), 'csv', 'empty'],
    ['no header', Buffer.from('L-1,5\n'), 'csv', 'columns-missing'],
  ] as const)('refuses %s as a whole', async (_name, body, media, code) => {
    await expect(rows(body, media)).rejects.toMatchObject({ code } satisfies Partial<UnreadableFile>);
  });

  const lines = Array.from({ length: 50 }, (_, n) => [`L-${n}`, n, new Date('2026-11-08T00:00:00Z'), `甲 & <${n}>`]);
  const book = workbook([['loanId', 'sequence', 'dueDate', 'debtor.name'], ...lines]);

  it('reads the first sheet of a workbook, its numbers and dates as such', async () => {
    const found = await rows(book, 'xlsx');
    expect(found).toHaveLength(50);
    expect(found.at(-1)).toEqual({
      rowNo: 51,
      row: { loanId: 'L-49', sequence: 49, dueDate: new Date('2026-11-08T00:00:00Z'), 'debtor.name': '甲 & <49>' },
    });
  });

  it('refuses a workbook wherever it was cut off, its last byte included', async () => {
    const codes = new Map<unknown, number>();
    for (let length = 0; length < book.length; length += 1) {
      const code = await rows(book.subarray(0, length), 'xlsx').then(
        (found) => `${found.length} rows`,
        (error: UnreadableFile) => error.code,
      );
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    expect([...codes]).toEqual([['not-a-spreadsheet', book.length]]);
  });

  it('knows CSV and Excel by their content type', () => {
    expect(mediaTypeOf('text/csv; charset=utf-8')).toBe('csv');
    expect(mediaTypeOf('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')).toBe('xlsx');
    expect(mediaTypeOf('application/pdf')).toBeNull();
  });
});
