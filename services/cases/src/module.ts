import type { Database, PersonKeys } from '@arrears/persistence';
import { parkedEvents } from '@arrears/service';
import type { DynamicModule } from '@nestjs/common';
import { AgreementController } from './agreements/agreement.http.js';
import { CaseController } from './cases/case.http.js';
import { CommandController } from './commands/command.http.js';
import { HoldController } from './holds/hold.http.js';
import { ImportController } from './imports/import.http.js';
import type { Ledger } from './ledger.js';
import { MoveController } from './moves/move.http.js';
import { PolicyController } from './policies/policy.http.js';
import { ReviewController } from './reviews/review.http.js';
import { noGate, type GatePreview } from './timeline/gate-preview.js';
import { NextController } from './timeline/next.http.js';
import { TimelineController } from './timeline/timeline.http.js';
import { DATABASE, GATE_PREVIEW, LEDGER, PERSON_KEYS } from './tokens.js';

export interface CasesParts {
  database: Database;
  ledger: Ledger;
  personKeys: PersonKeys;
  /** Left out: nobody is asked, and answers say so. */
  gate?: GatePreview;
}

class CasesModule {}

/** The HTTP edge of the service. Consumer, relay, imports and worker are started beside it by `main.ts`. */
export function casesModule(parts: CasesParts): DynamicModule {
  return {
    module: CasesModule,
    imports: [parkedEvents(parts.database)],
    controllers: [
      AgreementController,
      CaseController,
      CommandController,
      HoldController,
      ImportController,
      MoveController,
      NextController,
      PolicyController,
      ReviewController,
      TimelineController,
    ],
    providers: [
      { provide: DATABASE, useValue: parts.database },
      { provide: GATE_PREVIEW, useValue: parts.gate ?? noGate },
      { provide: LEDGER, useValue: parts.ledger },
      { provide: PERSON_KEYS, useValue: parts.personKeys },
    ],
  };
}
