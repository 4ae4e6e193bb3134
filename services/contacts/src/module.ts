import type { Database, PersonKeys } from '@arrears/persistence';
import { parkedEvents } from '@arrears/service';
import { Module, type DynamicModule } from '@nestjs/common';
import { CeaseDemandHttp } from './cease-demands/cease-demand.http.js';
import { ConsentHttp } from './consents/consent.http.js';
import { GateHttp } from './gate/gate.http.js';
import type { GateParts } from './gate/parts.js';
import { InboundHttp } from './inbound/inbound.http.js';
import { JournalHttp } from './journal.http.js';
import { MergeHttp } from './merges/merge.http.js';
import { PersonHttp } from './persons/person.http.js';
import { StatusHttp } from './persons/status.http.js';
import { PointHttp } from './points/point.http.js';
import { QualificationHttp } from './qualifications/qualification.http.js';
import { AgreementRulesHttp } from './rules/agreement-rules.http.js';
import { RulePacksHttp } from './rules/rule-packs.http.js';
import { StopOrderHttp } from './stop-orders/stop-order.http.js';
import { RefusalHttp } from './third-parties/refusal.http.js';
import { DATABASE, GATE, ID_KEY, PERSON_KEYS } from './tokens.js';

@Module({})
class ContactsModule {}

export interface ContactsParts {
  db: Database;
  personKeys: PersonKeys;
  /** Makes ids and blind indexes; shared by all services. */
  idKey: Buffer;
  gate: GateParts;
}

const controllers = [
  ...[GateHttp, JournalHttp, RulePacksHttp, AgreementRulesHttp, StopOrderHttp, QualificationHttp],
  ...[PersonHttp, StatusHttp, MergeHttp, ConsentHttp, CeaseDemandHttp, PointHttp, RefusalHttp, InboundHttp],
];

/** The HTTP edge; consumer and relay are started beside it by `main.ts`. */
export function contactsModule({ db, personKeys, idKey, gate }: ContactsParts): DynamicModule {
  return {
    module: ContactsModule,
    imports: [parkedEvents(db)],
    controllers,
    providers: [
      { provide: DATABASE, useValue: db },
      { provide: PERSON_KEYS, useValue: personKeys },
      { provide: ID_KEY, useValue: idKey },
      { provide: GATE, useValue: gate },
    ],
  };
}
