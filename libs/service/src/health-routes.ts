import type { Health, HealthAnswer } from '@arrears/observability';
import { Router, type Response } from 'express';

/**
 * `/health/live`: only a restart helps. `/health/ready`: may traffic come. `/health/dependencies`: what is down, by name;
 * it answers 200 whatever is down, since no machine may act on it.
 */
export function healthRoutes(health: Health): Router {
  const router = Router();
  const answer = (response: Response, of: HealthAnswer, failingStatus: number) =>
    response.status(of.status === 'ok' ? 200 : failingStatus).json(of);
  router.get('/health/live', async (_request, response) => void answer(response, await health.live(), 503));
  router.get('/health/ready', async (_request, response) => void answer(response, await health.ready(), 503));
  router.get('/health/dependencies', async (_request, response) => {
    const { checks, failing } = await health.dependencies();
    answer(response, { status: failing.length === 0 ? 'ok' : 'failing', failing, checks }, 200);
  });
  return router;
}
