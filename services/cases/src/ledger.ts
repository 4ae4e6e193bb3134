import type { Clock } from '@arrears/clock';
import type { Tx } from '@arrears/persistence';
import type { Agreement } from './agreements/agreement.js';
import type { AgreementCalendar } from './agreements/agreement-calendar.js';
import type { PolicyBook } from './policies/policy-book.js';
import type { CaseMetrics } from './worker/metrics.js';

/** What every feature of this service works with; made once a process. */
export interface Ledger {
  clock: Clock;
  /** The HMAC key for ids of persons and contact points. */
  idKey: Buffer;
  /** Task queue of the case worker. */
  queue: string;
  agreement(tx: Tx, agreementId: string): Promise<Agreement | null>;
  calendarOf(agreement: Agreement): AgreementCalendar;
  policies: PolicyBook;
  metrics: CaseMetrics;
}
