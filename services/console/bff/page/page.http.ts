import { randomBytes } from 'node:crypto';
import { Open } from '@arrears/auth';
import { problem } from '@arrears/service';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { ConsoleRequest } from '../session/identify.js';
import { secretIn, sessionCookie } from '../session/session.js';
import { WEB_FILES } from '../tokens.js';
import { contentSecurityPolicy } from './csp.js';
import type { WebFile, WebFiles } from './web-files.js';

const noncePlace = /%NONCE%/g;
/** What belongs to programs is never answered with a page. */
const notPages = /^\/(api|session|health|assets|metrics)(\/|$)/;
const openPages = new Set(['/login-failed']);

/** The web app itself. It holds no data: who may see what is asked for with each question. */
@Controller()
export class PageHttp {
  constructor(@Inject(WEB_FILES) private readonly web: WebFiles) {}

  @Get(['/', '*path'])
  @Open('the page and its scripts are the same for everybody')
  page(@Req() request: ConsoleRequest, @Res() response: Response): void {
    const file = this.web.files.get(request.path);
    if (file !== undefined) return sendFile(file, request, response);
    if (notPages.test(request.path)) throw problem('not-found', 'There is no such route.');
    if (secretIn(request.headers.cookie, sessionCookie) === null && !openPages.has(request.path)) {
      response.setHeader('cache-control', 'no-store');
      return response.redirect(303, `/session/login?to=${encodeURIComponent(request.originalUrl)}`);
    }
    const nonce = randomBytes(16).toString('base64');
    response.setHeader('content-security-policy', contentSecurityPolicy(nonce));
    response.setHeader('cache-control', 'no-store');
    response.type('text/html').send(this.web.index.replace(noncePlace, nonce));
  }
}

/** Their names carry a hash of their content: they are never other than they were. */
function sendFile(file: WebFile, request: ConsoleRequest, response: Response): void {
  response.setHeader('etag', file.etag);
  response.setHeader('vary', 'accept-encoding');
  response.setHeader(
    'cache-control',
    request.path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
  );
  if (request.headers['if-none-match'] === file.etag) return void response.status(304).end();
  response.setHeader('content-type', file.type);
  const packed = file.gzip !== undefined && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  if (packed) response.setHeader('content-encoding', 'gzip');
  response.end(packed ? file.gzip : file.body);
}
