import { describe, expect, it } from '@jest/globals';
import { openClock } from '@arrears/clock';
import { createHealth, createMetrics, silentLogger } from '@arrears/observability';
import type { Database, PersonKeys } from '@arrears/persistence';
import { buildApp, listRoutes } from '@arrears/service';
import { notificationsModule } from './module.js';
import type { Lists, Templates } from './templates/book.js';

describe('the routes of notifications', () => {
  it('are these, and each says who may call it', async () => {
    const module = notificationsModule({
      db: {} as Database,
      clock: openClock({}),
      templates: { find: () => undefined } as unknown as Templates,
      lists: {} as Lists,
      personKeys: {} as PersonKeys,
      indexKey: Buffer.alloc(32),
      receiptSecrets: new Map(),
      channelOf: () => undefined,
      door: { note: () => undefined, refused: () => undefined },
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
      'GET /cases/:id/journal action',
      'GET /events/parked action',
      'GET /inbound action',
      'GET /messages action',
      'GET /messages/:id action',
      'GET /templates action',
      'GET /templates/:id action',
      'GET /templates/:id/versions/:version action',
      'POST /events/parked/:inboxId/replay action',
      'POST /events/parked/:inboxId/set-aside action',
      'POST /inbound/:provider open',
      'POST /messages/:id/settle action',
      'POST /receipts/:provider open',
      'POST /templates action',
      'POST /templates/:id/versions/:version/approve action',
      'POST /templates/:id/versions/:version/retire action',
      'POST /templates/:id/versions/:version/submit action',
      'POST /templates/preview action',
    ]);
  });
});
