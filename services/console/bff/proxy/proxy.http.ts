import { Authenticated } from '@arrears/auth';
import { correlationIdOf, problem } from '@arrears/service';
import { All, Controller, Inject, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { ConsoleLog } from '../events.js';
import { sessionOf, type ConsoleRequest } from '../session/identify.js';
import { GATEWAY, LOG } from '../tokens.js';
import { routeFor } from './allowed-routes.js';
import { ServiceAway, type Gateway } from './gateway.js';

const passedOn = ['idempotency-key', 'if-match'] as const;
const passedBack = ['content-type', 'etag', 'retry-after', 'idempotency-replayed'] as const;

/** `/api/services/<service>/…` is the service's own API, asked with the person's token. */
@Controller('api/services')
export class ProxyHttp {
  constructor(
    @Inject(GATEWAY) private readonly gateway: Gateway,
    @Inject(LOG) private readonly log: ConsoleLog,
  ) {}

  @All(':service/*rest')
  @Authenticated()
  async pass(@Req() request: ConsoleRequest, @Res() response: Response) {
    const [path = '', query] = request.originalUrl.replace(/^\/api\/services\//, '').split('?', 2);
    const [service = ''] = path.split('/', 1);
    const route = routeFor(service, request.method, path.slice(service.length));
    if (route === null) throw problem('not-found', 'There is no such route.');
    const answer = await this.gateway
      .ask({
        service: route.service,
        method: route.method,
        path: `${path.slice(service.length)}${query === undefined ? '' : `?${query}`}`,
        accessToken: sessionOf(request).accessToken,
        correlationId: correlationIdOf(request),
        headers: headersOf(request),
        ...(request.rawBody === undefined ? {} : { body: request.rawBody }),
      })
      .catch((failure: unknown) => {
        if (!(failure instanceof ServiceAway)) throw failure;
        this.log.warn('service-away', { outcome: failure.service });
        throw problem('unavailable', `The service ${failure.service} does not answer.`);
      });
    for (const name of passedBack) {
      const value = answer.headers.get(name);
      if (value !== null) response.setHeader(name, value);
    }
    response.setHeader('cache-control', 'no-store');
    response.status(answer.status).send(answer.body);
  }
}

function headersOf(request: ConsoleRequest): Record<string, string> {
  return Object.fromEntries(
    passedOn.flatMap((name) => {
      const value = request.headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}
