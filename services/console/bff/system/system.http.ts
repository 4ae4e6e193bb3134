import { Authenticated } from '@arrears/auth';
import type { Clock } from '@arrears/clock';
import type { Health } from '@arrears/observability';
import { Answers } from '@arrears/service';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import { services } from '../proxy/allowed-routes.js';
import type { Gateway } from '../proxy/gateway.js';
import { CLOCK, GATEWAY, HEALTH, TIME_ZONE } from '../tokens.js';
import { systemOf } from './system.js';

const state = z.enum(['up', 'down']);
const system = z.object({
  asOf: z.iso.datetime(),
  services: z.array(z.object({ name: z.string(), state, failing: z.array(z.string()) })),
  parts: z.array(z.object({ name: z.string(), state, seenBy: z.array(z.string()) })),
});
const clockAnswer = z.object({
  /** Business time now, and the real time to which it belongs. */
  business: z.number(),
  real: z.number(),
  /** Business milliseconds in a real one; 0 while the clock stands. */
  speed: z.number(),
  timeZone: z.string(),
});

/** What is up, and what time it is in the business. */
@Controller('api')
export class SystemHttp {
  constructor(
    @Inject(GATEWAY) private readonly gateway: Gateway,
    @Inject(HEALTH) private readonly health: Health,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(TIME_ZONE) private readonly timeZone: string,
  ) {}

  @Get('system')
  @Authenticated()
  @Answers(system)
  async system(@Res({ passthrough: true }) response: Response) {
    response.setHeader('cache-control', 'no-store');
    const [own, ...others] = await Promise.all([
      this.health.dependencies(),
      ...services.map((name) => this.gateway.health(name)),
    ]);
    const answers = services.map((name, i) => ({ name, health: others[i] ?? null }));
    return { asOf: this.clock.nowIso(), ...systemOf([{ name: 'console', health: own }, ...answers]) };
  }

  @Get('clock')
  @Authenticated()
  @Answers(clockAnswer)
  time(@Res({ passthrough: true }) response: Response): z.infer<typeof clockAnswer> {
    response.setHeader('cache-control', 'no-store');
    const real = this.clock.realNow();
    const business = this.clock.toBusiness(real);
    return { business, real, speed: (this.clock.toBusiness(real + 1000) - business) / 1000, timeZone: this.timeZone };
  }
}
