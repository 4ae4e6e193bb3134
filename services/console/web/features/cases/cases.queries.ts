import { queryOptions, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { bodyOf, casesApi } from '../../api/client.js';
import { ApiError } from '../../api/problem.js';
import { pageOf, pagesFor } from '../../shared/grid/pages.js';
import { rowsQuery, type CaseLine } from '../../shared/lists/list.queries.js';
import { listOf, type CasesSearch } from './cases.search.js';

/** Freezes what the filters find. Asked once for the same question, until somebody wants the news. */
const frozenQuery = (question: ReturnType<typeof listOf>) =>
  queryOptions({
    queryKey: ['frozen', question],
    queryFn: () => bodyOf(casesApi.POST('/lists', { body: question })),
    staleTime: Infinity,
    gcTime: 30 * 60_000,
  });

const mostListed = 100_000;

/** The list of an address: frozen once, its rows by the page that is on the screen. */
export function useCaseList(search: CasesSearch) {
  const client = useQueryClient();
  const question = listOf(search);
  const frozen = useQuery(frozenQuery(question));
  const [range, setRange] = useState<readonly [number, number]>([0, 40]);
  const { listId, total = 0, truncated = false } = frozen.data ?? {};
  const length = Math.min(total, mostListed);
  const wanted = listId === undefined ? [] : pagesFor(range[0], range[1], length);
  const pages = useQueries({ queries: wanted.map((page) => rowsQuery(listId ?? '', page)) });
  const gone = pages.some(({ error }) => error instanceof ApiError && error.status === 404);
  const { refetch, isFetching } = frozen;
  // A list that the server has forgotten is frozen again; the cursor stays where it was.
  useEffect(() => {
    if (gone && !isFetching) void refetch();
  }, [gone, listId, isFetching, refetch]);
  const rowAt = (index: number): CaseLine | undefined => {
    const of = wanted.indexOf(pageOf(index));
    const kept = of >= 0 ? pages[of]?.data : listId && client.getQueryData(rowsQuery(listId, pageOf(index)).queryKey);
    return kept ? kept.items.find((row) => row.index === index) : undefined;
  };
  return {
    frozen,
    listId,
    total,
    length,
    truncated,
    rowAt,
    setRange,
    failure: gone ? null : (pages.find(({ error }) => error !== null)?.error ?? null),
    missing: pages.some(({ data }) => (data?.missing.length ?? 0) > 0),
    takeNews: () => void refetch(),
  };
}
