import { appendJournal } from '@arrears/audit';
import type { Logger } from '@arrears/observability';
import type { Database } from '@arrears/persistence';
import { caseStore } from '../cases/case.store.js';
import type { Ledger } from '../ledger.js';
import { anchorStore } from './anchor.store.js';
import { startSweeping } from '../sweeping.js';

const sweepMs = 5_000;
const batch = 100;

/**
 * Tells, in the journal of each case that heard anything on a day gone by, where the chains of the other services stood:
 * one entry a case and day. From then on our chain bears witness to theirs, and the head of ours travels with our events.
 * @returns how many entries were written
 */
export async function anchorDays(database: Database, ledger: Ledger): Promise<number> {
  const today = ledger.clock.nowIso().slice(0, 10);
  const waiting = await anchorStore.waiting(database, today, batch);
  for (const { case_id: caseId, day } of waiting) {
    await database.transaction(async (tx) => {
      // Whoever writes to a case locks it first.
      if ((await caseStore.lock(tx, caseId)) === null) return;
      const heard = await anchorStore.ofDay(tx, caseId, day);
      if (heard.length === 0) return;
      const heads = heard.map(({ service, seq, hash }) => ({ service, seq, hash }));
      const at = ledger.clock.nowIso();
      const { seq } = await appendJournal(tx, {
        caseId,
        kind: 'anchored',
        at,
        actor: 'service:cases',
        data: { day, heads },
      });
      await anchorStore.entered(tx, caseId, day, seq);
    });
  }
  return waiting.length;
}

/** Looks for days gone by that are not told yet. Cases that heard nothing are never looked at. */
export function startAnchoring(database: Database, ledger: Ledger, log: Logger): { stop: () => Promise<void> } {
  const sweep = async () => (await anchorDays(database, ledger)) >= batch;
  return startSweeping({ sweep, pollMs: sweepMs, name: 'anchor', log });
}
