import { queryOptions } from '@tanstack/react-query';
import { bodyOf, consoleApi } from '../../api/client.js';
import type { operations } from '../../api/cases.gen.js';
import { pageSize } from '../grid/pages.js';

type Rows = operations['List_rows']['responses'][200]['content']['application/json'];
/** A line as `cases` gives it, with the name that `contacts` gave for it. */
export type CaseLine = Rows['items'][number] & { debtor: string | null };
export type CaseLines = Omit<Rows, 'items'> & { items: CaseLine[]; missing: string[] };

/** Rows of a frozen list never change their place: what was read once is read. */
export const rowsQuery = (listId: string, page: number) =>
  queryOptions({
    queryKey: ['list', listId, page],
    queryFn: async () => {
      const params = { path: { id: listId }, query: { from: page * pageSize, count: pageSize } };
      return (await bodyOf(consoleApi.GET('/api/lists/{id}/rows', { params }))) as CaseLines;
    },
    staleTime: Infinity,
  });
