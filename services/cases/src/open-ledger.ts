import type { Clock } from '@arrears/clock';
import type { Database } from '@arrears/persistence';
import { agreementCalendar } from './agreements/agreement-calendar.js';
import { agreementFinder } from './agreements/agreement.service.js';
import type { Ledger } from './ledger.js';
import { openPolicyBook } from './policies/load-policies.js';
import type { PolicyBook } from './policies/policy-book.js';
import type { CaseMetrics } from './worker/metrics.js';

/** Composition root of everything but HTTP and the brokers. */
export async function openLedger(of: {
  database: Database;
  clock: Clock;
  idKey: Buffer;
  queue: string;
  metrics: CaseMetrics;
  policies?: PolicyBook;
}): Promise<Ledger> {
  const { database, clock, idKey, queue, metrics } = of;
  const policies = of.policies ?? (await openPolicyBook(database, clock.nowIso()));
  return {
    clock,
    idKey,
    queue,
    metrics,
    policies,
    agreement: agreementFinder(() => clock.realNow()),
    calendarOf: agreementCalendar,
  };
}
