import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import type { Observable } from 'rxjs';
import { problem } from './problem.js';
import type { ArrearsRequest } from './request-context.js';

export const jsonLimitBytes = 1024 * 1024;
export const uploadLimitBytes = 50 * 1024 * 1024;

const uploadKey = 'arrears:upload';
/** The route reads the request's stream itself, with `readUpload`: a file, not JSON. */
export const Upload = () => SetMetadata(uploadKey, true);

/** Reads JSON bodies of at most 1 MiB and keeps the bytes beside them, for signatures over what really came. */
export function jsonBody(): RequestHandler {
  return express.json({
    limit: jsonLimitBytes,
    type: ['application/json', 'application/*+json'],
    verify: (request, _response, raw) => {
      (request as ArrearsRequest).rawBody = raw;
    },
  });
}

export type BodyErrorHandler = ErrorRequestHandler;

/** A body that nobody read has the wrong content type: said so, instead of a list of missing fields. */
export class ContentTypeCheck implements NestInterceptor {
  constructor(private readonly reflector: Reflector = new Reflector()) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<ArrearsRequest>();
    const upload = this.reflector.get<boolean | undefined>(uploadKey, context.getHandler()) === true;
    const hasBody = Number(request.headers['content-length'] ?? 0) > 0 || 'transfer-encoding' in request.headers;
    const wasRead = request.rawBody !== undefined;
    if (hasBody && upload === wasRead)
      throw problem('unsupported-media-type', upload ? 'Send a file, not JSON.' : 'Send application/json.');
    return next.handle();
  }
}

/**
 * The bytes of an upload, chunk by chunk, never more than `limitBytes` (default 50 MiB).
 * @throws ProblemError `too-large`
 */
export async function* readUpload(request: ArrearsRequest, limitBytes = uploadLimitBytes): AsyncGenerator<Buffer> {
  const tooLarge = () => problem('too-large', `A file may have ${Math.floor(limitBytes / 1024 / 1024)} MiB.`);
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) throw tooLarge();
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limitBytes) throw tooLarge();
    yield chunk;
  }
}
