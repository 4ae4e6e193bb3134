import { AccessRefused } from '@arrears/auth';
import { failureFields, type Logger } from '@arrears/observability';
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { DatabaseError, VersionMismatch } from '@arrears/persistence';
import type { Response } from 'express';
import { ProblemError, problem, problemBody } from './problem.js';
import { correlationIdOf, type ArrearsRequest } from './request-context.js';

/** Turns whatever was thrown into problem+json. What nobody foresaw is `internal`: its message stays with us, unlogged. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Logger) {}

  catch(failure: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    answerProblem(this.log, failure, http.getRequest<ArrearsRequest>(), http.getResponse<Response>());
  }
}

export function answerProblem(log: Logger, failure: unknown, request: ArrearsRequest, response: Response): void {
  const answer = problemOf(failure);
  note(log, answer, failure, request);
  if (response.headersSent) {
    // Half an answer can't be taken back: cut it off, so that the caller does not take it for whole.
    response.destroy();
    return;
  }
  const body = problemBody(answer, correlationIdOf(request));
  if (body.status === 401) response.setHeader('www-authenticate', 'Bearer');
  if (body.status === 503) response.setHeader('retry-after', '5');
  response.status(body.status).type('application/problem+json').send(JSON.stringify(body));
}

function note(log: Logger, answer: ProblemError, failure: unknown, request: ArrearsRequest): void {
  const fields = { error_code: answer.code, http_route: request.route?.path };
  if (failure instanceof AccessRefused) {
    const event = answer.code === 'not-allowed' ? 'access-denied' : 'token-refused';
    log.warn(event, { ...fields, outcome: failure.reason, actor_id: failure.actorId });
  } else if (answer.code === 'internal') {
    log.error('request-failed', { ...failureFields(failure), outcome: answer.code, http_route: fields.http_route });
  } else {
    log.info('request-refused', { ...fields, actor_id: request.actor?.sub });
  }
}

export function problemOf(failure: unknown): ProblemError {
  if (failure instanceof ProblemError) return failure;
  if (failure instanceof AccessRefused) return problem(failure.code, failure.detail);
  if (failure instanceof VersionMismatch) return problem('version-mismatch', 'Read it again and repeat your change.');
  if (failure instanceof DatabaseError && isAway(failure)) return problem('unavailable', 'Try again in a moment.');
  if (failure instanceof HttpException) return ofStatus(failure.getStatus());
  return bodyProblem(failure) ?? problem('internal', 'Tell the correlation id to those who run this service.');
}

/** No connection, a server that is stopping or starting, no slot left: it passes, so the caller may repeat. */
function isAway({ sqlstate }: DatabaseError): boolean {
  return sqlstate === undefined || /^(08|53|57P)/.test(sqlstate);
}

/** Nest's own: an unknown route, a method that is not there. */
function ofStatus(status: number): ProblemError {
  if (status === 404) return problem('not-found', 'There is no such route.');
  if (status === 413) return problem('too-large', 'The body is larger than this route takes.');
  if (status === 415) return problem('unsupported-media-type', 'Send application/json.');
  if (status === 503) return problem('unavailable', 'Try again in a moment.');
  if (status >= 500) return problem('internal', 'Tell the correlation id to those who run this service.');
  return problem('malformed-body', 'The request could not be read.');
}

/** What Express says when it reads a body or a path. */
function bodyProblem(failure: unknown): ProblemError | undefined {
  if (!(failure instanceof Error)) return undefined;
  const type: unknown = Reflect.get(failure, 'type');
  switch (type) {
    case 'entity.too.large':
      return problem('too-large', 'A JSON body may have 1 MiB.');
    case 'entity.parse.failed':
      return problem('malformed-body', 'The body is not JSON.');
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return problem('unsupported-media-type', 'Send application/json in UTF-8.');
    case 'request.aborted':
    case 'request.size.invalid':
      return problem('malformed-body', 'The body ended early.');
    default:
      return failure instanceof URIError ? problem('not-found', 'There is no such route.') : undefined;
  }
}
