import { accessKey, type Access } from '@arrears/auth';
import { RequestMethod, type INestApplicationContext, type Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';

export interface Route {
  method: string;
  path: string;
  /** Absent when the route is closed to everybody. */
  access: Access | undefined;
}

/** Every route of the controllers with what it asks of its caller: tests walk through it, so that none is forgotten. */
export function listRoutes(app: INestApplicationContext): Route[] {
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.values()]);
  return controllers.flatMap(({ metatype }) => (typeof metatype === 'function' ? routesOf(metatype as Type) : []));
}

function routesOf(controller: Type): Route[] {
  const prototype = controller.prototype as object;
  const [base] = paths(Reflect.getMetadata('path', controller));
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const handler: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value;
    if (typeof handler !== 'function') return [];
    const method: unknown = Reflect.getMetadata('method', handler);
    if (typeof method !== 'number') return [];
    const access = (Reflect.getMetadata(accessKey, handler) ?? Reflect.getMetadata(accessKey, controller)) as
      Access | undefined;
    return paths(Reflect.getMetadata('path', handler)).map((path) => ({
      method: RequestMethod[method] ?? String(method),
      path: `/${[base, path]
        .map((part) => (part ?? '').replace(/^\/|\/$/g, ''))
        .filter((part) => part !== '')
        .join('/')}`,
      access,
    }));
  });
}

function paths(metadata: unknown): string[] {
  if (typeof metadata === 'string') return [metadata];
  return Array.isArray(metadata) ? metadata.filter((path) => typeof path === 'string') : [''];
}
