import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { caseSearch, caseSearchOrder } from './features/case/case.search.js';
import { casesSearch, casesSearchOrder } from './features/cases/cases.search.js';
import { meQuery } from './shell/me.queries.js';
import { NotFound } from './shell/not-found.js';
import { LoggedIn, LoginFailed } from './shell/session-ended.js';
import { Shell } from './shell/shell.js';
import { parseFlat, stringifyFlat } from './shared/url/flat.js';

interface RouterContext {
  queries: QueryClient;
}

/** The only list of routes: each page is loaded when it is first opened, each knows what its address may say. */
const rootRoute = createRootRouteWithContext<RouterContext>()({ notFoundComponent: NotFound });
const shellRoute = createRoute({ getParentRoute: () => rootRoute, id: 'shell', component: Shell });

const homeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  beforeLoad: async ({ context }) => {
    const { screens } = await context.queries.ensureQueryData(meQuery);
    const [first] = screens;
    if (first !== undefined) redirect({ to: first.path, replace: true, throw: true });
  },
});
const casesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/cases',
  validateSearch: casesSearch.parse,
  component: lazyRouteComponent(() => import('./features/cases/cases.page.js'), 'CasesPage'),
});
const caseRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/cases/$caseId',
  validateSearch: caseSearch.parse,
  component: lazyRouteComponent(() => import('./features/case/case.page.js'), 'CasePage'),
});
const systemRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/system',
  component: lazyRouteComponent(() => import('./features/system/system.page.js'), 'SystemPage'),
});
const loggedInRoute = createRoute({ getParentRoute: () => rootRoute, path: '/logged-in', component: LoggedIn });
const loginFailedRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/login-failed',
  component: LoginFailed,
});

const routeTree = rootRoute.addChildren([
  shellRoute.addChildren([homeRoute, casesRoute, caseRoute, systemRoute]),
  loggedInRoute,
  loginFailedRoute,
]);

const order = [...new Set([...casesSearchOrder, ...caseSearchOrder])];

export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree,
    context: { queries },
    parseSearch: parseFlat,
    stringifySearch: (search) => stringifyFlat(search, order),
    defaultPreload: 'intent',
    scrollRestoration: false,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
