import { Authenticated, CurrentActor, type Actor } from '@arrears/auth';
import type { Clock } from '@arrears/clock';
import type { Database } from '@arrears/persistence';
import { Answers } from '@arrears/service';
import { Body, Controller, Get, Inject, Put, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import { sessionOf, type ConsoleRequest } from '../session/identify.js';
import { CLOCK, DATABASE } from '../tokens.js';
import { preferencesStore } from './preferences.store.js';
import { screensOf } from './screens.js';

const preferences = z.strictObject({
  language: z.enum(['zh', 'en']),
  theme: z.enum(['system', 'light', 'dark']),
  keys: z.boolean(),
});
const me = z.object({
  sub: z.string(),
  name: z.string(),
  roles: z.array(z.string()),
  screens: z.array(z.object({ id: z.enum(['cases', 'system']), path: z.string() })),
  preferences,
  /** Real time at which the session ends if nothing more is asked. */
  sessionEndsAt: z.iso.datetime(),
});

/** Who sits here, what he may see, and how he likes it. */
@Controller('api/me')
export class MeHttp {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Authenticated()
  @Answers(me)
  async read(
    @CurrentActor() actor: Actor,
    @Req() request: ConsoleRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<z.infer<typeof me>> {
    response.setHeader('cache-control', 'no-store');
    const { name, endsAt } = sessionOf(request);
    return {
      sub: actor.sub,
      name,
      roles: [...actor.roles],
      screens: screensOf(actor),
      preferences: await preferencesStore.find(this.db, actor.sub),
      sessionEndsAt: new Date(endsAt).toISOString(),
    };
  }

  @Put('preferences')
  @Authenticated()
  @Answers(preferences)
  async prefer(@Body({ schema: preferences }) wish: z.infer<typeof preferences>, @CurrentActor() actor: Actor) {
    await preferencesStore.save(this.db, actor.sub, wish, new Date(this.clock.realNow()));
    return wish;
  }
}
