import { Allow } from '@arrears/auth';
import { Controller, Get, Inject } from '@nestjs/common';
import type { Ledger } from '../ledger.js';
import { LEDGER } from '../tokens.js';

@Controller('policies')
export class PolicyController {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  @Get()
  @Allow('policy.read')
  list() {
    const items = this.ledger.policies.policies.map(
      ({ id, version, title, status, effectiveFrom, selection, steps }) => ({
        id,
        version,
        title,
        status,
        effectiveFrom,
        priority: selection.priority,
        steps: steps.map((step) => ({ id: step.id, kind: step.kind, stage: step.stage })),
      }),
    );
    return { items, nextCursor: null };
  }
}
