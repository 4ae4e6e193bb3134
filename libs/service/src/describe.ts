import { createHealth, createMetrics, silentLogger } from '@arrears/observability';
import type { DynamicModule } from '@nestjs/common';
import { buildApp } from './build-app.js';
import { openApiDocument } from './openapi.js';

/**
 * The text of a service's `openapi.json`, which is checked in: callers build their types from it, and a change of it is
 * seen in review. The module is made and not asked anything, so its parts need not be real.
 */
export async function describeApi(name: string, module: DynamicModule): Promise<string> {
  const verifier = { verify: () => Promise.reject(new Error('nobody asks')) };
  const parts = { log: silentLogger, metrics: createMetrics(), health: createHealth() };
  const { app } = await buildApp({ name, version: '1', module, api: true, verifier, ...parts });
  try {
    return `${JSON.stringify(openApiDocument(app, { name, version: '1' }), null, 2)}\n`;
  } finally {
    await app.close();
  }
}
