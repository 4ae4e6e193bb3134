import type { DynamicModule } from '@nestjs/common';
import type { Clock } from '@arrears/clock';
import type { Invariant } from '@arrears/observability';
import type { Database, PersonKeys } from '@arrears/persistence';
import { parkedEvents } from '@arrears/service';
import { InboundHttp } from './inbound/inbound.http.js';
import { JournalHttp } from './messages/journal.http.js';
import { MessageHttp } from './messages/message.http.js';
import type { MessageRow } from './messages/message.store.js';
import type { Door } from './receipts/door.js';
import { ReceiptHttp } from './receipts/receipt.http.js';
import { TemplateHttp } from './templates/template.http.js';
import type { Lists, Templates } from './templates/book.js';
import type { DeskParts } from './templates/template.service.js';
import {
  CLOCK,
  DATABASE,
  DOOR,
  INBOUND,
  PERSON_KEYS,
  RECEIPT_SECRETS,
  TEMPLATE_DESK,
  TEMPLATES,
  VIOLATED,
  type InboundDoor,
  type ReceiptSecrets,
} from './tokens.js';

export interface NotificationParts {
  db: Database;
  clock: Clock;
  templates: Templates;
  /** What texts are checked by when they are saved and approved. */
  lists: Lists;
  personKeys: PersonKeys;
  /** For blind indexes of numbers and addresses. */
  indexKey: Buffer;
  receiptSecrets: ReceiptSecrets;
  violated: (invariant: Invariant) => void;
  /** Channel of a provider. */
  channelOf: (provider: string) => MessageRow['channel'] | undefined;
  door: Door;
}

class NotificationsModule {}

/** The HTTP edge of the service. What runs beside it (consumer, relay, worker, sender) is started by `main.ts`. */
export function notificationsModule(parts: NotificationParts): DynamicModule {
  const { db, clock, personKeys, indexKey, channelOf } = parts;
  const desk: DeskParts = { clock, lists: parts.lists };
  const inbound: InboundDoor = { db, clock, personKeys, indexKey, channelOf };
  return {
    module: NotificationsModule,
    imports: [parkedEvents(db)],
    controllers: [MessageHttp, JournalHttp, ReceiptHttp, InboundHttp, TemplateHttp],
    providers: [
      { provide: DATABASE, useValue: db },
      { provide: CLOCK, useValue: clock },
      { provide: PERSON_KEYS, useValue: personKeys },
      { provide: TEMPLATES, useValue: parts.templates },
      { provide: VIOLATED, useValue: parts.violated },
      { provide: TEMPLATE_DESK, useValue: desk },
      { provide: RECEIPT_SECRETS, useValue: parts.receiptSecrets },
      { provide: INBOUND, useValue: inbound },
      { provide: DOOR, useValue: parts.door },
    ],
  };
}
