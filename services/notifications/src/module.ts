import type { DynamicModule } from '@nestjs/common';
import type { Clock } from '@arrears/clock';
import type { Invariant } from '@arrears/observability';
import type { Database } from '@arrears/persistence';
import { parkedEvents } from '@arrears/service';
import { MessageHttp } from './messages/message.http.js';
import { ReceiptHttp } from './receipts/receipt.http.js';
import { TemplateHttp } from './templates/template.http.js';
import type { Templates } from './templates/load-templates.js';
import { CLOCK, DATABASE, RECEIPT_SECRETS, TEMPLATES, VIOLATED, type ReceiptSecrets } from './tokens.js';

export interface NotificationParts {
  db: Database;
  clock: Clock;
  templates: Templates;
  receiptSecrets: ReceiptSecrets;
  violated: (invariant: Invariant) => void;
}

class NotificationsModule {}

/** The HTTP edge of the service. What runs beside it (consumer, relay, worker, sender) is started by `main.ts`. */
export function notificationsModule(parts: NotificationParts): DynamicModule {
  return {
    module: NotificationsModule,
    imports: [parkedEvents(parts.db)],
    controllers: [MessageHttp, ReceiptHttp, TemplateHttp],
    providers: [
      { provide: DATABASE, useValue: parts.db },
      { provide: CLOCK, useValue: parts.clock },
      { provide: TEMPLATES, useValue: parts.templates },
      { provide: VIOLATED, useValue: parts.violated },
      { provide: RECEIPT_SECRETS, useValue: parts.receiptSecrets },
    ],
  };
}
