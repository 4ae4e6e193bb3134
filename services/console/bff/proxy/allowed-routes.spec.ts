import { describe, expect, it } from '@jest/globals';
import { allowedRoutes, routeFor } from './allowed-routes.js';

const id = '01a20a44-39cc-71b4-a79f-a11bd79b61b3';

describe('what a browser may ask of a service', () => {
  it('is what the table names', () => {
    expect(routeFor('cases', 'GET', `/cases/${id}/next`)?.path).toBe('/cases/:id/next');
    expect(routeFor('cases', 'POST', '/lists')?.path).toBe('/lists');
  });

  it.each([
    ['another method', 'cases', 'POST', `/cases/${id}`],
    ['another service', 'contacts', 'GET', `/cases/${id}`],
    ['a route of our own processes', 'contacts', 'POST', '/permits'],
    ['health', 'cases', 'GET', '/health/ready'],
    ['a service that is none', 'legal', 'GET', '/handoffs'],
    ['a step up', 'cases', 'GET', '/cases/../agreements'],
    ['an encoded step up', 'cases', 'GET', '/cases/%2e%2e'],
    ['an encoded slash', 'cases', 'GET', '/cases/a%2Fb'],
    ['a longer path', 'cases', 'GET', `/cases/${id}/next/more`],
    ['an empty part', 'cases', 'GET', '/cases//next'],
  ])('is never %s', (_what, service, method, path) => {
    expect(routeFor(service, method, path)).toBeNull();
  });

  it('has each route once', () => {
    const names = allowedRoutes.map(({ service, method, path }) => `${service} ${method} ${path}`);
    expect(new Set(names).size).toBe(names.length);
  });
});
