import { Allow } from '@arrears/auth';
import type { RulePack } from '@arrears/compliance';
import { Controller, Get, Inject } from '@nestjs/common';
import { GATE } from '../tokens.js';
import type { GateParts } from './gate.service.js';

/** The rules in force, as data: whoever was refused can read by which number, and which numbers nobody has confirmed. */
@Controller('rule-packs')
export class RulePacksHttp {
  constructor(@Inject(GATE) private readonly gate: GateParts) {}

  @Get()
  @Allow('rule-pack.read')
  list(): { items: readonly RulePack[]; nextCursor: null } {
    return { items: this.gate.rules.packs, nextCursor: null };
  }
}
