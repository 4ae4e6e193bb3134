export const services = ['cases', 'contacts', 'notifications'] as const;
export type ServiceName = (typeof services)[number];
export type Method = 'GET' | 'POST' | 'PUT';

export interface AllowedRoute {
  service: ServiceName;
  method: Method;
  /** As the service names it, `:x` for a part of it. */
  path: string;
}

/**
 * What a browser may ask of a service through the console, in the person's name. Whether that person may is the service's
 * to say; what is not here does not exist for a browser, whoever asks: permits, receipts, health, metrics.
 */
export const allowedRoutes: readonly AllowedRoute[] = [
  { service: 'cases', method: 'GET', path: '/agreements' },
  { service: 'cases', method: 'POST', path: '/lists' },
  { service: 'cases', method: 'GET', path: '/cases/:id' },
  { service: 'cases', method: 'GET', path: '/cases/:id/next' },
  { service: 'cases', method: 'GET', path: '/cases/:id/timeline' },
  { service: 'cases', method: 'GET', path: '/cases/:id/holds' },
  { service: 'cases', method: 'GET', path: '/commands/:key' },
];

/** An id or a key: never a dot segment, a slash, or an escape of one. */
const part = /^[A-Za-z0-9_-][A-Za-z0-9._~:-]{0,199}$/;

/** The allowed route that a request means, or null. `path` as it came, without the query. */
export function routeFor(service: string, method: string, path: string): AllowedRoute | null {
  const asked = path.split('/');
  return (
    allowedRoutes.find(
      (route) => route.service === service && route.method === method && fits(route.path.split('/'), asked),
    ) ?? null
  );
}

const fits = (template: readonly string[], asked: readonly string[]): boolean =>
  template.length === asked.length &&
  template.every((name, i) => (name.startsWith(':') ? part.test(asked[i] ?? '') : name === asked[i]));
