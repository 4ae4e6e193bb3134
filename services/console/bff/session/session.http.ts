import { AccessRefused, Open } from '@arrears/auth';
import { Answers } from '@arrears/service';
import { Controller, Get, HttpCode, Inject, Post, Query, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import type { ConsoleLog } from '../events.js';
import { LOG, PUBLIC_URL, SESSIONS } from '../tokens.js';
import { isFromOwnPage } from './csrf.js';
import { LoginRefused } from './identity-provider.js';
import type { ConsoleRequest } from './identify.js';
import { dropCookie, loginCookie, secretIn, sessionCookie, setCookie } from './session.js';
import type { Sessions } from './session.service.js';

const loginQuery = z.object({ to: z.string().max(2000).optional() });
const loginSeconds = 15 * 60;

/** Login and logout. These addresses are for the browser itself, not for our scripts. */
@Controller('session')
export class SessionHttp {
  constructor(
    @Inject(SESSIONS) private readonly sessions: Sessions,
    @Inject(PUBLIC_URL) private readonly publicUrl: URL,
    @Inject(LOG) private readonly log: ConsoleLog,
  ) {}

  /** To the identity provider. */
  @Get('login')
  @Open('who is not logged in yet begins here')
  async login(
    @Query({ schema: loginQuery }) { to }: z.infer<typeof loginQuery>,
    @Req() request: ConsoleRequest,
    @Res() response: Response,
  ) {
    const held = secretIn(request.headers.cookie, loginCookie);
    const { url, browser } = await this.sessions.beginLogin(to, held);
    response.setHeader('set-cookie', setCookie(loginCookie, browser, loginSeconds));
    away(response, url);
  }

  /** Back from it. A login that can not be finished begins anew: nobody is left on an error page. */
  @Get('callback')
  @Open('the code in the address is the proof')
  async callback(@Req() request: ConsoleRequest, @Res() response: Response) {
    const callback = new URL(request.originalUrl, this.publicUrl);
    const held = secretIn(request.headers.cookie, loginCookie);
    try {
      const { secret, returnTo } = await this.sessions.finishLogin(callback, held);
      response.setHeader('set-cookie', setCookie(sessionCookie, secret));
      away(response, returnTo);
    } catch (failure) {
      if (!(failure instanceof LoginRefused)) throw failure;
      this.log.warn('login-refused', { outcome: callback.searchParams.has('error') ? 'provider' : 'not-ours' });
      away(response, '/login-failed');
    }
  }

  @Post('logout')
  @HttpCode(200)
  @Open('whoever has no session any more is out already; it takes a page of ours')
  @Answers(z.object({ url: z.string() }))
  async logout(@Req() request: ConsoleRequest, @Res({ passthrough: true }) response: Response) {
    if (!isFromOwnPage(request, this.publicUrl))
      throw new AccessRefused('not-allowed', 'foreign-origin', 'This was not sent by a page of the console.');
    const secret = secretIn(request.headers.cookie, sessionCookie);
    const url = secret === null ? '/' : await this.sessions.end(secret);
    response.setHeader('set-cookie', dropCookie(sessionCookie));
    return { url };
  }
}

/** No cache may keep where somebody was sent. */
function away(response: Response, url: string): void {
  response.setHeader('cache-control', 'no-store');
  response.redirect(303, url);
}
