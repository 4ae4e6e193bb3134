import { Amount } from '../../shared/money/amount.js';
import { formatCount } from '../../shared/money/money.js';
import type { GridColumn } from '../../shared/grid/grid.js';
import type { CaseLine } from '../../shared/lists/list.queries.js';
import { WorkTag } from '../../shared/status/work-tag.js';
import { When } from '../../shared/time/time-text.js';
import { wordFor, type Language } from '../../text/text.js';
import type { Text } from '../../text/zh.js';
import type { sorts } from './cases.search.js';

type Sort = (typeof sorts)[number];

/** One dictionary of columns for every list of cases. */
export function caseColumns(text: Text, zone: string, sort: Sort, language: Language): GridColumn<CaseLine>[] {
  const title = text.columns;
  const sorted = (by: 'dpd' | 'openedAt'): Pick<GridColumn<CaseLine>, 'sorted'> =>
    sort === by ? { sorted: 'ascending' } : sort === `-${by}` ? { sorted: 'descending' } : {};
  const amount = (id: 'overdue' | 'balance', width: number): GridColumn<CaseLine> => ({
    ...{ id, title: title[id], width, align: 'end' },
    cell: (row) => <Amount of={row[id]} currency={row.currency} code />,
  });
  return [
    { id: 'caseNo', title: title.caseNo, width: 90, cell: (row) => row.caseNo },
    { id: 'debtor', title: title.debtor, width: 80, cell: (row) => row.debtor ?? '—' },
    { id: 'product', title: title.product, width: 104, cell: (row) => wordFor(text.products, row.product ?? '—') },
    {
      id: 'dpd',
      title: title.dpd,
      width: language === 'zh' ? 96 : 136,
      align: 'end',
      ...sorted('dpd'),
      cell: (row) => formatCount(row.dpd),
    },
    { id: 'bucket', title: title.bucket, width: language === 'zh' ? 64 : 76, cell: (row) => row.bucket ?? '—' },
    {
      id: 'class5',
      title: title.class5,
      width: language === 'zh' ? 84 : 130,
      cell: (row) => (row.class5 === null ? '—' : wordFor(text.classes, row.class5)),
    },
    amount('overdue', 132),
    amount('balance', 140),
    { id: 'stage', title: title.stage, width: 92, cell: (row) => wordFor(text.stages, row.stage) },
    {
      ...{ id: 'holds', title: title.holds, width: 120 },
      cell: (row) =>
        row.holds.length === 0 ? (
          '—'
        ) : (
          <WorkTag state="barred">{row.holds.map((kind) => wordFor(text.holds, kind)).join(', ')}</WorkTag>
        ),
    },
    { id: 'owner', title: title.owner, width: 100, cell: (row) => row.owner ?? '—' },
    { id: 'client', title: title.client, width: 120, cell: (row) => row.agreementId },
    { id: 'branch', title: title.branch, width: 80, cell: (row) => row.branch ?? '—' },
    {
      id: 'openedAt',
      title: title.openedAt,
      width: 180,
      ...sorted('openedAt'),
      cell: (row) => <When at={row.openedAt} zone={zone} />,
    },
  ];
}
