import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { bodyOf, consoleApi } from '../api/client.js';
import type { operations } from '../api/console.gen.js';

export type Me = operations['MeHttp_read']['responses'][200]['content']['application/json'];
export type Preferences = Me['preferences'];

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => bodyOf<Me>(consoleApi.GET('/api/me')),
  staleTime: 60_000,
});

export const useMe = () => useQuery(meQuery);

/** A private matter: shown at once, taken back if the server refuses. */
export function usePrefer() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wish: Preferences) => bodyOf(consoleApi.PUT('/api/me/preferences', { body: wish })),
    onMutate: async (wish) => {
      await client.cancelQueries({ queryKey: meQuery.queryKey });
      const before = client.getQueryData(meQuery.queryKey);
      if (before !== undefined) client.setQueryData(meQuery.queryKey, { ...before, preferences: wish });
      return { before };
    },
    onError: (_failure, _wish, kept) => {
      if (kept?.before !== undefined) client.setQueryData(meQuery.queryKey, kept.before);
    },
  });
}

export type Clock = operations['SystemHttp_time']['responses'][200]['content']['application/json'];
const clockEveryMs = 15_000;

/** What time it is in the business: asked now and then, told in between by the browser's own count. */
export function useClock() {
  return useQuery({
    queryKey: ['clock'],
    queryFn: async () => ({ ...(await bodyOf<Clock>(consoleApi.GET('/api/clock'))), heardAt: performance.now() }),
    refetchInterval: clockEveryMs,
  });
}

/** Ends the session here and at the identity provider. A failure is shown: whoever leaves his desk must know. */
export const useLogout = () =>
  useMutation({
    mutationFn: () => bodyOf(consoleApi.POST('/session/logout')),
    onSuccess: ({ url }) => window.location.assign(url),
  });
