import { randomUUID } from 'node:crypto';
import type { RequestWithActor } from '@arrears/auth';
import { annotateSpan, withLogContext, withSpan, type Logger, type Metrics } from '@arrears/observability';
import type { NextFunction, Request, Response } from 'express';

export interface ArrearsRequest extends Request, RequestWithActor {
  correlationId?: string;
  /** The JSON body as it came, for signatures. */
  rawBody?: Buffer;
  route: { path?: string } | undefined;
}

export function correlationIdOf(request: ArrearsRequest): string {
  request.correlationId ??= randomUUID();
  return request.correlationId;
}

/** A caller's id is taken if it can be nothing but an id: it goes into logs, where a name or number must not. */
function acceptable(given: unknown): given is string {
  return typeof given === 'string' && /^(?=.*[a-zA-Z])[A-Za-z0-9-]{16,64}$/.test(given);
}

const classes = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const;

/** Correlation id, log context, span and duration of each request. Health probes are left alone. */
export function requestContext(log: Logger, metrics: Metrics) {
  const duration = metrics.histogram({
    name: 'http_request_duration_seconds',
    help: 'Requests by route template and class of status',
    labels: { route: { upTo: 60 }, status: classes },
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  });
  const finished = (request: ArrearsRequest, response: Response, startedAt: number) => {
    const route = routeOf(request);
    const ms = performance.now() - startedAt;
    const statusClass = classes[Math.floor(response.statusCode / 100) - 1] ?? '5xx';
    duration.observe({ route, status: statusClass }, ms / 1000);
    const fields = { http_route: request.route?.path, status: response.statusCode, actor_id: request.actor?.sub };
    annotateSpan(fields);
    log.info('request-handled', { ...fields, mode: request.method, duration_ms: Math.round(ms) });
  };
  return (request: ArrearsRequest, response: Response, next: NextFunction): void => {
    const given = request.headers['x-correlation-id'] ?? request.headers['x-request-id'];
    const id = acceptable(given) ? given : randomUUID();
    request.correlationId = id;
    response.setHeader('x-correlation-id', id);
    const startedAt = performance.now();
    const traceparent = request.headers['traceparent'];
    const span = {
      kind: 'server' as const,
      attributes: { request_id: id },
      parent: typeof traceparent === 'string' ? traceparent : undefined,
      // Every command of a person carries this header; calls between services do not.
      command: request.headers['idempotency-key'] !== undefined,
    };
    void withLogContext({ request_id: id }, () =>
      withSpan(`HTTP ${request.method}`, span, async (active) => {
        const done = new Promise<void>((resolve) => response.once('close', resolve));
        next();
        await done;
        active.updateName(routeOf(request));
        finished(request, response, startedAt);
      }),
    );
  };
}

/** `GET /cases/:id`; the path itself carries ids and never becomes a label or the name of a span. */
function routeOf(request: ArrearsRequest): string {
  const path = request.route?.path;
  return path === undefined ? 'unmatched' : `${request.method} ${path}`;
}
