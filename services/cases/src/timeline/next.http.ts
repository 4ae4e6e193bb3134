import { Allow, CurrentActor, type Actor } from '@arrears/auth';
import type { Database } from '@arrears/persistence';
import { Controller, Get, Inject, Param } from '@nestjs/common';
import { caseReads } from '../cases/case.reads.js';
import { caseId } from '../http.js';
import type { Ledger } from '../ledger.js';
import { DATABASE, GATE_PREVIEW, LEDGER } from '../tokens.js';
import type { GatePreview } from './gate-preview.js';
import { whatComesNext } from './next.service.js';

@Controller('cases')
export class NextController {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(GATE_PREVIEW) private readonly gate: GatePreview,
  ) {}

  /** What comes next, when, on what channel, and what stands in its way. */
  @Get(':id/next')
  @Allow('case.next')
  async next(@Param('id', caseId) id: string, @CurrentActor() actor: Actor) {
    const row = await caseReads.mustSee(this.database, id, actor);
    return whatComesNext(this.database, this.ledger, this.gate, row);
  }
}
