import { describe, expect, it } from '@jest/globals';
import { openClock } from '@arrears/clock';
import { createHealth, createMetrics, silentLogger } from '@arrears/observability';
import type { Database } from '@arrears/persistence';
import { buildApp, listRoutes } from '@arrears/service';
import { notificationsModule } from './module.js';

describe('the routes of notifications', () => {
  it('are these, and each says who may call it', async () => {
    const module = notificationsModule({
      db: {} as Database,
      clock: openClock({}),
      templates: { find: () => undefined, all: () => [] },
      receiptSecrets: new Map(),
      violated: () => undefined,
    });
    const built = await buildApp({
      name: 'notifications',
      version: '1',
      module,
      api: true,
      verifier: { verify: () => Promise.reject(new Error('nobody is let in')) },
      log: silentLogger,
      metrics: createMetrics(),
      health: createHealth(),
    });
    const routes = listRoutes(built.app).map(
      ({ method, path, access }) => `${method} ${path} ${access?.kind ?? 'closed'}`,
    );
    await built.app.close();
    expect(routes.sort()).toEqual([
      'GET /events/parked action',
      'GET /messages/:id action',
      'GET /templates action',
      'GET /templates/:id action',
      'POST /events/parked/:inboxId/replay action',
      'POST /events/parked/:inboxId/set-aside action',
      'POST /receipts/:provider open',
    ]);
  });
});
