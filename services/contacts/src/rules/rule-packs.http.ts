import { Allow } from '@arrears/auth';
import type { RulePack } from '@arrears/compliance';
import { Body, Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { z } from 'zod';
import type { GateParts } from '../gate/parts.js';
import { GATE } from '../tokens.js';
import { shadow } from './shadow.service.js';

const instant = z.iso.datetime({ offset: true });
/** Without a period: the 30 days before now, by the business clock. */
const shadowInput = z.object({
  yaml: z.string().min(1).max(400_000),
  from: instant.optional(),
  to: instant.optional(),
});

/** The rules in force, as data: whoever was refused can read by which number, and which numbers nobody has confirmed. */
@Controller('rule-packs')
export class RulePacksHttp {
  constructor(@Inject(GATE) private readonly gate: GateParts) {}

  @Get()
  @Allow('rule-pack.read')
  list(): { items: readonly RulePack[]; nextCursor: null } {
    return { items: this.gate.rules.packs, nextCursor: null };
  }

  /** What a pack would have denied, had it been in force in a period. Changes nothing. */
  @Post('shadow')
  @HttpCode(200)
  @Allow('rule-pack.shadow')
  shadow(@Body({ schema: shadowInput }) input: z.infer<typeof shadowInput>) {
    return shadow(this.gate.db, this.gate.rules, { ...input, now: this.gate.clock.nowIso() });
  }
}
