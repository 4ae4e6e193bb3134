import { queryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { bodyOf, casesApi, consoleApi } from '../../api/client.js';
import type { operations as Cases } from '../../api/cases.gen.js';
import type { operations as Console } from '../../api/console.gen.js';
import { pageOf } from '../../shared/grid/pages.js';
import { rowsQuery } from '../../shared/lists/list.queries.js';

type Json<Operation> = Operation extends { responses: { 200: { content: { 'application/json': infer Body } } } }
  ? Body
  : never;
export type OneCase = Json<Cases['Case_one']>;
export type Account = OneCase['accounts'][number];
export type Next = Json<Cases['Next_next']>;
export type Upcoming = Next['upcoming'][number];
export type People = Json<Console['CasesHttp_people']>;
export type Person = People['items'][number];
export type TimelinePage = Json<Cases['Timeline_timeline']>;
export type Entry = TimelinePage['items'][number];

const path = (id: string) => ({ path: { id } });

export const caseQuery = (id: string) =>
  queryOptions({
    queryKey: ['case', id],
    queryFn: () => bodyOf<OneCase>(casesApi.GET('/cases/{id}', { params: path(id) })),
  });

export const useNext = (id: string) =>
  useQuery({
    queryKey: ['case', id, 'next'],
    queryFn: () => bodyOf<Next>(casesApi.GET('/cases/{id}/next', { params: path(id) })),
  });

export const usePeople = (id: string) =>
  useQuery({
    queryKey: ['case', id, 'people'],
    queryFn: () => bodyOf<People>(consoleApi.GET('/api/cases/{id}/people', { params: path(id) })),
  });

const pageLength = 50;
export const useTimeline = (id: string) =>
  useInfiniteQuery({
    queryKey: ['case', id, 'timeline'],
    queryFn: ({ pageParam }) =>
      bodyOf<TimelinePage>(
        casesApi.GET('/cases/{id}/timeline', {
          params: { ...path(id), query: { limit: pageLength, ...(pageParam === null ? {} : { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
  });

/** The case at a place of the list that this one was opened from; nothing where there is no list. */
export function useNeighbour(listId: string | undefined, row: number | undefined) {
  const at = row ?? -1;
  const { data } = useQuery({ ...rowsQuery(listId ?? '', pageOf(at)), enabled: listId !== undefined && at >= 0 });
  return data === undefined ? undefined : { total: data.total, row: data.items.find((one) => one.index === at) };
}
