import type { Server } from 'node:http';
import { AccessGuard, byBearerToken, type Identify, type TokenVerifier } from '@arrears/auth';
import type { Health, Logger, Metrics } from '@arrears/observability';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import express, { type ErrorRequestHandler, type Express, type Response } from 'express';
import helmet from 'helmet';
import { ContentTypeCheck, jsonBody } from './body.js';
import { healthRoutes } from './health-routes.js';
import { nestLog } from './nest-log.js';
import { openApiDocument } from './openapi.js';
import { ProblemFilter, answerProblem } from './problem-filter.js';
import { problem } from './problem.js';
import { requestContext, type ArrearsRequest } from './request-context.js';
import { createTraffic, type Traffic } from './traffic.js';
import { validationPipe } from './validation.js';

export interface BuildAppOptions {
  name: string;
  version: string;
  module: Type | DynamicModule;
  /** Without it (a process without the role `api`) only the health routes answer. */
  api: boolean;
  verifier: TokenVerifier;
  /** How a caller is known; default by the access token he sends. */
  identify?: Identify<ArrearsRequest>;
  log: Logger;
  metrics: Metrics;
  health: Health;
}
export interface BuiltApp {
  app: NestExpressApplication;
  http: Server;
  traffic: Traffic;
}

/** The whole HTTP edge of a service, initialised and not yet listening: `runService` and tests share it. */
export async function buildApp(options: BuildAppOptions): Promise<BuiltApp> {
  const { log, metrics, health } = options;
  const server = express();
  const traffic = createTraffic();
  server.disable('x-powered-by').set('query parser', 'simple');
  // Probes come first: they must answer whatever is wrong behind them, and are neither logged nor counted.
  server.use(healthRoutes(health));
  server.use(helmet({ contentSecurityPolicy: nothingIsAPage }));
  server.use(requestContext(log, metrics) as express.RequestHandler);
  server.use(options.api ? traffic.handler : noApi);
  server.use(jsonBody());
  server.use(edgeErrors(log));

  const app = await NestFactory.create<NestExpressApplication>(options.module, new ExpressAdapter(server), {
    bodyParser: false,
    abortOnError: false,
    logger: nestLog(log),
  });
  if (options.api) openApiRoute(server, app, options);
  app.useGlobalGuards(new AccessGuard<ArrearsRequest>(options.identify ?? byBearerToken(options.verifier)));
  app.useGlobalInterceptors(new ContentTypeCheck());
  app.useGlobalPipes(validationPipe());
  app.useGlobalFilters(new ProblemFilter(log));
  await app.init();
  return { app, http: app.getHttpServer(), traffic };
}

/** An answer of an API that a browser is made to show runs and loads nothing. Whoever serves a page says otherwise. */
const nothingIsAPage = { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } };

/** Built at the first request: the routes must all be there, and most processes are never asked. */
function openApiRoute(server: Express, app: NestExpressApplication, of: { name: string; version: string }): void {
  let document: string | undefined;
  server.get('/openapi.json', (_request, response: Response) => {
    document ??= JSON.stringify(openApiDocument(app, of));
    response.type('application/json').send(document);
  });
}

const noApi: express.RequestHandler = (_request, _response, next) =>
  next(problem('not-found', 'This process serves no API.'));

/** Errors before Nest: an unreadable body, a closed door. */
function edgeErrors(log: Logger): ErrorRequestHandler {
  return (failure: unknown, request: ArrearsRequest, response: Response, _next) =>
    answerProblem(log, failure, request, response);
}
