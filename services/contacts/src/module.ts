import type { Database, PersonKeys } from '@arrears/persistence';
import { Module, type DynamicModule } from '@nestjs/common';
import { GateHttp } from './gate/gate.http.js';
import type { GateParts } from './gate/gate.service.js';
import { RulePacksHttp } from './gate/rule-packs.http.js';
import { JournalHttp } from './journal.http.js';
import { PersonHttp } from './persons/person.http.js';
import { DATABASE, GATE, PERSON_KEYS } from './tokens.js';

@Module({})
class ContactsModule {}

export interface ContactsParts {
  db: Database;
  personKeys: PersonKeys;
  gate: GateParts;
}

/** The HTTP edge; consumer and relay are started beside it by `main.ts`. */
export function contactsModule({ db, personKeys, gate }: ContactsParts): DynamicModule {
  return {
    module: ContactsModule,
    controllers: [GateHttp, JournalHttp, PersonHttp, RulePacksHttp],
    providers: [
      { provide: DATABASE, useValue: db },
      { provide: PERSON_KEYS, useValue: personKeys },
      { provide: GATE, useValue: gate },
    ],
  };
}
